/** What the two that are compared are called, safe in any sentence. */
import type { Form } from '../../config/settings/spelling.ts';
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { type ArmNames, BUILDS } from '../../terms/arm.ts';
import { plainName } from '../markup/escape.ts';

/** What sentences call the two that are compared, and how they write settings; absent: as keys of a config file. */
export interface Words extends ArmNames {
  readonly form?: Form | undefined;
}

/** Of a versus: the contenders' names. Of two builds of one server: base and head. */
export function namesOf({ names, form }: Pick<SubjectVerdict, 'names' | 'form'>): Words {
  if (names === undefined) return { ...BUILDS, form };
  return { base: plainName(names.base), head: plainName(names.head), form };
}

/** Whether servers are compared with each other, and not two builds of one. */
export function isVersus({ versus, subjects }: Pick<Verdict, 'versus' | 'subjects'>): boolean {
  return versus !== undefined || subjects.some(({ names }) => names !== undefined);
}
