/** A subject whose metrics are as noisy, and as much worse, as a test says. */

import assert from 'node:assert/strict';
import type { Gate } from '../../../src/config/experiment/experiment.ts';
import { judge } from '../../../src/judge/judge.ts';
import type { SubjectVerdict } from '../../../src/judge/verdict/verdict.ts';
import { type BlockMeasurement, draftOf } from '../../support/draft.ts';
import { httpScenario, measurementOf, observed, TOLERANCE } from '../../support/measurement.ts';
import { spread } from '../judged.ts';

export const METRICS = ['throughput', 'cpu', 'p99', 'memory'] as const;

/** A tolerance of p99 that blocks which differ by 30 % just keep. */
export const LOOSE: Partial<Gate> = {
  tolerance: { ...TOLERANCE, p99: 0.21 },
};

export interface Given {
  /** Standard deviations of the block values. */
  sd?: Partial<Record<(typeof METRICS)[number], number>>;
  /** True ln(cost ratio). */
  worse?: Partial<Record<(typeof METRICS)[number], number>>;
  blocks?: number;
  planned?: number;
  /** Blocks at the beginning that have no open loop. */
  without?: number;
  /** In these blocks the load generator sent late to base. */
  late?: readonly number[];
  gate?: Partial<Gate>;
}

export function measured(given: Given) {
  const {
    sd = {},
    worse = {},
    blocks = 20,
    planned = blocks,
    without = 0,
    late = [],
    gate = {},
  } = given;
  const of = (name: (typeof METRICS)[number], usual: number) =>
    spread(blocks, worse[name] ?? 0, (sd[name] ?? usual) / Math.sqrt(blocks));
  const [throughput, cpu, p99, memory] = [
    of('throughput', 0.01),
    of('cpu', 0.01),
    of('p99', 0.05),
    of('memory', 0.01),
  ];
  return measurementOf({
    slices: 8,
    noiseOf: 'both',
    gate: { metrics: [...METRICS], metricsNamed: false, ...draftOf(gate) },
    load: (name) => httpScenario(name, { latency: { perSecond: null } }),
    subjects: [
      {
        planned,
        blocks: throughput.map((value, i) => ({
          throughput: value,
          cpu: cpu[i] as number,
          p99: p99[i] as number,
          memory: memory[i] as number,
        })),
        edit: (block) => {
          if (block.index < without) withoutOpenLoop(block);
          if (late.includes(block.index)) sentLate(block);
        },
      },
    ],
  });
}

function withoutOpenLoop(block: BlockMeasurement): void {
  block.latencyOrder = '';
  for (const arm of ['base', 'head'] as const) observed(block, arm).latency = null;
}

function sentLate(block: BlockMeasurement): void {
  const { segments } = observed(block, 'base').latency ?? assert.fail();
  segments.late = [...segments.scheduled];
}

export function judged(given: Given): SubjectVerdict {
  return judge(measured(given)).subjects[0] as SubjectVerdict;
}
