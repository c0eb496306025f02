/** A line in the log of the bench of the run effect. */
import type { BlockMeasurement } from '../../src/measure/observed/measurement.ts';
import type { Sizes } from './measure.ts';

export type Line = { fixture: string } & (
  | { kind: 'sizes'; sizes: Sizes }
  | { kind: 'run'; condition: string; startedAt: string; blocks: BlockMeasurement[] }
);
