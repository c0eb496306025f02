/**
 * Stops a server for a share of the time: a slowdown of known size for any server, without a word of its code. Used by
 * the self-test alone.
 *
 * SIGSTOP and SIGCONT at short, even intervals do what the quota of a control group does, without its right to set one;
 * the next stop is as long as the sum of stops is behind its share, so that late wake-ups do not add up.
 */
import { Worker } from 'node:worker_threads';

/** Several in a slice, so that each slice has its share; each longer than a wake-up is late. */
const PERIOD_MS = 4;
/** What a thread can sleep at all. */
const LEAST_MS = 0.05;

/** Plain JavaScript: it runs in a bundle as well as from the sources. */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const { pids, share, periodMs, leastMs, flag } = workerData;
const over = new Int32Array(flag);
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const wait = (ms) => ms > 0 && Atomics.wait(over, 0, 0, ms);
const tell = (signal) => { for (const pid of pids) { try { process.kill(pid, signal); } catch {} } };
const begunMs = nowMs();
let stoppedMs = 0;
try {
  while (Atomics.load(over, 0) === 0) {
    const owedMs = share * (nowMs() - begunMs + periodMs) - stoppedMs;
    if (owedMs > leastMs) {
      const from = nowMs();
      tell('SIGSTOP');
      wait(owedMs);
      tell('SIGCONT');
      stoppedMs += nowMs() - from;
    }
    wait((1 - share) * periodMs);
  }
} finally {
  tell('SIGCONT');
  parentPort.postMessage(stoppedMs / (nowMs() - begunMs));
}
`;

/** The pauses begin at once. Disposing ends them, with the processes running again. */
export function startPauses(pids: readonly number[], share: number): AsyncDisposable {
  if (share === 0) return { [Symbol.asyncDispose]: async () => {} };
  const flag = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const over = new Int32Array(flag);
  const workerData = { pids, share, periodMs: PERIOD_MS, leastMs: LEAST_MS, flag };
  const worker = new Worker(THREAD, { eval: true, workerData });
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
    worker.once('error', () => resolve());
  });
  return {
    [Symbol.asyncDispose]: async () => {
      Atomics.store(over, 0, 1);
      Atomics.notify(over, 0);
      await ended;
    },
  };
}
