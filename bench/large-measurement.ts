/** A measurement as large as any that the judge should meet in everyday life, with noise in every figure. */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type BlockRatios, repeat } from '../test/support/block.ts';
import type { BlockMeasurement, Measurement, SubjectPlan } from '../test/support/draft.ts';
import { buildMeasurement, httpScenario, observed } from '../test/support/measurement.ts';

export interface Size {
  subjects: number;
  blocks: number;
  /** Over both arms. */
  slices: number;
  /** Per arm. */
  segments: number;
}

/** Ten scenarios of as many servers as are needed, with every phase. The same size gives the same measurement. */
export function largeMeasurement(size: Size): Measurement {
  const noise = noiseFrom(1);
  const measurement = buildMeasurement({
    slices: size.slices,
    gate: { metrics: ['throughput', 'cpu', 'p50', 'p99', 'memory'] },
    load: (name) =>
      httpScenario(name, {
        latency: { perSecond: null },
        steadyMs: 1000,
      }),
    subjects: Array.from({ length: size.subjects }, (_, i) => ({
      server: `server-${Math.floor(i / 10)}`,
      scenario: `scenario-${i % 10}`,
      // Most are as they were, one in twenty is slower by 8 %, one in twenty faster.
      blocks: Array.from({ length: size.blocks }, () => ratiosOf(EFFECTS[i % 20] ?? 0, noise)),
      edit: (block) => roughen(block, size.segments, noise),
    })),
  });
  for (const subject of measurement.plan.subjects) planPhases(subject, measurement, size);
  return measurement;
}

/** As the blocks were made: what the plan says otherwise, no run can have measured. */
function planPhases(plan: SubjectPlan, { subjects }: Measurement, { segments }: Size): void {
  const [block] = subjects[0]?.blocks ?? [];
  const latency = block && observed(block, 'head').latency;
  if (latency === null || latency === undefined) return;
  const { perSecond, scheduled } = latency;
  const segmentRequests = Math.round(scheduled / segments);
  plan.phases = {
    latency: { perSecond, segmentRequests, segmentsPerArm: segments },
    steadyMs: 1000,
  };
  for (const one of plan.blocks) {
    one.latencyOrder = latencyOrder(segments);
    one.steadyOrder = ['base', 'head'];
  }
}

function latencyOrder(segments: number): string {
  return 'bhhb'.repeat(segments / 2);
}

const EFFECTS: Record<number, number> = { 7: 0.08, 13: -0.08 };
const BLOCK_SD = 0.03;

function ratiosOf(effect: number, noise: () => number): BlockRatios {
  const value = () => effect + BLOCK_SD * noise();
  return {
    throughput: value(),
    cpu: value(),
    p50: value(),
    p90: value(),
    p99: value(),
    p999: value(),
    max: value(),
    memory: BLOCK_SD * noise(),
    pss: BLOCK_SD * noise(),
    'peak-memory': BLOCK_SD * noise(),
  };
}

/** Within a block nothing is the same twice either. */
function roughen(block: BlockMeasurement, segments: number, noise: () => number): void {
  const rough = (value: number, sd: number) => Math.round(value * Math.exp(sd * noise()));
  block.sliceUs = block.sliceUs.map((us) => rough(us, 0.05));
  block.latencyOrder = latencyOrder(segments);
  for (const arm of ['base', 'head'] as const) {
    const own = observed(block, arm);
    own.cpuMs = own.cpuMs?.map((ms) => rough(1000 * ms, 0.05) / 1000) ?? null;
    own.rssBytes = own.rssBytes.map((bytes) => rough(bytes, 0.01));
    own.pssBytes = own.pssBytes.map((bytes) => rough(bytes, 0.01));
    own.steady = {
      longestStallMs: rough(20, 0.3),
      windows: Array.from({ length: 10 }, () => rough(4000, 0.05)),
    };
    const { latency } = own;
    if (latency === null) continue;
    const { p50Us, p90Us, p99Us, scheduled } = latency;
    // A slow moment is slow for all quantiles, so that they stay in order.
    const moments = Array.from({ length: segments }, () => Math.exp(0.1 * noise()));
    const each = (us: number) => moments.map((factor) => rough(factor * us, 0.02));
    const requests = Math.round(scheduled / segments);
    const [cpuMs] = latency.cpuMs ?? [];
    if (cpuMs !== undefined) latency.cpuMs = each(1000 * cpuMs).map((us) => us / 1000);
    latency.segments = {
      scheduled: repeat(requests, segments),
      late: Array.from({ length: segments }, () => (noise() > 2 ? 1 : 0)),
      durationUs: repeat((1e6 * requests) / latency.perSecond, segments),
      p50Us: each(p50Us),
      p90Us: each(p90Us),
      p99Us: each(p99Us),
    };
  }
}

/** About normal with a standard deviation of one (sum of four uniform numbers): quick, for millions of them. */
function noiseFrom(seed: number): () => number {
  const random = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(random) - 0.5;
  return () => Math.sqrt(3) * (uniform() + uniform() + uniform() + uniform());
}
