/** What a stored measurement has of a subject. */

import { subjectName } from '../config/experiment.ts';
import type { BlockMeasurement, MeasurementHead, StoredBaseline } from '../measure/measurement.ts';
import type { SubjectState } from './state.ts';

/** Null for pairs; none when what is stored does not have this subject. */
export function keptBlocks(
  measurement: MeasurementHead,
  subject: SubjectState,
): readonly BlockMeasurement[] | null {
  return measurement.stored && (keptOf(measurement, subject)?.blocks ?? []);
}

/** What is stored of this subject; null when there is nothing. */
export function keptOf(
  { stored }: MeasurementHead,
  { id }: SubjectState,
): StoredBaseline['subjects'][number] | null {
  return stored?.subjects.find((other) => subjectName(other) === subjectName(id)) ?? null;
}
