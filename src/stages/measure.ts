/** Blocks, look by look, until every subject is resolved. */
import { subjectName } from '../config/experiment.ts';
import { unresolved } from '../judge/judge.ts';
import { lookEvents, soFar } from '../judge/so-far.ts';
import { measureBlocks } from '../measure/campaign.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { Workbench } from '../measure/workbench.ts';
import { toJson } from '../results.ts';
import type { GateRequest } from './request.ts';

/** Look by look over all subjects; who is decided gets no more blocks. */
export async function measureUntilResolved(
  { experiment, results, emit }: GateRequest,
  bench: Workbench,
  measurement: Measurement,
): Promise<void> {
  const { plan } = measurement;
  const told = new Set<string>();
  for (const event of lookEvents(measurement, told)) emit(event);
  const stages = Math.max(0, ...plan.subjects.map((subject) => subject.looks.length));
  for (let stage = 0; stage < stages; stage++) {
    const open = new Set(unresolved(measurement));
    for (const subject of plan.subjects) {
      const measured = measurement.subjects.find((m) => subjectName(m) === subjectName(subject));
      const until = subject.looks[stage];
      if (measured === undefined || until === undefined || !open.has(subjectName(subject)))
        continue;
      await measureBlocks(bench, experiment, subject, measured, until, (event) =>
        emit(
          event.type === 'block-done' ? { ...event, soFar: soFar(measurement, measured) } : event,
        ),
      );
    }
    results.write('measurement', toJson(measurement));
    for (const event of lookEvents(measurement, told)) emit(event);
  }
}
