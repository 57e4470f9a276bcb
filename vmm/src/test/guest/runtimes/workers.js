// Four workers hash, allocate and post to the main thread until a line of input comes; what they say is checked.
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');
const { createHash } = require('crypto');
if (isMainThread) {
  const shared = new SharedArrayBuffer(16);
  const cells = new Int32Array(shared);
  let wrong = 0, messages = 0, left = 4, after = Infinity;
  for (let i = 0; i < 4; i++) {
    const worker = new Worker(__filename, { workerData: { i, shared } });
    worker.on('message', ({ text, digest }) => {
      messages++;
      if (createHash('sha256').update(text).digest('hex') !== digest) wrong++;
      if (messages >= after) Atomics.store(cells, 0, 1);
    });
    worker.on('exit', (code) => { if (code !== 0) wrong++; if (--left === 0) { console.log(`wrong ${wrong}, added ${Atomics.load(cells, 1) === 0 ? 'exactly' : 'badly'}`); process.exit(0); } });
  }
  process.stdin.once('data', () => { after = messages + 40; });
} else {
  const cells = new Int32Array(workerData.shared);
  (async () => {
    for (let n = 0; Atomics.load(cells, 0) === 0; n++) {
      const text = JSON.stringify({ n, i: workerData.i, list: Array.from({ length: 200 }, (_, k) => k * n) });
      Atomics.add(cells, 1, 1);
      parentPort.postMessage({ text, digest: createHash('sha256').update(text).digest('hex') });
      Atomics.sub(cells, 1, 1);
      await new Promise((done) => setTimeout(done, n % 3));
    }
  })();
}
