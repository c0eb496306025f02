/** Looks at the measurement itself before anyone looks at a ratio. Blind to which arm is faster. */

import { sum } from 'simple-statistics';
import { workInWords, workOf } from '../../config/describe-load.ts';
import type { Gate, Scenario } from '../../config/experiment.ts';
import type { BurstResult } from '../../load/protocol.ts';
import type { BlockMeasurement, Rehearsal, SubjectMeasurement } from '../../measure/measurement.ts';
import type { SubjectPlan } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import { percent } from '../percent.ts';
import type { Health } from '../state.ts';
import { LIMITS } from '../thresholds.ts';
import { rareFindings } from '../trim-excess.ts';
import { errorDifference } from './error-difference.ts';
import { generatorLimit } from './generator-limit.ts';
import { inFlightFindings } from './in-flight.ts';
import { machineFindings } from './machine.ts';
import { orderEffect } from './order.ts';
import { trendFindings } from './trend.ts';

/** `serverCores`: how many the servers may use. `generatorProcesses`: how many made the load. `plan`: null before there is one. */
export function checkHealth(
  subject: SubjectMeasurement,
  given: {
    scenario: Scenario;
    plan: Pick<SubjectPlan, 'blocks'> | null;
    serverCores: number;
    generatorProcesses: number;
    gate: Pick<Gate, 'tolerance' | 'limits'>;
  },
): Health {
  const { scenario, plan, serverCores, generatorProcesses, gate } = given;
  const { blocks, rehearsal } = subject;
  const errors = errorFindings(subject, scenario, gate.limits.errors);
  const machine = machineFindings(subject);
  const trend = trendFindings(blocks, rehearsal);
  const inFlight = inFlightFindings(rehearsal, scenario);
  const order = orderEffect(blocks, plan?.blocks ?? []);
  const limit = generatorLimit(blocks, serverCores);
  const reasons = [
    machine.inconclusive,
    inFlight.inconclusive,
    trend.inconclusive,
    order?.reason ?? null,
  ];
  const excuses = [inFlight.inconclusive, trend.excusesHead ? trend.inconclusive : null];
  return {
    invalid: errors.invalid,
    baseBroken: errors.baseBroken,
    inconclusive: joined(reasons),
    isHopeless: inFlight.inconclusive !== null,
    excuse: joined(excuses),
    order,
    pictures: trend.pictures,
    generatorLimited: limit?.reason ?? null,
    isLimitBases: limit?.isBases ?? false,
    rare: rareFindings(blocks, gate.tolerance),
    warnings: [
      ...(rehearsal === null ? [] : engineWarnings(rehearsal, scenario, generatorProcesses)),
      ...inFlight.warnings,
      ...errors.warnings,
      ...errorDifference(blocks, gate.limits.errors),
      ...machine.warnings,
      ...trend.warnings,
      ...restartWarnings(subject.restarts),
    ],
  };
}

function joined(reasons: readonly (string | null)[]): string | null {
  const given = reasons.filter((reason) => reason !== null);
  return given.length === 0 ? null : given.join('; ');
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
): Pick<Health, 'invalid' | 'baseBroken' | 'warnings'> {
  const broken: Partial<Record<Arm, { sentence: string; counts: string; so: string }>> = {};
  const warnings: string[] = [];
  for (const arm of ['base', 'head'] as const) {
    const { failed, attempted, share } = failedShare(blocks, arm);
    if (failed === 0) continue;
    const counts = `${failed} of ${attempted} ${workOf(scenario)}s (${percent(share)})`;
    const example = errorSamples.find((sample) => sample.arm === arm)?.message;
    const so = example === undefined ? '' : `; for example: ${example}`;
    const sentence = `${arm} did not answer ${counts} as expected (${workInWords(scenario)})${so}`;
    if (share > limit) broken[arm] = { sentence, counts, so };
    else warnings.push(`${sentence}. They count as no throughput.`);
  }
  if (broken.head === undefined) {
    const baseBroken =
      broken.base === undefined
        ? null
        : `${broken.base.sentence}. There is nothing sound to compare with.`;
    return { invalid: null, baseBroken, warnings };
  }
  const { base, head } = broken;
  const load = workInWords(scenario);
  const who =
    base === undefined || base.so !== head.so
      ? [base, head].flatMap((one) => one?.sentence ?? []).join('; ')
      : `both builds did not answer as expected (${load}), base ${base.counts}, head ${head.counts}${head.so}`;
  const orExpect = scenario.kind === 'http' ? ', or set `expect` to the answer that is right' : '';
  const invalid = `${who}. Speed means nothing while ${workOf(scenario)}s fail: mend the errors${orExpect}.`;
  return { invalid, baseBroken: null, warnings };
}

function engineWarnings(rehearsal: Rehearsal, scenario: Scenario, processes: number): string[] {
  const warnings: string[] = [];
  const least = 1 / (LIMITS.engineSlower * processes);
  for (const [arm, { burst, rate }] of Object.entries(rehearsal.arms)) {
    if (burst === null || rate === null || scenario.kind !== 'http') continue;
    const statuses = [...new Set(scenario.requests.map(({ expect }) => expect.status))];
    const { failed, asked } = burstFailures(burst, statuses);
    if (failed > LIMITS.errorShare * asked) {
      warnings.push(
        `autocannon's opening burst on ${arm}: ${failed} of ${asked} requests had no answer, or another status than ${statuses.join(' or ')}.`,
      );
    }
    const ratio = burst.requestsPerSecond / rate;
    // A burst without any answer has no speed to compare; its failures are told above.
    if (ratio > 0 && (ratio > LIMITS.engineFaster || ratio < least)) {
      warnings.push(
        `autocannon measured ${Math.round(burst.requestsPerSecond)} req/s on ${arm} where our engine measured ${Math.round(rate)}: distrust the absolute throughput.`,
      );
    }
  }
  return warnings;
}

/** autocannon's `errors` include its timeouts; an unexpected status is an answer to autocannon. */
function burstFailures(
  { completed, errors, statuses }: BurstResult,
  expected: readonly number[],
): { failed: number; asked: number } {
  return {
    failed: errors + completed - sum(expected.map((status) => statuses[status] ?? 0)),
    asked: completed + errors,
  };
}

function restartWarnings(restarts: number): string[] {
  if (restarts === 0) return [];
  const times = restarts === 1 ? 'once' : `${restarts} times`;
  return [`a server had to be started again ${times}: it did not come up at the first attempt.`];
}
