/**
 * What the judge has to say besides its verdicts, as data: each finding has a code and the figures that belong to it. The
 * sentences are made from them in src/report/findings/, and nowhere else.
 */
import * as z from 'zod';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { CLAIM_FINDINGS } from './claim.ts';
import { HEALTH_FINDINGS } from './health.ts';
import { METRIC_FINDINGS } from './metric.ts';
import { SUBJECT_FINDINGS } from './subject.ts';

export const Finding = z.discriminatedUnion('code', [
  ...SUBJECT_FINDINGS,
  ...METRIC_FINDINGS,
  ...HEALTH_FINDINGS,
  ...CLAIM_FINDINGS,
]);
export type Finding = DeepReadonly<z.infer<typeof Finding>>;

export type FindingCode = Finding['code'];
export type FindingOf<Code extends FindingCode> = Extract<Finding, { code: Code }>;

/** By which speeds are not compared, where it is not meant: head answers otherwise than base, or both do under load. */
export const OTHER_ANSWERS: readonly FindingCode[] = [
  'answers-differ',
  'bodies-sized-otherwise',
  'answers-change-under-load',
  'answers-change-after-start',
];
