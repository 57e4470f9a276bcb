// The Lambda Runtime API's client: one socket, HTTP/1.1 by hand. node:http would be a megabyte of heap and a dozen system calls more.
import net from 'node:net';

const BASE = '/2018-06-01/runtime/';
const HEAD_END = Buffer.from('\r\n\r\n');
const NEXT = head('GET', 'invocation/next') + '\r\n';

let socket;
let waiting = null;

function head(method, path) {
  return `${method} ${BASE}${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n`;
}

function posted(path, body) {
  return `${head('POST', path)}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** The first whole response in the bytes, and what follows it; null when it is not all there. */
function parse(bytes) {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) {
    return null;
  }
  const lines = bytes.toString('utf8', 0, end).split('\r\n');
  const headers = new Map();
  for (let i = 1; i < lines.length; i++) {
    const colon = lines[i].indexOf(':');
    headers.set(lines[i].slice(0, colon).toLowerCase(), lines[i].slice(colon + 1).trim());
  }
  const start = end + HEAD_END.length;
  const stop = start + Number(headers.get('content-length'));
  if (bytes.length < stop) {
    return null;
  }
  return {
    status: Number(lines[0].slice(9, 12)),
    id: headers.get('lambda-runtime-aws-request-id'),
    headers,
    body: bytes.toString('utf8', start, stop),
    rest: bytes.subarray(stop),
  };
}

/** Pieces of a large event, joined only when all of them are there. */
let pieces = [];
let expected = 0;

function take(chunk) {
  pieces.push(chunk);
  let size = 0;
  for (const piece of pieces) {
    size += piece.length;
  }
  if (size < expected) {
    return;
  }
  const bytes = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  const response = parse(bytes);
  if (response === null) {
    pieces = [bytes];
    const end = bytes.indexOf(HEAD_END);
    const length = end < 0 ? null : /content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end));
    expected = length === null ? 0 : end + HEAD_END.length + Number(length[1]);
    return;
  }
  expected = 0;
  pieces = response.rest.length > 0 ? [response.rest] : [];
  const resolve = waiting;
  waiting = null;
  resolve?.(response);
  if (response.rest.length > 0 && waiting !== null) {
    pieces = [];
    take(response.rest);
  }
}

function receive() {
  socket.ref();
  return new Promise((resolve) => {
    waiting = resolve;
    if (pieces.length > 0) {
      const early = pieces;
      pieces = [];
      take(Buffer.concat(early));
    }
  });
}

export function connect(address) {
  const colon = address.lastIndexOf(':');
  return new Promise((resolve, reject) => {
    socket = net.connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)), noDelay: true });
    socket.once('connect', resolve);
    socket.once('error', reject);
    socket.on('data', take);
    socket.on('close', () => process.exit(1));
  });
}

export function get(path) {
  socket.write(`${head('GET', path)}\r\n`);
  return receive().then(checked);
}

function checked(response) {
  if (response.status !== 200) {
    throw new Error(`the Runtime API answered ${response.status}: ${response.body}`);
  }
  return response;
}

/** Hands in what became of an event and asks for the next one, in one packet. */
export async function answer(id, kind, body) {
  socket.write(posted(`invocation/${id}/${kind}`, body) + NEXT);
  const reply = await receive();
  if (reply.status !== 202) {
    console.error(`the response was refused: ${reply.status} ${reply.body}`);
  }
  return checked(await receive());
}

/** Says something of which the answer does not matter. */
export function post(path, body, then) {
  socket.ref();
  waiting = then;
  socket.write(posted(path, body));
}

/** While a handler runs, this socket is nothing that the program waits for. */
export function rest() {
  socket.unref();
}

/** Asks for what is not there; a way to go the way of an event without one. */
export function exchange(path) {
  socket.write(`${head('GET', path)}\r\n`);
  return receive();
}
