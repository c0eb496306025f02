/** Whether a run is one of those that a history needs before anything can be compared with it. Pure. */
import type { VerdictWord } from '../../terms/verdict-word.ts';
import type { Finding, FindingOf } from '../findings/finding.ts';

type Counted = FindingOf<'history-gathering'>['data'];

interface Subject {
  readonly verdict: VerdictWord;
  readonly reasons?: readonly Finding[];
}

/** Of a subject: it is measured and kept, and nobody asked how it compares. */
export function isGathering(subject: Subject): boolean {
  return gatheredBy(subject) !== null;
}

/** How many there are, and which count for nothing; null of a subject that is compared, or that cannot be. */
export function gatheredBy({ verdict, reasons = [] }: Subject): Counted | null {
  if (verdict !== 'no-baseline') return null;
  for (const reason of reasons) if (reason.code === 'history-gathering') return reason.data;
  return null;
}

/** Of a subject: nothing was compared, and nothing was to be: this is one of the runs that later ones are compared with. */
export function isOnlyKept(subject: Subject): boolean {
  return isGathering(subject) || (subject.verdict === 'no-baseline' && isKeptHold(subject));
}

/** A load without a speed, which only base can be compared by. */
function isKeptHold({ reasons = [] }: Subject): boolean {
  return reasons.some((reason) => reason.code === 'not-calibrated' && reason.data.isKept === true);
}

/** There are runs, and none of them counts, for the first time: of another machine, or before a change of speed. */
export function beginsAnew(subject: Subject): boolean {
  const counted = gatheredBy(subject);
  if (counted === null || counted.runs > 0) return false;
  const { other, beforeStep, beforeLevel } = counted.left;
  return other + beforeStep + beforeLevel > 0;
}
