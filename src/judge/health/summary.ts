/** Looks at the measurement itself before anyone looks at a ratio. Blind to which arm is faster. */

import { sum } from 'simple-statistics';
import { requestText, workOf, workText } from '../../config/experiment/describe-load.ts';
import type { Gate } from '../../config/experiment/experiment.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type {
  BlockMeasurement,
  Pilot,
  SubjectMeasurement,
} from '../../measure/observed/measurement.ts';
import type { SubjectPlan } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import type { Finding } from '../findings/finding.ts';
import type { Failing } from '../findings/subject.ts';
import { machineFindings } from '../machine/machine-findings.ts';
import { trimExcess } from '../rule/trim-excess.ts';
import { answerFindings } from './answers.ts';
import { changeFinding, sizeFinding, startFinding } from './body-sizes.ts';
import { burstWarnings } from './burst.ts';
import { errorDifference } from './error-difference.ts';
import type { Health } from './health.ts';
import { inFlightFindings } from './in-flight.ts';
import { movedWork } from './moved-work.ts';
import { orderEffect } from './order.ts';
import { putOffWork } from './put-off.ts';
import { resentFindings } from './resent.ts';
import { isServerFull, type Placement, spareTime } from './spare-time.ts';
import { startWarnings } from './starts.ts';
import { trendFindings } from './trend.ts';
import { workersWarnings } from './workers.ts';

/** `serverCores`: how many the servers may use. `generatorProcesses`: how many made the load. `plan`: null before there is one. */
export function checkHealth(
  subject: SubjectMeasurement,
  given: {
    scenario: Scenario;
    plan: Pick<SubjectPlan, 'blocks'> | null;
    placement: Placement;
    generatorProcesses: number;
    gate: Pick<Gate, 'metrics' | 'tolerance' | 'limits'>;
    /** How many the job has. By default this one alone. */
    subjects?: number;
    /** Two servers are compared, and not two builds of one. */
    isContest?: boolean;
  },
): Health {
  const { scenario, plan, placement, generatorProcesses, gate } = given;
  const { blocks, pilot } = subject;
  const isBesideCalibrator = blocks.some(({ calibrator }) => calibrator !== undefined);
  const errors = errorFindings(subject, scenario, gate.limits.errors);
  const machine = machineFindings(subject);
  const trend = trendFindings(blocks, pilot);
  const inFlight = inFlightFindings(pilot, scenario);
  const answers = answerFindings(subject, scenario, given.isContest ?? false);
  const sizes = otherSizes(subject, given);
  const resent = resentFindings(blocks, {
    limit: gate.limits.errors,
    isContest: given.isContest ?? false,
    hasStreams: scenario.kind === 'http' && scenario.protocol !== 'http1',
    isWebSocket: scenario.kind === 'websocket',
  });
  const moved = movedWork(blocks, { gate, isContest: given.isContest ?? false });
  const putOff = putOffWork(pilot, {
    metrics: gate.metrics,
    isContest: given.isContest ?? false,
  });
  const order = orderEffect(blocks, plan?.blocks ?? [], given.subjects ?? 1);
  const doubts = [machine.doubt, inFlight.doubt, trend.doubt, order?.finding ?? null];
  return {
    fault: errors.fault,
    passDoubts: [
      ...answers.doubts,
      ...[sizes.doubt, resent.doubt, moved].filter((doubt) => doubt !== null),
      ...(putOff?.severity === 'doubt' ? [putOff] : []),
    ],
    doubts: doubts.filter((doubt) => doubt !== null),
    isHopeless: inFlight.doubt !== null,
    excused: inFlight.doubt !== null ? 'all' : trend.excusesHead ? 'speed' : 'nothing',
    order,
    pictures: trend.pictures,
    spare: spareTime(subject, { scenario, placement }),
    isServerFull: isServerFull(blocks, placement.serverCores),
    // Beside the calibrator it is compared with the earlier runs.
    rare: isBesideCalibrator ? [] : trimExcess(blocks, gate.tolerance),
    warnings: [
      ...fittedWarnings(pilot),
      ...(pilot === null ? [] : burstWarnings(pilot, { scenario, generatorProcesses, blocks })),
      ...inFlight.warnings,
      ...errors.warnings,
      ...answers.warnings,
      ...sizes.warnings,
      ...errorDifference(blocks, gate.limits.errors),
      ...resent.warnings,
      ...(putOff?.severity === 'warning' ? [putOff] : []),
      ...machine.warnings,
      ...workersWarnings(blocks),
      ...trend.warnings,
      ...programWarnings(blocks),
      ...(given.isContest ? [] : startWarnings(blocks)),
      ...restartWarnings(subject.restarts),
    ],
  };
}

