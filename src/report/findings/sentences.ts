/** How the sentences are kept: one for each code of a family of findings, so that none can be forgotten. */
import type * as z from 'zod';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import type { Words } from '../wording/names.ts';

export type SentencesOf<Family extends readonly z.ZodType<{ code: string }>[]> = {
  [Finding in DeepReadonly<z.infer<Family[number]>> as Finding['code']]: (
    finding: Finding,
    names: Words,
  ) => string;
};
