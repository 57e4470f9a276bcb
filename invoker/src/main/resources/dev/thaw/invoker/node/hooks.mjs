// What a function wants done before it is frozen and after it is thawed: thaw.beforeFreeze(f), thaw.afterThaw(f).
//
// Hooks before the freeze run in reverse order of registration, hooks after a thaw in order. They may be asynchronous.

const before = [];
const after = [];

globalThis.thaw = Object.freeze({
  beforeFreeze: (hook) => void before.push(hook),
  afterThaw: (hook) => void after.push(hook),
});

export function any() {
  return before.length > 0 || after.length > 0;
}

export async function beforeFreeze() {
  for (const hook of before.reverse()) {
    await hook();
  }
}

export async function afterThaw() {
  for (const hook of after) {
    await hook();
  }
}
