// Runs a JavaScript function in a Thaw microVM: loads its handler, is frozen while it waits for its first event, answers events.
//
// A system call leaves the VM and costs tens of microseconds, so an event takes one read and one write: its response and the
// request for the next event leave together.
import { format } from 'node:util';
import * as client from './client.mjs';
import * as fresh from './fresh.mjs';
import * as hooks from './hooks.mjs';
import { line, setRequestId } from './console.mjs';
import { contextOf } from './context.mjs';
import { report } from './errors.mjs';
import { loadHandler } from './handler.mjs';

const collectGarbage = globalThis.gc;
// V8 lets it not be deleted; a function is not to see it.
globalThis.gc = undefined;

const REHEARSALS = 3;

/** The event that runs: its id and what settles it. */
let running = null;

/** What a handler that settles nothing and leaves nothing to wait for has answered: nothing. */
process.on('beforeExit', () => running?.settle(true, null));

function ends(type, status) {
  return (error) => {
    const fault = error instanceof Error ? error : new Error(String(error));
    const shown = type ? Object.assign(new Error(fault.stack ?? String(fault)), { name: type, stack: fault.stack }) : fault;
    const body = report(shown, running?.id ?? '');
    const path = running ? `invocation/${running.id}/error` : 'init/error';
    client.post(path, body, () => process.exit(status));
  };
}

process.on('unhandledRejection', ends('Runtime.UnhandledPromiseRejection', 128));
process.on('uncaughtException', ends('', 129));

/** Calls the handler, as a function that takes a callback or returns a promise; the result or the error once it is there. */
function call(handler, id, headers, payload) {
  return new Promise((resolve) => {
    const settle = (good, value) => resolve([good, value]);
    running = { id, settle };
    const done = (error, value) => (error == null ? settle(true, value) : settle(false, error));
    let event;
    try {
      event = JSON.parse(payload);
    } catch (error) {
      error.name = 'Runtime.UnmarshalError';
      settle(false, error);
      return;
    }
    try {
      const returned = handler(event, contextOf(id, headers, done), done);
      if (typeof returned?.then === 'function') {
        returned.then((value) => settle(true, value), (error) => settle(false, error));
      } else if (returned !== undefined && handler.length < 3) {
        settle(true, returned);
      }
    } catch (error) {
      settle(false, error);
    }
  });
}

async function answer(handler, id, headers, payload) {
  const [good, value] = await call(handler, id, headers, payload);
  running = null;
  if (good) {
    try {
      return ['response', JSON.stringify(value === undefined ? null : value)];
    } catch (error) {
      error.name = 'Runtime.MarshalError';
      return ['error', report(error, id)];
    }
  }
  return ['error', report(value, id)];
}

/**
 * Goes the way of an event some times: V8 compiles a function when it is first called, and what is compiled here is in the snapshot.
 * The Runtime API knows nothing at the path that is asked for and says so.
 */
async function rehearse() {
  for (let i = 0; i < REHEARSALS; i++) {
    const { id, headers } = await client.exchange('warm');
    setRequestId(id);
    client.rest();
    await answer(async (event, context) => ({ ...event, left: context.getRemainingTimeInMillis() }), id, headers, '{"warm": [1, "x"]}');
    await answer((event, context, done) => done(null, String(event)), id, headers, '{}');
    line('INFO', format('%s %d', 'warm', i));
    new Date().getTimezoneOffset();
    fresh.renew();
  }
  setRequestId('undefined');
}

async function main() {
  await client.connect(process.env.AWS_LAMBDA_RUNTIME_API);
  let handler;
  try {
    handler = await loadHandler(process.env.LAMBDA_TASK_ROOT ?? '/var/task', process.env._HANDLER ?? '');
    await hooks.beforeFreeze();
  } catch (error) {
    client.post('init/error', report(error, ''), () => process.exit(1));
    return;
  }
  await rehearse();
  collectGarbage();
  if (hooks.any()) {
    await client.get('restore/next');
    try {
      fresh.renew();
      await hooks.afterThaw();
    } catch (error) {
      client.post('restore/error', report(error, ''), () => process.exit(1));
      return;
    }
  }
  let next = await client.get('invocation/next');
  fresh.renew();
  for (;;) {
    const { id, headers, body } = next;
    setRequestId(id);
    const trace = headers.get('lambda-runtime-trace-id');
    if (trace) {
      process.env._X_AMZN_TRACE_ID = trace;
    }
    client.rest();
    const [kind, json] = await answer(handler, id, headers, body);
    next = await client.answer(id, kind, json);
  }
}

await main();
