// Finds the function that `folder/file.function` names; errors as Lambda names them.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fault } from './errors.mjs';

const ENDINGS = ['', '.js', '.mjs', '.cjs'];

export async function loadHandler(root, name) {
  const slash = name.lastIndexOf('/');
  const dot = name.indexOf('.', slash + 1);
  if (dot <= slash + 1 || dot === name.length - 1 || name.includes('..')) {
    throw new Fault('Runtime.MalformedHandlerName', `Bad handler '${name}': it is file.function`);
  }
  const file = name.slice(0, dot);
  const path = ENDINGS.map((ending) => resolve(root, file + ending)).find((each) => existsSync(each));
  if (path === undefined) {
    throw new Fault('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  }
  let module;
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new Fault('Runtime.UserCodeSyntaxError', String(error), error);
    }
    if (error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'MODULE_NOT_FOUND') {
      throw new Fault('Runtime.ImportModuleError', String(error), error);
    }
    throw error;
  }
  const steps = name.slice(dot + 1).split('.');
  const found = follow(module, steps) ?? follow(module.default, steps);
  if (found === undefined || found === null) {
    throw new Fault('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof found !== 'function') {
    throw new Fault('Runtime.HandlerNotFound', `${name} is not a function`);
  }
  return found;
}

function follow(from, steps) {
  let at = from;
  for (const step of steps) {
    at = at?.[step];
  }
  return at;
}
