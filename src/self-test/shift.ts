/** A block as it would have been had head been a little slower or faster in it: in throughput and in CPU time, each by itself. */
import type { BlockMeasurement } from '../measure/observed/measurement.ts';

/** ln(cost ratio), head over base, to add to a block's own. */
export interface Shift {
  throughput: number;
  cpu: number;
}

export function shifted(block: BlockMeasurement, { throughput, cpu }: Shift): BlockMeasurement {
  const { head } = block.arms;
  if (head === undefined || (throughput === 0 && cpu === 0)) return block;
  const [slower, dearer] = [Math.exp(throughput), Math.exp(cpu)];
  return {
    ...block,
    sliceUs: block.sliceUs.map((us, i) => (block.sliceOrder[i] === 'h' ? us * slower : us)),
    arms: {
      ...block.arms,
      head: {
        ...head,
        cpuMs: head.cpuMs?.map((ms) => ms * dearer) ?? null,
        cpuTicksMs: head.cpuTicksMs && head.cpuTicksMs * dearer,
      },
    },
  };
}
