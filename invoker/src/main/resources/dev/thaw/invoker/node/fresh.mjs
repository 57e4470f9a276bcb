// Every VM thawed from a snapshot begins with the same memory: what a program takes for random is made anew here.
//
// V8 seeds Math.random once, node:crypto keeps random bytes in advance for randomUUID and randomInt. OpenSSL's own generators
// begin anew after a thaw, because the process has another number than when it was frozen, as after a fork.
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

const state = new Uint32Array(4);

/** xoshiro128**, twice for 53 bits; by David Blackman and Sebastiano Vigna, in the public domain. */
function next() {
  const product = Math.imul(state[1], 5);
  const result = Math.imul((product << 7) | (product >>> 25), 9);
  const shifted = state[1] << 9;
  state[2] ^= state[0];
  state[3] ^= state[1];
  state[1] ^= state[2];
  state[0] ^= state[3];
  state[2] ^= shifted;
  state[3] = (state[3] << 11) | (state[3] >>> 21);
  return result >>> 0;
}

Math.random = function random() {
  return ((next() >>> 5) * 0x4000000 + (next() >>> 6)) / 0x20000000000000;
};

const { randomUUID, randomInt } = crypto;

/** In one of Node's 6 KiB of bytes in advance there are so many numbers. */
const RANDOM_INTS = 1024;
let tookInts = false;

crypto.randomUUID = function (options) {
  return randomUUID({ ...options, disableEntropyCache: true });
};
crypto.randomInt = function (...given) {
  tookInts = true;
  return randomInt(...given);
};
globalThis.crypto.randomUUID = () => crypto.randomUUID();
syncBuiltinESMExports();

export function renew() {
  if (tookInts) {
    for (let i = 0; i < RANDOM_INTS; i++) {
      randomInt(2);
    }
  }
  crypto.randomFillSync(state);
}

renew();
