/**
 * Figures of a block that were taken from its slices and segments before these were let go of: a measurement of a thousand
 * subjects is mostly slices, and each block's are read only once.
 */
import type { MetricName } from '../../config/experiment/metrics.ts';
import type { ArmObservation } from '../../measure/observed/arm-observation.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';

/**
 * Of one arm. By metric: those that are read off slices, segments, samples or windows; any other is still in the block as it was
 * measured.
 */
export interface Figures extends Readonly<Partial<Record<MetricName, number | null>>> {
  readonly cpu: number | null;
  /** CPU seconds per request in the open loop. */
  readonly openLoopCpu: number | null;
  /** Of all slices, with nothing trimmed away: seconds, and CPU seconds, per expected answer. */
  readonly wholeThroughput: number | null;
  readonly wholeCpu: number | null;
}

/**
 * Why the open loop of a block was none. `isOfBoth`: base is named for a queue that head has too. `shares`: of each arm's
 * segments, sent late or with a queue.
 */
export interface OpenLoopFault {
  arm: Arm;
  kind: 'late' | 'unreached';
  isOfBoth: boolean;
  shares: Readonly<Record<Arm, number>>;
}

/** What is read off the slices of both arms together. */
export interface PairFigures {
  /** ln(cost ratio), head over base. */
  readonly throughput: number | null;
  readonly cpu: number | null;
  /** ln(cost ratio) of all slices, less the trimmed one; likewise of CPU time. Beside the calibrator: to that. */
  readonly throughputExcess: number | null;
  readonly cpuExcess: number | null;
}

export interface FiguredArm extends ArmObservation {
  readonly figures: Figures;
}

export interface FiguredBlock extends BlockMeasurement {
  readonly openLoopFault: OpenLoopFault | null;
  readonly pairFigures: PairFigures;
}

/** Null for an arm as it was measured. */
export function keptFigures(observation: ArmObservation): Figures | null {
  return (observation as Partial<FiguredArm>).figures ?? null;
}

/** Null for a block as it was measured. */
export function keptPairFigures(block: BlockMeasurement): PairFigures | null {
  return (block as Partial<FiguredBlock>).pairFigures ?? null;
}

/** Undefined for a block as it was measured. */
export function keptFault(block: BlockMeasurement): OpenLoopFault | null | undefined {
  return (block as Partial<FiguredBlock>).openLoopFault;
}
