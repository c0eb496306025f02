/** The blocks of a dose, and jobs that are made of them. */
import { type SubjectId, subjectName } from '../config/experiment/experiment.ts';
import type {
  BlockMeasurement,
  Measurement,
  SubjectMeasurement,
} from '../measure/observed/measurement.ts';
import { BLOCKS_AT_MOST } from '../plan/block-size.ts';
import { looksFor, MIN_BLOCKS } from '../plan/looks.ts';
import type { BlockPlan, SubjectPlan } from '../plan/plan.ts';

/** A block, and the orders that it was measured in. */
export interface PooledBlock {
  block: BlockMeasurement;
  plan: BlockPlan;
}

export interface Pool {
  /** In the order in which they were measured. */
  blocks: readonly PooledBlock[];
  /** The same of each run, by twos: orders are balanced over each two (`blockPlans`). A last one without its other is in none. */
  runs: readonly (readonly (readonly [PooledBlock, PooledBlock])[])[];
  replaced: number;
  /** What a job of these blocks looks like, with the looks of the budget and no blocks yet. */
  template: Measurement;
  subject: SubjectMeasurement;
  plan: SubjectPlan;
}

/** A planned block's length is rounded to the millisecond; the budget still holds the blocks that it was cut into. */
const ROUNDING = 0.01;

/** Null without blocks. The first chunk stands for all: they differ in what their pilot runs found, and that little. */
export function poolOf(
  chunks: readonly Measurement[],
  subject: SubjectId,
  budgetMs: number,
): Pool | null {
  const name = subjectName(subject);
  const own = chunks.flatMap((chunk) => partsOf(chunk, name));
  const [first, part] = [chunks[0], own[0]];
  const blocks = own.flatMap((chunk) => chunk.blocks);
  if (first === undefined || part === undefined || blocks.length === 0) return null;
  const { plan, measured } = part;
  const count = blocksIn(budgetMs, plan.blockMs);
  const wholePlan: SubjectPlan = {
    ...plan,
    looks: looksFor(count),
    ends: [count],
    blocks: Array.from({ length: count }, (_, index) => ({
      ...(plan.blocks[index % plan.blocks.length] as BlockPlan),
      index,
    })),
  };
  return {
    blocks,
    runs: own.map((chunk) => byTwos(chunk.blocks)),
    replaced: own.reduce((sum, chunk) => sum + chunk.measured.replaced.length, 0),
    plan: wholePlan,
    subject: { ...measured, blocks: [], replaced: [] },
    template: { ...first, plan: { ...first.plan, subjects: [wholePlan] }, subjects: [] },
  };
}

/** As many blocks as a job of this budget plans. */
export function blocksIn(budgetMs: number, blockMs: number): number {
  const fitting = Math.floor(budgetMs / blockMs + ROUNDING);
  return Math.min(BLOCKS_AT_MOST, Math.max(MIN_BLOCKS, fitting));
}

/** The measurement of a job that had these blocks so far, in this order. */
export function jobOf(
  { template, subject, plan }: Pick<Pool, 'template' | 'subject' | 'plan'>,
  blocks: readonly PooledBlock[],
): Measurement {
  const renumbered = blocks.map(({ block }, index) => ({ ...block, index }));
  const orders = blocks.map((pooled, index) => ({ ...pooled.plan, index }));
  const planned = { ...plan, blocks: [...orders, ...plan.blocks.slice(orders.length)] };
  return {
    ...template,
    plan: { ...template.plan, subjects: [planned] },
    subjects: [{ ...subject, blocks: renumbered }],
  };
}

/** What a chunk has of the subject. */
function partsOf({ plan, subjects }: Measurement, name: string) {
  const planned = plan.subjects.find((subject) => subjectName(subject) === name);
  const measured = subjects.find((subject) => subjectName(subject) === name);
  if (planned === undefined || measured === undefined) return [];
  const blocks = measured.blocks.flatMap((block): PooledBlock[] => {
    const own = planned.blocks.find(({ index }) => index === block.index);
    return own === undefined ? [] : [{ block, plan: own }];
  });
  return [{ plan: planned, measured, blocks }];
}

function byTwos(blocks: readonly PooledBlock[]): [PooledBlock, PooledBlock][] {
  const pairs: [PooledBlock, PooledBlock][] = [];
  for (let i = 0; i + 1 < blocks.length; i += 2) {
    pairs.push([blocks[i] as PooledBlock, blocks[i + 1] as PooledBlock]);
  }
  return pairs;
}

/** The same blocks, for a gate with this tolerance for throughput and CPU time. */
export function withTolerance(pool: Pool, tolerance: number): Pool {
  const { experiment } = pool.template;
  const { gate } = experiment;
  const stricter = { ...gate.tolerance, throughput: tolerance, cpu: tolerance };
  return {
    ...pool,
    template: {
      ...pool.template,
      experiment: { ...experiment, gate: { ...gate, tolerance: stricter } },
    },
  };
}
