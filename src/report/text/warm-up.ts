/** How long the servers took to become steady in the pilot run, in words. */

import { median } from 'simple-statistics';
import type { Pilot, WarmUp } from '../../measure/measurement.ts';
import { formatDuration } from '../format.ts';

/** By so much faster in the last third of what was watched than in the third before. */
const FASTER = 1.03;

/** Of the slower arm. `asked`: what the config says; null where nothing was watched. */
export function warmUpText({ arms }: Pilot, asked: number | null, subject: string): string | null {
  const seen = Object.values(arms).flatMap(({ warmUp }) => warmUp ?? []);
  if (seen.length === 0) return null;
  const given = asked === null ? '' : `; each gets ${formatDuration(asked)} in every block`;
  if (seen.every(({ steadyFrom }) => steadyFrom !== null)) {
    const ms = Math.max(...seen.map((one) => lengthMs(one, one.steadyFrom as number)));
    return `${subject}: warmed up in ${formatDuration(Math.max(100, ms))}${given}`;
  }
  const watchedMs = Math.max(...seen.map((one) => lengthMs(one, one.perSecond.length)));
  const isRising = seen.some((one) => one.steadyFrom === null && getsFaster(one));
  const state = isRising ? 'still getting faster' : 'not steady';
  const longer = asked === null ? '`warm-up: 60s` gives it longer' : 'a longer `warm-up` may help';
  return `${subject}: ${state} after ${formatDuration(watchedMs)} of load: ${longer}${given}`;
}

function lengthMs({ windowWork, perSecond }: WarmUp, windows: number): number {
  return perSecond
    .slice(0, windows)
    .reduce((sum, rate) => sum + (rate === 0 ? 0 : (1000 * windowWork) / rate), 0);
}

function getsFaster({ perSecond }: WarmUp): boolean {
  const third = Math.floor(perSecond.length / 3);
  if (third === 0) return false;
  const [before, last] = [perSecond.slice(-2 * third, -third), perSecond.slice(-third)];
  return median([...last]) > FASTER * median([...before]);
}
