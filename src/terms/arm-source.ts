/** Where the files of one arm came from. */
import * as z from 'zod';
import type { DeepReadonly } from './deep-readonly.ts';

/** Where an arm's code came from. */
export const ArmSource = z.strictObject({
  /** Full commit id; null for a plain folder. */
  commit: z.string().nullable(),
  /** In words: "merge base of main and HEAD". */
  description: z.string(),
  /** Id of the commit's tree: two commits with the same one are the same code. Absent for a folder. */
  tree: z.string().optional(),
  /** The commit was made of a work tree with changes that are in no commit: the user's repository does not have it. */
  isSnapshot: z.literal(true).optional(),
});
export type ArmSource = DeepReadonly<z.infer<typeof ArmSource>>;
