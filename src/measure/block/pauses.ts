/**
 * Stops a server for a share of the time: a slowdown of known size for any server, without a word of its code. Used by
 * the self-test alone.
 *
 * SIGSTOP and SIGCONT at short, even intervals do what the quota of a control group does, without its right to set one;
 * the next stop is as long as the sum of stops is behind its share, so that late wake-ups do not add up.
 */
import { Worker } from 'node:worker_threads';
import { UserError } from '../../system/messages/problem.ts';

/** Several in a slice, so that each slice has its share; each longer than a wake-up is late. */
const PERIOD_MS = 4;
/** What a thread can sleep at all. */
const LEAST_MS = 0.05;
/** Share of what was asked for by which the sum of all stops may miss it; two periods at least. */
const OFF_AT_MOST = 0.1;

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
  parentPort.postMessage({ stoppedMs, ofMs: nowMs() - begunMs });
}
`;

export interface Pauses extends AsyncDisposable {
  /**
   * Ends them, with the processes running again, as disposing does. Throws a UserError when these stood still for another
   * share of the time than was asked for: nothing of known size was injected then.
   */
  finish(): Promise<void>;
}

const NONE: Pauses = { finish: async () => {}, [Symbol.asyncDispose]: async () => {} };

/** They begin at once. */
export function startPauses(pids: readonly number[], share: number): Pauses {
  if (share === 0) return NONE;
  const flag = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const over = new Int32Array(flag);
  const workerData = { pids, share, periodMs: PERIOD_MS, leastMs: LEAST_MS, flag };
  const worker = new Worker(THREAD, { eval: true, workerData });
  let held: Held | null = null;
  worker.once('message', (message: Held) => {
    held = message;
  });
  let trouble: Error | null = null;
  worker.once('error', (error: Error) => {
    trouble = error;
  });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const end = async () => {
    Atomics.store(over, 0, 1);
    Atomics.notify(over, 0);
    await ended;
  };
  return {
    finish: async () => {
      await end();
      assertHeld(held, share, trouble);
    },
    [Symbol.asyncDispose]: end,
  };
}

/** For how long the processes stood still, and of how much time. */
interface Held {
  stoppedMs: number;
  ofMs: number;
}

function assertHeld(held: Held | null, share: number, cause: Error | null): void {
  const wantedMs = share * (held?.ofMs ?? 0);
  const offMs = Math.abs((held?.stoppedMs ?? 0) - wantedMs);
  if (held !== null && offMs <= Math.max(2 * PERIOD_MS, OFF_AT_MOST * wantedMs)) return;
  const percent = (part: number) => `${Number((100 * part).toFixed(2))}%`;
  throw new UserError(
    {
      where: 'self-test',
      message:
        held === null
          ? 'head could not be stopped for a share of the time'
          : `head stood still for ${percent(held.stoppedMs / held.ofMs)} of the time, and ${percent(share)} were asked for`,
      hint: 'the same command goes on where this ended: try a quieter machine, or a server with a knob (`--knob`)',
    },
    { cause },
  );
}
