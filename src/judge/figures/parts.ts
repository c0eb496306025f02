/** The parts of a block, and which of them a metric is read from. Not every block has all of them: what is decided is not measured again. */
import type { MetricName } from '../../config/experiment/metrics.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';

/** `whole`: every block has it. */
export type Part = 'slices' | 'latency' | 'steady' | 'whole';

const PARTS: Partial<Record<MetricName, Part>> = {
  throughput: 'slices',
  cpu: 'slices',
  'cpu-beside': 'slices',
  memory: 'slices',
  pss: 'slices',
  'peak-memory': 'slices',
  'memory-growth': 'slices',
  p50: 'latency',
  p90: 'latency',
  p99: 'latency',
  p999: 'latency',
  max: 'latency',
  'longest-stall': 'steady',
  'throughput-cv': 'steady',
};

export function partOf({
  metric,
  isOpenLoopCpu,
}: {
  metric: MetricName;
  isOpenLoopCpu: boolean;
}): Part {
  return isOpenLoopCpu ? 'latency' : (PARTS[metric] ?? 'whole');
}

/** Of each number of blocks from none on: in how many of these each part was measured. */
export function countsOf(blocks: readonly BlockMeasurement[]): Record<Part, readonly number[]> {
  return {
    slices: countsOfPart('slices', blocks),
    latency: countsOfPart('latency', blocks),
    steady: countsOfPart('steady', blocks),
    whole: countsOfPart('whole', blocks),
  };
}

function countsOfPart(part: Part, blocks: readonly BlockMeasurement[]): number[] {
  let count = 0;
  return [0, ...blocks.map((block) => (count += hasPart(part, block) ? 1 : 0))];
}

function hasPart(part: Part, { arms, sliceOrder }: BlockMeasurement): boolean {
  if (part === 'whole') return true;
  const observed = Object.values(arms);
  // A hold has neither slices nor phases: it is one piece.
  if (observed.some(({ hold }) => hold !== null)) return true;
  if (part === 'slices') return sliceOrder !== '';
  return observed.some((arm) => arm[part] !== null);
}

/** Blocks without phases at the beginning, at most; and of a short plan this share of it (docs/adr/0047-stop-when-red.md). */
export const SPEED_FIRST = { blocks: 6, share: 1 / 3 };

/** Which parts a further block must have. */
export interface NextBlock {
  slices: boolean;
  latency: boolean;
  steady: boolean;
}

export const WHOLE_BLOCK: NextBlock = { slices: true, latency: true, steady: true };
