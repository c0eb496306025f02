/** The example of docs/reading-the-report.md. */

import { judge } from '../../src/judge/judge.ts';
import type { BlockRatios } from '../support/block.ts';
import type { BlockMeasurement, Verdict } from '../support/draft.ts';
import { draftOf } from '../support/draft.ts';
import { measurementOf, SIGNS } from '../support/measurement.ts';
import { burst, CORES, ENVIRONMENT, SOURCES } from './build.ts';

/** What the judge itself says of a made-up measurement, so that every figure agrees with the rule. */
export function guideExample(): Verdict {
  const measurement = measurementOf({
    seed: 20_261_123,
    slices: 40,
    subjects: [
      {
        scenario: 'plaintext',
        planned: 20,
        blocks: ratios(10, [0.0845, 0.026], [0.0807, 0.022]),
        edit: takesLonger(0.97),
      },
      {
        scenario: 'search',
        planned: 20,
        blocks: ratios(20, [0.019, 0.09], [0.006, 0.012]),
        restarts: 1,
        edit: takesLonger(13),
      },
      {
        scenario: 'json',
        planned: 20,
        blocks: ratios(6, [-0.004, 0.009], [-0.001, 0.008]),
        edit: takesLonger(1.07),
      },
    ],
  });
  Object.assign(measurement, { environment: ENVIRONMENT, sources: SOURCES });
  measurement.plan.cores = CORES;
  for (const server of measurement.experiment.servers) server.build = 'npm ci';
  const arms = measurement.subjects[1]?.pilot?.arms;
  Object.assign(arms?.base ?? {}, {
    rate: 3080,
    burst: burst(2_405, { latencyP50Ms: 13, latencyP99Ms: 41 }),
  });
  Object.assign(arms?.head ?? {}, {
    rate: 3040,
    burst: burst(2_390, { latencyP50Ms: 13, latencyP99Ms: 43 }),
  });
  for (const subject of measurement.subjects) {
    const starts = subject.blocks.length + 1;
    subject.answers = {
      ...{ kinds: 1, compared: 1, values: 1, answers: { base: 2 * starts, head: 2 * starts } },
      ...{ starts, differences: [], content: 0, form: 0 },
    };
  }
  // Of the slower server, whose warm-up is as short as the others'.
  for (const plan of measurement.plan.subjects.slice(1, 2)) plan.warmupRequests = 1000;
  return draftOf(judge(measurement));
}

/** Of the swings around the mean: each twice, above and below, and no two groups. */
const SIZES = [3, 6, 3, 6, 9, 9, 3, 9, 3, 9, 1, 8, 1, 8, 4, 10, 4, 10, 4.8, 4.8];

/** Blocks whose values have exactly these means and standard deviations. */
function ratios(
  count: number,
  throughput: [mean: number, sd: number],
  cpu: [mean: number, sd: number],
): BlockRatios[] {
  const swings = SIZES.slice(0, count).map((size, i) => size * (SIGNS[i] as number));
  const spread = Math.sqrt(swings.reduce((sum, swing) => sum + swing ** 2, 0) / (count - 1));
  const value = ([mean, sd]: [number, number], swing: number) => mean + (sd * swing) / spread;
  return Array.from({ length: count }, (_, i) => ({
    throughput: value(throughput, swings[i] as number),
    cpu: value(cpu, -(swings[i] as number)),
    memory: (i % 3) / 1000,
  }));
}

/** Makes a scenario this many times as dear as the others. */
function takesLonger(factor: number): (block: BlockMeasurement) => void {
  return (block) => {
    block.sliceUs = block.sliceUs.map((us) => us * factor);
    for (const observation of Object.values(block.arms)) {
      observation.cpuMs = observation.cpuMs?.map((ms) => ms * factor) ?? null;
      observation.cpuTicksMs = (observation.cpuTicksMs ?? 0) * factor;
      observation.busiestThreadMs = (observation.busiestThreadMs ?? 0) * factor;
      if (observation.latency?.cpuMs) {
        observation.latency.cpuMs = observation.latency.cpuMs.map((ms) => ms * factor);
      }
    }
  };
}
