/** Load that goes on until an arm has done more than another one had when it failed. */
import type { Arm } from '../../terms/arm.ts';
import type { LiveArms } from '../arms/running-arms.ts';
import type { RunServices } from '../context/run-context.ts';
import type { Survived } from '../failures/server-failure.ts';
import { askedOf, loadSlices } from './load-blame.ts';

/** What breaks after so much work, or so much time, breaks in every build of it a little sooner or later. */
const MARGIN = 1.5;
/** A slower arm need not do all of the work: after so many times the other one's life it has shown that it lives. */
const PATIENCE = 4;
const LEAST_PATIENCE_MS = 5000;

/** What an arm by itself must show when another one has failed. */
export interface Alone {
  /** How long the other one did; null: it was never loaded. */
  survived: Survived | null;
  /** Share of its requests that may fail. */
  mostFailed: number;
}

/** `chunk`: work of one slice. Throws the arm's failure when it ends, or answers nothing any more. */
export async function outlast(
  context: Pick<RunServices, 'generator' | 'signal'>,
  live: LiveArms,
  arm: Arm,
  {
    survived,
    chunk,
    check,
  }: {
    survived: Survived;
    chunk: number;
    check: (sliced: Awaited<ReturnType<typeof loadSlices>>) => void;
  },
): Promise<void> {
  const startedAtMs = live.servers.get(arm)?.startedAtMs ?? performance.now();
  const deadlineMs = performance.now() + Math.max(LEAST_PATIENCE_MS, PATIENCE * survived.ms);
  const isLonger = () =>
    askedOf(live, arm).work >= MARGIN * survived.work &&
    performance.now() - startedAtMs >= MARGIN * survived.ms;
  while (!isLonger() && performance.now() < deadlineMs) {
    context.signal.throwIfAborted();
    check(await loadSlices(context, live, [arm], chunk));
    live.assertAlive();
  }
}
