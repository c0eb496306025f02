/** What the two that are compared are called, safe in any sentence. */
import type { Form } from '../../config/settings/spelling.ts';
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { type ArmNames, BUILDS } from '../../terms/arm.ts';
import type { Work } from '../../terms/metric-terms.ts';
import { plainName } from '../markup/escape.ts';

/**
 * What sentences call the two that are compared and what is counted of them, and how they write settings; absent: requests, and as keys of
 * a config file.
 */
export interface Words extends ArmNames {
  readonly form?: Form | undefined;
  readonly work?: Work | undefined;
}

/** Of a versus: the contenders' names. Of two builds of one server: base and head. */
export function namesOf({
  names,
  form,
  metrics = [],
}: Pick<SubjectVerdict, 'names' | 'form'> & Partial<Pick<SubjectVerdict, 'metrics'>>): Words {
  const how = { form, work: metrics[0]?.work };
  if (names === undefined) return { ...BUILDS, ...how };
  return { base: plainName(names.base), head: plainName(names.head), ...how };
}

/** Two builds of one server, of which one is the change; no two servers, of which neither is. */
export function areBuilds({ base, head }: ArmNames): boolean {
  return base === BUILDS.base && head === BUILDS.head;
}

/** What is counted of the two: requests, where nothing else is known. */
export function workIn({ work = 'request' }: Words): Work {
  return work;
}

/** Whether servers are compared with each other, and not two builds of one. */
export function isVersus({ versus, subjects }: Pick<Verdict, 'versus' | 'subjects'>): boolean {
  return versus !== undefined || subjects.some(({ names }) => names !== undefined);
}
