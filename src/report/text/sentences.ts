/** How the sentences are kept: one for each code of a family of findings, so that none can be forgotten. */
import type { z } from 'zod';

export type SentencesOf<Family extends readonly z.ZodType<{ code: string }>[]> = {
  [Finding in z.infer<Family[number]> as Finding['code']]: (finding: Finding) => string;
};
