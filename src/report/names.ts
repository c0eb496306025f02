/** What the two that are compared are called, safe in any sentence. */
import type { SubjectVerdict, Verdict } from '../judge/verdict.ts';
import { type ArmNames, BUILDS } from '../terms/arm.ts';
import { plainName } from './escape.ts';

/** Of a versus: the contenders' names. Of two builds of one server: base and head. */
export function namesOf({ names }: Pick<SubjectVerdict, 'names'>): ArmNames {
  if (names === undefined) return BUILDS;
  return { base: plainName(names.base), head: plainName(names.head) };
}

/** Whether servers are compared with each other, and not two builds of one. */
export function isVersus({ versus, subjects }: Pick<Verdict, 'versus' | 'subjects'>): boolean {
  return versus !== undefined || subjects.some(({ names }) => names !== undefined);
}
