/** Looks at the measurement itself before anyone looks at a ratio. Blind to which arm is faster. */
import { mean, sum } from 'simple-statistics';
import type { Arm, Scenario } from '../config/experiment.ts';
import type { BlockMeasurement, Rehearsal, SubjectMeasurement } from '../measure/measurement.ts';
import { untrimmedExcess } from './cpu.ts';
import { logCost } from './decide.ts';
import { armCost, estimatePaired } from './estimate.ts';

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
  /** CPU time in few quads, which trimming cuts away: told above this share of the CPU tolerance, … */
  rareWorkShare: 0.5,
  /** … when it is this many standard errors clear of nothing (p = 1 % at 5 degrees of freedom), … */
  rareWorkT: 4,
  /** … and over at least as many blocks as a verdict needs. */
  rareWorkBlocks: 6,
} as const;

export interface Health {
  /** The measurement is broken, in one sentence; null when it is sound. */
  invalid: string | null;
  /** Throughput is the generator's, not the server's; null when it is the server's. */
  generatorLimited: string | null;
  warnings: string[];
}

/** `serverCores`: how many the servers may use. `cpuTolerance`: a fraction, as in the gate. */
export function checkHealth(
  subject: SubjectMeasurement,
  given: { scenario: Scenario; serverCores: number; cpuTolerance: number },
): Health {
  const warnings = subject.rehearsal === null ? [] : engineWarnings(subject.rehearsal);
  const invalid = errorVerdict(subject, given.scenario, warnings);
  const rare = rareWork(subject.blocks, given.cpuTolerance);
  if (rare !== null) warnings.push(rare);
  return {
    invalid,
    generatorLimited: generatorLimit(subject.blocks, given.serverCores),
    warnings,
  };
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

function errorVerdict(
  { blocks, errorSamples }: SubjectMeasurement,
  scenario: Scenario,
  warnings: string[],
): string | null {
  const broken: string[] = [];
  for (const arm of ['base', 'head'] as const) {
    const { failed, attempted, share } = failedShare(blocks, arm);
    if (failed === 0) continue;
    const counts = `${failed} of ${attempted} requests (${percent(share)})`;
    const example = errorSamples.find((sample) => sample.arm === arm)?.message;
    const sentence = `${arm} did not answer ${counts} as expected (${scenario.method} ${scenario.path})${
      example === undefined ? '' : `; for example: ${example}`
    }`;
    if (share > LIMITS.errorShare) broken.push(sentence);
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
    if (blocks.every((block) => block.arms[arm] === undefined)) continue;
    const used = coresUsed(blocks, arm);
    if (used === null) {
      return `the load generator may have been the limit (its core ${percent(busy)} busy, and the servers' CPU time cannot be read here): throughput is not judged`;
    }
    // A single-threaded server on several cores is at its limit with one of them.
    const atOneCore = used >= LIMITS.serverBusy && used <= 2 - LIMITS.serverBusy;
    if (used < LIMITS.serverBusy * serverCores && !atOneCore) {
      return `the load generator was the limit (its core ${percent(busy)} busy, ${arm}'s cores ${percent(used / serverCores)}): throughput is not judged, CPU per request is`;
    }
  }
  return null;
}

/** Server cores in use on average while this arm was loaded; null where that cannot be read. */
function coresUsed(blocks: readonly BlockMeasurement[], arm: Arm): number | null {
  let cpuMs = 0;
  let wallMs = 0;
  for (const block of blocks) {
    const ticksMs = block.arms[arm]?.cpuTicksMs ?? null;
    if (ticksMs === null) return null;
    cpuMs += ticksMs;
    for (let i = 0; i < block.sliceUs.length; i++) {
      if (block.sliceOrder[i] === arm[0]) wallMs += (block.sliceUs[i] as number) / 1000;
    }
  }
  return wallMs === 0 ? null : cpuMs / wallMs;
}

/**
 * CPU per request is judged from trimmed quads, which is blind to work that happens in few of them.
 * Compares it with all the CPU time, block by block.
 */
function rareWork(blocks: readonly BlockMeasurement[], cpuTolerance: number): string | null {
  const excess = estimatePaired(blocks.flatMap((block) => untrimmedExcess(block) ?? []));
  if (excess === null || excess.blocks < LIMITS.rareWorkBlocks) return null;
  const size = Math.abs(excess.d);
  if (size <= LIMITS.rareWorkShare * logCost('cpu', cpuTolerance)) return null;
  if (size <= LIMITS.rareWorkT * excess.se) return null;
  const [more, less] = excess.d > 0 ? ['head', 'base'] : (['base', 'head'] as const);
  const judged = mean(blocks.flatMap((block) => armCost('cpu', block, more as Arm) ?? []));
  const added = `${percent(Math.expm1(size))} (${micros(judged * Math.expm1(size))})`;
  return `${more} does more rare work than ${less} (long collector pauses or periodic jobs, in few of the quads): it adds about ${added} of CPU per request, which the judged figure leaves out.`;
}

function micros(seconds: number): string {
  return `${Number((1e6 * seconds).toPrecision(2))} µs`;
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
