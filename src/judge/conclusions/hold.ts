/** Connections of a hold scenario, for the reader. */

import { median, sum } from 'simple-statistics';
import type { HoldObservation } from '../../measure/observed/arm-observation.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import { attemptsOf } from '../figures/block-values.ts';
import type { SubjectState } from '../state/state.ts';
import type { HoldSummary, SubjectVerdict } from '../verdict/verdict.ts';

export function holdOf({ scenario, measured: { blocks } }: SubjectState): SubjectVerdict['hold'] {
  if (scenario.kind !== 'hold') return null;
  return { base: summaryOf(blocks, 'base'), head: summaryOf(blocks, 'head') };
}

function summaryOf(blocks: readonly BlockMeasurement[], arm: Arm): HoldSummary | null {
  const holds = blocks.flatMap((block) => block.arms[arm]?.hold ?? []);
  if (holds.length === 0) return null;
  const total = (of: (hold: HoldObservation) => number) => sum(holds.map(of));
  const middle = (of: (hold: HoldObservation) => number) => median(holds.map(of));
  return {
    asked: total(attemptsOf),
    opened: total(({ opened }) => opened),
    refused: total(({ refused }) => refused),
    timedOut: total(({ timedOut }) => timedOut),
    dropped: total(({ dropped }) => dropped),
    openMs: middle(({ openMs }) => openMs),
    connectP50Us: middle(({ connectP50Us }) => connectP50Us),
    connectP99Us: middle(({ connectP99Us }) => connectP99Us),
    connectMaxUs: middle(({ connectMaxUs }) => connectMaxUs),
  };
}
