/** What a confirmation is asked about, and what it says: a regression of another runner is confirmed, or not. */

import { isDeepStrictEqual } from 'node:util';
import { type SubjectId, subjectName } from '../config/experiment.ts';
import type { Claim, Measurement } from '../measure/measurement.ts';
import type { VerdictWord } from '../terms/verdict-word.ts';
import type { Confirmation, MetricVerdict } from './verdict.ts';

/** The claims about one subject; null in a first measurement, which has none to confirm. */
export function claimsOn(
  { confirmationOf }: Pick<Measurement, 'confirmationOf'>,
  subject: SubjectId,
): Claim[] | null {
  if (confirmationOf === null) return null;
  return confirmationOf.claims.filter((claim) => subjectName(claim) === subjectName(subject));
}

/**
 * A claim is confirmed by a regression and by nothing else. Where it is not, two runners disagree, and nobody
 * knows: `inconclusive`, whatever this runner's own figures would have been called.
 */
export function answered(metric: MetricVerdict, claims: readonly Claim[] | null): MetricVerdict {
  const claim = claims?.find(({ metric: name }) => name === metric.name);
  if (claim === undefined || metric.verdict === 'regression') return metric;
  const words = [notConfirmed(metric, claim), metric.reason].filter((part) => part !== null);
  return { ...metric, verdict: 'inconclusive', reason: words.join('; ') };
}

/** One for each claim, in their order. `word`: the subject's verdict. */
export function confirmationsOf(
  claims: readonly Claim[] | null,
  word: VerdictWord,
  metrics: readonly MetricVerdict[],
): Confirmation[] {
  return (claims ?? []).map(({ metric, change, interval, blocks }) => ({
    metric,
    first: { change, interval, blocks },
    confirmed:
      word === 'regression' &&
      metrics.some(({ name, verdict }) => name === metric && verdict === 'regression'),
  }));
}

/**
 * Why this is hardly another runner, in at most one sentence. Virtual machines of one image look alike, and a
 * hosted job always gets a fresh one: only elsewhere does the likeness tell something.
 */
export function sameMachine({
  confirmationOf,
  environment,
}: Pick<Measurement, 'confirmationOf' | 'environment'>): string[] {
  if (confirmationOf === null || environment.runnerImage !== null) return [];
  if (!isDeepStrictEqual(confirmationOf.environment, environment)) return [];
  return [
    'the first measurement seems to come from this very machine, whose own faults both measurements would share: confirm on a fresh runner.',
  ];
}

function notConfirmed({ comparison, change }: MetricVerdict, first: Claim): string {
  if (comparison !== 'ratio' || first.change === null || change === null) return 'not confirmed';
  return `not confirmed: ${signed(first.change)} on the first runner, ${signed(change)} on this one`;
}

/** `−8.0%`, `0.0%`: to a tenth of a percent, as the report has it. */
function signed(change: number): string {
  const size = Math.abs(100 * change).toFixed(1);
  const sign = size === '0.0' ? '' : change < 0 ? '−' : '+';
  return `${sign}${size}%`;
}
