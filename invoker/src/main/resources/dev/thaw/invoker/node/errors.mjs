// Errors as Lambda shows them: to the caller as JSON, in the log with their stack.
import { log } from './console.mjs';

/** A failure that has a name of Lambda's. */
export class Fault extends Error {
  constructor(type, message, cause) {
    super(message);
    this.name = type;
    if (cause?.stack) {
      this.stack = cause.stack;
    }
  }
}

/** Logs an error and returns its JSON. */
export function report(error, id) {
  let shown;
  if (error instanceof Error || (typeof error === 'object' && error !== null && typeof error.name === 'string'
      && typeof error.message === 'string')) {
    shown = { errorType: error.name, errorMessage: error.message, trace: String(error.stack ?? '').split('\n') };
  } else {
    shown = { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  log('ERROR', `${id ? 'Invoke' : 'Init'} Error \t${JSON.stringify(shown)}`);
  return JSON.stringify(shown);
}
