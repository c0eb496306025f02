/** A subject’s verdict: its word, its metrics, and what the reports say of it. */

import { armNames } from '../../config/experiment/contenders.ts';
import { echoOf } from '../../config/experiment/echo-of.ts';
import { onlyRequestOf } from '../../config/experiment/only-request.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type { Pairs } from '../../config/experiment/server.ts';
import type { Form } from '../../config/settings/spelling.ts';
import { fingerprintOf } from '../../measure/environment/fingerprint.ts';
import { cureFor } from '../../measure/failures/cure-for.ts';
import type { Cure } from '../../measure/observed/cure.ts';
import type { BlockMeasurement, MeasurementHead } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import { isExcused } from '../doubts/excused.ts';
import { modesOf } from '../doubts/modes.ts';
import { comparedAnswers } from '../health/answers.ts';
import { failedShare, onlyKind } from '../health/summary.ts';
import type { Replay } from '../looks/replay.ts';
import type { SubjectState } from '../state/state.ts';
import { applyConfirmation, claimsOn, confirmationsOf } from '../verdict/confirmation.ts';
import type { MetricVerdict, SubjectVerdict } from '../verdict/verdict.ts';
import { budgetNeeded } from './budget-needed.ts';
import { holdOf } from './hold.ts';
import { metricVerdict } from './metric-verdict.ts';
import { noiseOf } from './noise.ts';
import { noisyWarnings, warningsOf } from './subject-warnings.ts';
import { againstWhat, subjectVerdict } from './subject-word.ts';

export function verdictOf(
  measurement: MeasurementHead,
  { side }: Replay,
  subject: SubjectState,
): SubjectVerdict {
  const { measured } = subject;
  const isPair = measurement.plan.arms.length === 2;
  const claims = claimsOn(measurement, subject.id);
  const metrics = subject.metrics.map((state) =>
    applyConfirmation(metricVerdict(measurement, side, subject, state), claims),
  );
  const said = subjectVerdict(subject, metrics, {
    against: againstWhat(measurement),
    from: measurement.past?.from,
    isKept: measurement.past?.isKept,
  });
  const { word, reasons } = said;
  return {
    ...subject.id,
    ...namesIn(measurement, subject),
    ...(measurement.form === undefined ? {} : { form: measurement.form }),
    ...pastOf(measurement, subject),
    verdict: word,
    blocks: measured.blocks.length,
    metrics: metrics.map((metric) => overruled(word, metric, subject)),
    reasons,
    cure: word === 'invalid' ? cureOf(subject, measurement.form) : null,
    warnings: [...warningsOf(measurement, subject, word), ...noisyWarnings(said, metrics)],
    noise: noiseOf(subject),
    pictures: subject.health.pictures,
    modes: subject.metrics.flatMap((state) => modesOf(state) ?? []),
    confirmations: confirmationsOf(claims, word, metrics),
    ...comparedAnswers(measured, subject.scenario, isPair),
    ...besideOf(measured.blocks),
    pairs: pairsOf(measurement, subject),
    engine: (measured.pilot?.arms.head ?? measured.pilot?.arms.base)?.engine ?? null,
    reach: reachOf(subject),
    hold: holdOf(subject),
    burst: {
      base: measured.pilot?.arms.base?.burst ?? null,
      head: measured.pilot?.arms.head?.burst ?? null,
    },
    budgetNeededMs: word === 'inconclusive' ? budgetNeeded(measurement, side.each, subject) : null,
  };
}

/** Of a pair of contenders; two builds of one server have none. */
function namesIn(
  { experiment }: MeasurementHead,
  { id }: SubjectState,
): Pick<SubjectVerdict, 'names'> {
  const server = experiment.servers.find(({ name }) => name === id.server);
  return server?.contenders === undefined ? {} : { names: armNames(server) };
}

/** The earlier runs that count; absent where it is compared with something else. */
function pastOf(
  measurement: MeasurementHead,
  { id, past: chosen }: SubjectState,
): Pick<SubjectVerdict, 'past'> {
  const { past } = measurement;
  if (past === undefined || chosen === undefined) return {};
  const [first] = chosen.runs;
  return {
    past: {
      from: past.from,
      runs: chosen.runs.length,
      odd: chosen.left.odd,
      since: first?.at ?? null,
      fingerprint: fingerprintOf(measurement, id, past.calibrator),
    },
  };
}

