/**
 * Calls at evenly spaced moments, to about a tenth of a millisecond. Node's own timers know whole
 * milliseconds only, and to spin for the rest, as a generator process alone on its core does, would take
 * the core from the other holders. So a thread of its own sleeps on the kernel's clock. It wakes this one
 * by shared memory: a message for each moment cost as much as the request.
 */
import { Worker } from 'node:worker_threads';

export interface Pacer extends Disposable {
  /** The thread is up. Never rejects; without a thread nothing is called. */
  readonly ready: Promise<void>;
  /** Calls `due` at `firstMs` + k × `everyMs`, by `machineMs`, for each k below `count`; once for several that passed meanwhile. Once per pacer. */
  run(firstMs: number, everyMs: number, count: number, due: () => void): void;
}

/** Plain JavaScript: it runs in a bundle as well as from the sources. */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const passed = new Int32Array(workerData);
const never = new Int32Array(new SharedArrayBuffer(4));
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
parentPort.once('message', ({ firstMs, everyMs, count }) => {
  for (let k = 0; k < count; k++) {
    const waitMs = firstMs + k * everyMs - nowMs();
    if (waitMs > 0) Atomics.wait(never, 0, 0, waitMs);
    Atomics.add(passed, 0, 1);
    Atomics.notify(passed, 0);
  }
});
parentPort.postMessage(null);
`;

/** ES2024, which Node.js 20 has, and the language version that is compiled for has not. */
const { waitAsync } = Atomics as typeof Atomics & {
  waitAsync(
    array: Int32Array,
    index: number,
    value: number,
  ): { async: false } | { async: true; value: Promise<unknown> };
};

export function startPacer(): Pacer {
  const memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const passed = new Int32Array(memory);
  const options = { eval: true, stdout: true, stderr: true, workerData: memory };
  const worker = new Worker(THREAD, options);
  let isOver = false;
  const ready = new Promise<void>((resolve) => {
    worker.once('message', () => resolve());
    worker.once('error', () => resolve());
  });
  const follow = async (count: number, due: () => void) => {
    for (let seen = 0; seen < count && !isOver; ) {
      const wait = waitAsync(passed, 0, seen);
      if (wait.async) await wait.value;
      seen = Atomics.load(passed, 0);
      if (!isOver) due();
    }
  };
  return {
    ready,
    run: (firstMs, everyMs, count, due) => {
      worker.postMessage({ firstMs, everyMs, count });
      void follow(count, due);
    },
    [Symbol.dispose]: () => {
      isOver = true;
      void worker.terminate();
    },
  };
}
