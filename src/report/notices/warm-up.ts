/** How long the servers took to become steady in the pilot run, in words. */

import type { Form } from '../../config/settings/spelling.ts';
import type { Pilot, WarmUp } from '../../measure/observed/measurement.ts';
import { getsFaster, riseTogether, WINDOWS_AT_LEAST } from '../../plan/warm-up.ts';
import { settingName, settingText } from '../cures/cure-settings.ts';
import { formatDuration } from '../wording/format.ts';

/** Of the slower arm. `asked`: what the config says; null where nothing was watched. `form`: of the setting that is advised. */
export function warmUpText(
  { arms }: Pilot,
  asked: number | null,
  subject: string,
  form?: Form,
): string | null {
  const seen = Object.values(arms).flatMap(({ warmUp }) => warmUp ?? []);
  if (seen.length === 0) return null;
  // Answers of a slow server that are as quick as the first ones: nothing to tell.
  if (seen.every((one) => one.steadyFrom === 0 && isShort(one))) return null;
  const given = asked === null ? '' : `; each gets ${formatDuration(asked)} in every block`;
  const isTogether = riseTogether(seen.map(({ perSecond }) => perSecond));
  if (!isTogether && seen.every(({ steadyFrom }) => steadyFrom !== null)) {
    const ms = Math.max(...seen.map((one) => lengthMs(one, one.steadyFrom as number)));
    return `${subject}: warmed up in ${formatDuration(Math.max(100, ms))}${given}`;
  }
  const watchedMs = Math.max(...seen.map((one) => lengthMs(one, one.perSecond.length)));
  const isRising =
    isTogether ||
    seen.some(({ steadyFrom, perSecond }) => steadyFrom === null && getsFaster(perSecond));
  const state = isRising ? 'still getting faster' : 'not steady';
  const longer =
    asked === null
      ? `${settingText('warmUp', '60s', form)} gives it longer`
      : `a longer ${settingName('warmUp', form)} may help`;
  return `${subject}: ${state} after ${formatDuration(watchedMs)} of load: ${longer}${given}`;
}

/** Too short to show how long it took. */
function isShort({ perSecond }: WarmUp): boolean {
  return perSecond.length < WINDOWS_AT_LEAST;
}

function lengthMs({ windowWork, perSecond }: WarmUp, windows: number): number {
  return perSecond
    .slice(0, windows)
    .reduce((sum, rate) => sum + (rate === 0 ? 0 : (1000 * windowWork) / rate), 0);
}
