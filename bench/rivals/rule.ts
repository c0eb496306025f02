/** What all rules that are compared have in common. */
import type { BlockMeasurement } from '../../src/measure/observed/measurement.ts';

export interface Rule {
  name: string;
  /** Where it is published, as a Markdown link. */
  source: string;
  /**
   * Whether it would have called head slower, given the pool's blocks from `from` on, and how many blocks it looked at;
   * null when the pool has too few.
   */
  judge(blocks: readonly BlockMeasurement[], from: number): { red: boolean; blocks: number } | null;
  /** Measuring time, in seconds; `blockMs`: of a block with both arms. */
  seconds(blockMs: number): number;
}

/** Length of a run of a load tool: autocannon's default, in seconds. */
export const RUN_SECONDS = 10;