/**
 * Of head alone, but in no contest, as two servers write the same otherwise; nor where most answers are so, which the comparison of
 * answers tells. Or of both, once they are loaded or some seconds after their start.
 */
function otherSizes(
  { blocks, answers }: SubjectMeasurement,
  given: { scenario: Scenario; gate: Pick<Gate, 'limits'>; isContest?: boolean },
): { doubt: Finding | null; warnings: Finding[] } {
  const none = { doubt: null, warnings: [] };
  const isMeant = given.scenario.answers?.compare === 'may-differ';
  const isTold = (answers?.content ?? 0) > 0;
  const others =
    (given.isContest ?? false)
      ? null
      : sizeFinding(blocks, { limit: given.gate.limits.errors, isMeant, isTold });
  const found =
    others ??
    changeFinding(blocks, answers?.unloadedSizes, { isMeant }) ??
    startFinding(blocks, answers ?? {}, { isMeant });
  if (found === null) return none;
  return isMeant ? { doubt: null, warnings: [found] } : { doubt: found, warnings: [] };
}

/** Share of the requests of one arm that were not answered as expected, with the counts. */
export function failedShare(
  blocks: readonly BlockMeasurement[],
  arm: Arm,
): { failed: number; attempted: number; share: number } {
  const observations = blocks.flatMap((block) => block.arms[arm] ?? []);
  const attempted = sum(observations.map((o) => o.attempted));
  const failed = attempted - sum(observations.map((o) => o.good));
  return { failed, attempted, share: attempted === 0 ? 0 : failed / attempted };
}

function errorFindings(
  { blocks, errorSamples }: SubjectMeasurement,
  scenario: Scenario,
  limit: number,
): Pick<Health, 'fault' | 'warnings'> {
  const broken: Partial<Record<Arm, Failing>> = {};
  const warnings: Finding[] = [];
  const asked = { work: workOf(scenario), load: workText(scenario) };
  for (const arm of ['base', 'head'] as const) {
    const { failed, attempted, share } = failedShare(blocks, arm);
    if (failed === 0) continue;
    const samples = errorSamples.filter((sample) => sample.arm === arm);
    const example = samples[0]?.message ?? null;
    const failing = { failed, attempted, example, ...onlyKind(samples, scenario) };
    if (share > limit) broken[arm] = failing;
    else {
      const data = { ...asked, ...failing };
      warnings.push({ code: 'some-answers-wrong', severity: 'warning', subject: arm, data });
    }
  }
  const { base = null, head = null } = broken;
  if (head !== null) {
    const data = { ...asked, base, head, isHttp: scenario.kind === 'http' };
    const finding = { code: 'answers-broken', severity: 'error', subject: null, data } as const;
    return { fault: { word: 'invalid', finding }, warnings };
  }
  if (base === null) return { fault: null, warnings };
  const data = { ...asked, base };
  const finding = {
    code: 'base-answers-broken',
    severity: 'error',
    subject: 'base',
    data,
  } as const;
  return { fault: { word: 'no-baseline', finding }, warnings };
}

/** Which kind of request it is that fails, where there are several and all that is known is of one. */
export function onlyKind(
  samples: readonly Pick<SubjectMeasurement['errorSamples'][number], 'request'>[],
  scenario: Scenario,
): Pick<Failing, 'only'> {
  const request = samples[0]?.request;
  if (request === undefined || scenario.kind !== 'http') return {};
  if (samples.some((sample) => sample.request !== request)) return {};
  const { requests } = scenario;
  const own = requests.filter((one) => requestText(one) === request);
  // Several may read alike, as queries are not shown.
  if (own.length === requests.length) return {};
  const weightOf = (some: typeof requests) => sum(some.map(({ weight }) => weight));
  return { only: { request, share: weightOf(own) / weightOf(requests) } };
}

/** Both arms kept theirs alike. */
function programWarnings(blocks: readonly BlockMeasurement[]): Finding[] {
  const [why] = blocks.flatMap(({ programs }) => programs?.lacking ?? []);
  if (why === undefined) return [];
  return [{ code: 'programs-not-copied', severity: 'warning', subject: null, data: { why } }];
}

function fittedWarnings(pilot: Pilot | null): Finding[] {
  const told = { severity: 'warning', subject: null } as const;
  if (pilot?.lowered !== undefined) {
    return [{ code: 'load-lowered', ...told, data: { ...pilot.lowered } }];
  }
  if (pilot?.full !== undefined) {
    return [{ code: 'listen-queue-full', ...told, data: { ...pilot.full } }];
  }
  if (pilot?.held === undefined) return [];
  return [{ code: 'connections-held', ...told, data: { ...pilot.held } }];
}

function restartWarnings(times: number): Finding[] {
  if (times === 0) return [];
  return [{ code: 'servers-restarted', severity: 'warning', subject: null, data: { times } }];
}
