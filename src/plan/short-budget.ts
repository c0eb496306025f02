/** A budget that is too short for the fewest blocks that can be judged, and where the time of a block goes. */
import type { Scenario } from '../config/experiment/scenario.ts';
import type { PhaseName } from './phases.ts';

export interface ShortBudget {
  kind: Scenario['kind'];
  /** How much longer than the budget these blocks take. */
  overrunMs: number;
  blockMs: number;
  /** Of a block: starting the servers, and stopping them. */
  startMs: number;
  /** Of a block: warming up, of both arms. */
  warmUpMs: number;
  /** Of a block: what is measured beside the slices. */
  phasesMs: number;
  phases: readonly PhaseName[];
}
