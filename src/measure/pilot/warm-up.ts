/** The first moments of a server: its throughput in short windows from its first request on. */

import { sum } from 'simple-statistics';
import type { Scenario } from '../../config/experiment/scenario.ts';
import { leastSliceMs } from '../../load/capabilities.ts';
import type { SliceResult } from '../../load/results.ts';
import {
  isStillRising,
  steadyFrom,
  steadyOfFew,
  WINDOWS_AT_LEAST,
  WINDOWS_AT_MOST,
} from '../../plan/warm-up.ts';
import type { Arm } from '../../terms/arm.ts';
import type { LiveArms } from '../arms/running-arms.ts';
import type { RunContext } from '../context/run-context.ts';
import { loadSlices } from '../loading/load-blame.ts';
import { assertAnswered, inFlightOf, rateOf, unitOf } from '../loading/work-units.ts';
import type { WarmUp } from '../observed/measurement.ts';
import { assertServesAll } from './at-once.ts';
import { PilotPatience } from './pilot-patience.ts';

const WINDOW_MS = 100;
/** Windows of a slow server are longer, as each of its connections has an answer in them: of those as many as fit into this time, … */
const WATCHED_AT_MOST_MS = 6000;
/** … but so many that one of them can be told from the others. */
const LONG_WINDOWS_AT_LEAST = 3;
/** The work of a window grows until it takes about half of that; a server that still warms up gets faster. */
const FIRST_TRIES = 12;

/** A server that got faster since has shorter ones: two become one then. */
const SHORT_WINDOW_MS = 60;

/** What is kept of a window. */
export type Window = Pick<SliceResult, 'good' | 'durationUs' | 'medianLatencyUs' | 'meanLatencyUs'>;

/** Windows in order, and the work that it took to find their size. */
export interface WarmingUp {
  windows: Window[];
  observed: WarmUp;
  /** Work until it was steady, or of all windows when it never was. */
  work: number;
}

/** `warmUpMs`: as long as it is to warm up; it is watched for at least so long, unless it is steady before. */
export async function watchWarmUp(
  context: RunContext,
  live: LiveArms,
  { scenario, warmUpMs }: { scenario: Scenario; warmUpMs: number },
  arm: Arm,
): Promise<WarmingUp> {
  const patience = new PilotPatience(live, scenario, arm);
  let hasFailed = false;
  const load = async (work: number) => {
    const beganMs = performance.now();
    const sliced = await loadSlices(context, live, [arm], work);
    patience.opened(sliced, performance.now() - beganMs);
    const slice = assertAnswered(live, scenario, arm, sliced);
    // A limit of connections has a name and a cure; once is enough to see it.
    if (!hasFailed && hasNoAnswer(slice)) {
      hasFailed = true;
      await assertServesAll(context, live, arm);
    }
    patience.saw(sliced);
    return slice;
  };
  const { windowWork: first, before } = await sizeWindow(load, scenario);
  let windowWork = first;
  let windows: Window[] = [];
  let steady: number | null = null;
  let watchedMs = 0;
  const isEnough = () =>
    watchedMs >= warmUpMs &&
    (windows.length >= WINDOWS_AT_MOST ||
      isStillRising(windows.map(rateOf)) ||
      (windows.length >= LONG_WINDOWS_AT_LEAST && watchedMs >= WATCHED_AT_MOST_MS));
  while (steady === null && !isEnough()) {
    context.signal.throwIfAborted();
    const window = await load(windowWork);
    windows.push(window);
    watchedMs += window.durationUs / 1000;
    if (areShort(windows)) {
      windows = inPairs(windows);
      windowWork *= 2;
    }
    if (windows.length >= WINDOWS_AT_LEAST) steady = steadyFrom(windows.map(rateOf), isEnough());
  }
  if (windows.length < WINDOWS_AT_LEAST) steady = steadyOfFew(windows.map(rateOf));
  return {
    windows,
    observed: {
      windowWork,
      perSecond: windows.map((window) => Math.round(rateOf(window))),
      steadyFrom: steady,
    },
    work: before + (steady ?? windows.length) * windowWork,
  };
}

function areShort(windows: readonly Window[]): boolean {
  const last = windows.slice(-4);
  if (windows.length < WINDOWS_AT_LEAST || windows.length % 2 === 1) return false;
  return sum(last.map(({ durationUs }) => durationUs)) < 4 * 1000 * SHORT_WINDOW_MS;
}

/** Of an even number, half as many of twice the work. */
function inPairs(windows: readonly Window[]): Window[] {
  return windows.flatMap((second, i) => {
    if (i % 2 === 0) return [];
    const { good, durationUs, meanLatencyUs } = windows[i - 1] as Window;
    const both = good + second.good;
    const whole =
      meanLatencyUs === null || second.meanLatencyUs === null || both === 0
        ? null
        : (good * meanLatencyUs + second.good * second.meanLatencyUs) / both;
    return [
      { ...second, good: both, durationUs: durationUs + second.durationUs, meanLatencyUs: whole },
    ];
  });
}

function hasNoAnswer({ errors: { closed, connect, timeout } }: SliceResult): boolean {
  return closed + connect + timeout > 0;
}

async function sizeWindow(
  load: (work: number) => Promise<SliceResult>,
  scenario: Scenario,
): Promise<{ windowWork: number; before: number }> {
  const unit = unitOf(scenario);
  const windowMs = Math.max(WINDOW_MS, leastSliceMs(scenario));
  // As little as there can be: a slow server's slices will be no longer, and are then as fast as what is seen here.
  let work = inFlightOf(scenario);
  let before = 0;
  for (let i = 0; ; i++) {
    const slice = await load(work);
    before += work;
    const wanted = unit * Math.ceil((rateOf(slice) * windowMs) / 1000 / unit);
    if (slice.durationUs >= 500 * windowMs || i >= FIRST_TRIES) {
      return { windowWork: Math.max(work, wanted), before };
    }
    // Doubling at least, so that a cold start's low rate cannot keep the work too small.
    work = Math.max(work * 2, Math.min(wanted, work * 8));
  }
}
