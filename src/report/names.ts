/** What the two that are compared are called, safe in any sentence. */
import type { SubjectVerdict } from '../judge/verdict.ts';
import { type ArmNames, BUILDS } from '../terms/arm.ts';
import { plainName } from './escape.ts';

/** Of a versus: the contenders' names. Of two builds of one server: base and head. */
export function namesOf({ names }: Pick<SubjectVerdict, 'names'>): ArmNames {
  return names === undefined ? BUILDS : plainNames(names);
}

export function plainNames(names: ArmNames): ArmNames {
  return { base: plainName(names.base), head: plainName(names.head) };
}
