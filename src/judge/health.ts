/** Looks at the measurement itself before anyone looks at a ratio. Blind to which arm is faster. */
import { sum } from 'simple-statistics';
import type { Arm, Scenario } from '../config/experiment.ts';
import type { BlockMeasurement, Rehearsal, SubjectMeasurement } from '../measure/measurement.ts';

/** Every threshold, in one place, with where it comes from. */
export const LIMITS = {
  /** Share of failed requests above which numbers describe errors, not speed (statistics literature: none; practice: 0.1 %). */
  errorShare: 0.001,
  /** A generator core this busy may be what limits the throughput. */
  generatorBusy: 0.9,
  /** A server core less busy than this is not what limits the throughput. */
  serverBusy: 0.9,
  /** autocannon faster than our engine by this factor means that our engine is at fault. */
  engineFaster: 1.25,
  /** autocannon costs about twice our engine's CPU; slower by more than this is not explained. */
  engineSlower: 5,
} as const;

export interface Health {
  /** The measurement is broken, in one sentence; null when it is sound. */
  invalid: string | null;
  /** Throughput is the generator's, not the server's; null when it is the server's. */
  generatorLimited: string | null;
  warnings: string[];
}

export function checkHealth(
  subject: SubjectMeasurement,
  scenario: Scenario,
  serverCores: number,
): Health {
  const warnings = subject.rehearsal === null ? [] : engineWarnings(subject.rehearsal);
  return {
    invalid: errorVerdict(subject, scenario, warnings),
    generatorLimited: generatorLimit(subject.blocks, serverCores),
    warnings,
  };
}

function errorVerdict(
  { blocks, errorSamples }: SubjectMeasurement,
  scenario: Scenario,
  warnings: string[],
): string | null {
  const broken: string[] = [];
  for (const arm of ['base', 'head'] as const) {
    const observations = blocks.flatMap((block) => block.arms[arm] ?? []);
    const attempted = sum(observations.map((o) => o.attempted));
    const failed = attempted - sum(observations.map((o) => o.good));
    if (failed === 0 || attempted === 0) continue;
    const share = `${failed} of ${attempted} requests (${percent(failed / attempted)})`;
    const example = errorSamples.find((sample) => sample.arm === arm)?.message;
    const sentence = `${arm} did not answer ${share} as expected (${scenario.method} ${scenario.path})${
      example === undefined ? '' : `; for example: ${example}`
    }`;
    if (failed / attempted > LIMITS.errorShare) broken.push(sentence);
    else warnings.push(`${sentence}. They count as no throughput.`);
  }
  if (broken.length === 0) return null;
  return `${broken.join('; ')}. Speed means nothing while requests fail: mend the errors, or set \`expect\` to the answer that is right.`;
}

/** Over the blocks' totals: was the generator the bottleneck while the server had time left? */
function generatorLimit(blocks: readonly BlockMeasurement[], serverCores: number): string | null {
  if (blocks.length === 0) return null;
  const busy = sum(blocks.map((block) => block.generatorBusy)) / blocks.length;
  if (busy < LIMITS.generatorBusy) return null;
  for (const arm of ['base', 'head'] as const) {
    const used = coresUsed(blocks, arm);
    if (used === null) continue;
    // A single-threaded server on several cores is at its limit with one of them.
    const atOneCore = used >= LIMITS.serverBusy && used <= 2 - LIMITS.serverBusy;
    if (used < LIMITS.serverBusy * serverCores && !atOneCore) {
      return `the load generator was the limit (its core ${percent(busy)} busy, ${arm}'s cores ${percent(used / serverCores)}): throughput is not judged, CPU per request is`;
    }
  }
  return null;
}

/** Server cores in use on average while this arm was loaded. */
function coresUsed(blocks: readonly BlockMeasurement[], arm: Arm): number | null {
  let cpuMs = 0;
  let wallMs = 0;
  for (const block of blocks) {
    cpuMs += block.arms[arm]?.cpuTicksMs ?? 0;
    for (let i = 0; i < block.sliceUs.length; i++) {
      if (block.sliceOrder[i] === arm[0]) wallMs += (block.sliceUs[i] as number) / 1000;
    }
  }
  return wallMs === 0 ? null : cpuMs / wallMs;
}

function engineWarnings(rehearsal: Rehearsal): string[] {
  const warnings: string[] = [];
  for (const [arm, seen] of Object.entries(rehearsal.arms)) {
    const { burst, rate } = seen;
    const failed = burst.errors + burst.timeouts;
    if (failed > LIMITS.errorShare * (burst.completed + failed)) {
      warnings.push(
        `autocannon's opening burst saw ${failed} failed requests on ${arm}, our engine fewer: the server may refuse load that comes suddenly.`,
      );
    }
    const ratio = burst.requestsPerSecond / rate;
    if (
      burst.requestsPerSecond > 0 &&
      (ratio > LIMITS.engineFaster || ratio < 1 / LIMITS.engineSlower)
    ) {
      warnings.push(
        `autocannon measured ${Math.round(burst.requestsPerSecond)} req/s on ${arm} where our engine measured ${Math.round(rate)}: distrust the absolute throughput.`,
      );
    }
  }
  return warnings;
}

function percent(fraction: number): string {
  return `${Number((100 * fraction).toPrecision(2))} %`;
}
