/** What a confirmation is asked about, and what it says: a regression of another runner is confirmed, or not. */

import { isDeepStrictEqual } from 'node:util';
import { type SubjectId, subjectName } from '../../config/experiment/experiment.ts';
import type { Claim, Measurement } from '../../measure/observed/measurement.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import type { Finding } from '../findings/finding.ts';
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
export function applyConfirmation(
  metric: MetricVerdict,
  claims: readonly Claim[] | null,
): MetricVerdict {
  const claim = claims?.find(({ metric: name }) => name === metric.name);
  if (claim === undefined || metric.verdict === 'regression') return metric;
  const reasons = [notConfirmed(metric, claim), ...metric.reasons];
  return { ...metric, verdict: 'inconclusive', reasons };
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
 * Why this is hardly another runner, in at most one finding. Virtual machines of one image look alike, and a
 * hosted job always gets a fresh one: only elsewhere does the likeness tell something.
 */
export function sameMachine({
  confirmationOf,
  environment,
}: Pick<Measurement, 'confirmationOf' | 'environment'>): Finding[] {
  if (confirmationOf === null || environment.runnerImage !== null) return [];
  if (!isDeepStrictEqual(confirmationOf.environment, environment)) return [];
  return [{ code: 'same-machine', severity: 'warning', subject: null, data: {} }];
}

function notConfirmed({ name, comparison, change }: MetricVerdict, claim: Claim): Finding {
  const isTold = comparison === 'ratio' && claim.change !== null && change !== null;
  return {
    code: 'not-confirmed',
    severity: 'doubt',
    subject: name,
    data: { first: isTold ? claim.change : null, second: isTold ? change : null },
  };
}
