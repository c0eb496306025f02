/**
 * Calls at evenly spaced moments, to about a tenth of a millisecond. Node's own timers know whole
 * milliseconds only, and to spin for the rest, as a generator process alone on its core does, would take
 * the core from the other holders. So a thread of its own sleeps on the kernel's clock.
 */
import { Worker } from 'node:worker_threads';

export interface Pacer extends Disposable {
  /** The thread is up. Never rejects; without a thread nothing is called. */
  readonly ready: Promise<void>;
  /** Calls `due` at `firstMs` + k × `everyMs`, by `machineMs`, `count` times. Once per pacer. */
  run(firstMs: number, everyMs: number, count: number, due: () => void): void;
}

/** Plain JavaScript: it runs in a bundle as well as from the sources. */
const THREAD = `
const { parentPort } = require('node:worker_threads');
const never = new Int32Array(new SharedArrayBuffer(4));
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
parentPort.once('message', ({ firstMs, everyMs, count }) => {
  for (let k = 0; k < count; k++) {
    const waitMs = firstMs + k * everyMs - nowMs();
    if (waitMs > 0) Atomics.wait(never, 0, 0, waitMs);
    parentPort.postMessage(null);
  }
});
parentPort.postMessage(null);
`;

export function startPacer(): Pacer {
  const worker = new Worker(THREAD, { eval: true, stdout: true, stderr: true });
  const ready = new Promise<void>((resolve) => {
    worker.once('message', () => resolve());
    worker.once('error', () => resolve());
  });
  return {
    ready,
    run: (firstMs, everyMs, count, due) => {
      worker.on('message', due);
      worker.postMessage({ firstMs, everyMs, count });
    },
    [Symbol.dispose]: () => void worker.terminate(),
  };
}
