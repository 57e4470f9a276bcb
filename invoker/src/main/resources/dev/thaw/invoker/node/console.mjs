// console as Lambda has it: each message with its time, the request and its level.
import { writeSync } from 'node:fs';
import { format } from 'node:util';

const LEVELS = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' };
let requestId = 'undefined';

export function setRequestId(id) {
  requestId = id;
}

/** Writes all of it at once: what was printed is seen, whatever becomes of the program. */
export function write(descriptor, text) {
  let bytes = Buffer.from(text);
  while (bytes.length > 0) {
    bytes = bytes.subarray(writeSync(descriptor, bytes));
  }
}

export function line(level, message) {
  return `${new Date().toISOString()}\t${requestId}\t${level}\t${message}\n`;
}

export function log(level, message) {
  write(level === 'ERROR' || level === 'WARN' ? 2 : 1, line(level, message));
}

for (const [name, level] of Object.entries(LEVELS)) {
  console[name] = (...values) => {
    const message = format(...values);
    log(level, name === 'trace' ? `${message}\n${new Error().stack.split('\n').slice(2).join('\n')}` : message);
  };
}