/** Of the failure, or of what was answered in place of what was expected. */
function cureOf(
  { measured: { failure, errorSamples, blocks }, scenario }: SubjectState,
  form: Form | undefined,
): Cure | null {
  if (failure !== null) return failure.cure ?? null;
  for (const arm of ['head', 'base'] as const) {
    const own = errorSamples.filter((one) => one.arm === arm);
    const { failed, attempted } = failedShare(blocks, arm);
    const good = attempted - failed;
    const known = {
      ...onlyRequestOf(scenario),
      ...echoOf(scenario),
      good,
      failingKind: good === 0 ? null : failingAlone(own, scenario),
      ...(form && { form }),
    };
    // What an answer says is plainer than what its want does.
    const inOrder = [...own.filter(({ answer }) => answer), ...own.filter(({ answer }) => !answer)];
    const cures = inOrder.map(({ answer = null, message, cure: told }) => {
      const broken = { message, timeoutMs: scenario.timeoutMs };
      return told ?? cureFor({ ...known, answer, failed: broken });
    });
    // Where connections end, as of a worker that crashes, a request that got no answer in time is one of the same.
    const isEnding = own.some(({ kind }) => kind === 'closed');
    const cure = cures.find((one) => one !== null && !(isEnding && one.code === 'late-answer'));
    if (cure != null) return cure;
  }
  return null;
}

/** Chance at which failed requests are all of one kind although every kind fails as often (own choice). */
const ONE_KIND_BY_CHANCE = 0.05;

/** The kind of request that fails while the others do not; null: there is none, or too few failed ones are known to say so. */
function failingAlone(samples: ErrorSamples, scenario: Scenario): string | null {
  const { only } = onlyKind(samples, scenario);
  if (only === undefined) return null;
  return only.share ** samples.length <= ONE_KIND_BY_CHANCE ? only.request : null;
}

type ErrorSamples = SubjectState['measured']['errorSamples'];

function pairsOf({ experiment }: MeasurementHead, { id, plan }: SubjectState): Pairs {
  const server = experiment.servers.find(({ name }) => name === id.server);
  return plan?.pairs ?? server?.pairs ?? 'live';
}

/** Everyone who was beside the servers in some block, as the last of these saw it. */
function besideOf(blocks: readonly BlockMeasurement[]): Pick<SubjectVerdict, 'beside'> {
  const all = blocks.flatMap(({ beside }) => beside ?? []);
  const byName = new Map(all.map((one) => [`${one.name} ${one.places[0] ?? ''}`, one]));
  return all.length === 0 ? {} : { beside: [...byName.values()] };
}

/** Of all deliveries in the blocks: the share that arrived as it was sent. */
function reachOf({ scenario, measured: { blocks } }: SubjectState): SubjectVerdict['reach'] {
  if (scenario.kind !== 'websocket' || scenario.mode !== 'fan-out') return null;
  const of = (arm: Arm) => {
    const { attempted, share } = failedShare(blocks, arm);
    return attempted === 0 ? null : 1 - share;
  };
  return { base: of('base'), head: of('head') };
}

/** A metric of a broken, baseless or unfit subject has no verdict of its own, and no reason but the subject's. */
function overruled(
  subject: VerdictWord,
  metric: MetricVerdict,
  { health }: SubjectState,
): MetricVerdict {
  const isUnfit = health.doubts.length + health.passDoubts.length > 0;
  // Of other answers, or of figures that contradict each other, it is not known what was kept.
  const isKnown = health.passDoubts.length === 0 && !health.isHopeless;
  if (isKnown && isKeptLimit(metric) && !isWithoutVerdict(subject)) return metric;
  const stands = metric.verdict === 'regression' && !isExcused(health, metric.name);
  if (subject === 'regression' && isUnfit && !stands) {
    return { ...metric, verdict: 'inconclusive', reasons: [] };
  }
  const overrules = isWithoutVerdict(subject) || (subject === 'inconclusive' && isUnfit);
  return overrules ? { ...metric, verdict: subject, reasons: [] } : metric;
}

function isWithoutVerdict(subject: VerdictWord): boolean {
  return subject === 'invalid' || subject === 'no-baseline';
}

/** A machine that is busy makes requests fail and connections drop. It keeps none from it: where none did, none did. */
function isKeptLimit({ comparison, verdict }: MetricVerdict): boolean {
  return comparison === 'limit' && verdict === 'unchanged';
}
