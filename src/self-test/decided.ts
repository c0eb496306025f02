/** When a measurement of one subject was decided, look by look, as a run of the gate would have seen it. */

import { judge, unresolved } from '../judge/judge.ts';
import { figured } from '../judge/state/condensed.ts';
import type { Verdict } from '../judge/verdict/verdict.ts';
import type { Measurement } from '../measure/observed/measurement.ts';

/** The same, whose figures need not be taken again at every look. */
export function withFigures(measurement: Measurement): Measurement {
  return { ...measurement, subjects: measurement.subjects.map(figured) };
}

/** The verdict of the first look at which nothing was open, or of the last one. */
export function decidedAt(measurement: Measurement): { verdict: Verdict; blocks: number } {
  const [plan] = measurement.plan.subjects;
  const measured = measurement.subjects[0]?.blocks.length ?? 0;
  for (const look of plan?.looks ?? []) {
    if (look >= measured) break;
    const cut = atLook(measurement, look);
    if (unresolved(cut).length === 0) return { verdict: judge(cut), blocks: look };
  }
  return { verdict: judge(measurement), blocks: measured };
}

/** What there was then. A failure came after it. */
function atLook(measurement: Measurement, look: number): Measurement {
  const subjects = measurement.subjects.map((subject) => ({
    ...subject,
    blocks: subject.blocks.slice(0, look),
    failure: null,
  }));
  return { ...measurement, subjects };
}
