/** What became of the profiles of one subject: for the reader, beside a verdict that does not rest on them. */
import * as z from 'zod';
import type { Arm } from '../../terms/arm.ts';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';

/** Of one arm. */
export interface ProfileTerms {
  arm: Arm;
  /** Folder that the profile is to be written into. */
  out: string;
  /** Aborts when it has taken too long, with an error that says so. */
  signal: AbortSignal;
}

/** Inside the folder of results. Nothing in it leads out of there, or means anything to a browser. */
const KeptFile = z.string().regex(/^profiles(\/[A-Za-z0-9_@][A-Za-z0-9._@-]*)+$/);

const ArmProfile = z.strictObject({
  files: z.array(KeptFile),
  /** In which it was found at work; null: in no format that is read here. */
  samples: z.int().positive().nullable(),
});
export type ArmProfile = DeepReadonly<z.infer<typeof ArmProfile>>;

/** Shares of the samples, from 0 to 1. `base`: null where base was not profiled. */
const ProfileRow = z.strictObject({
  name: z.string(),
  base: z.number().min(0).max(1).nullable(),
  head: z.number().min(0).max(1),
});
export type ProfileRow = DeepReadonly<z.infer<typeof ProfileRow>>;

export const SubjectProfile = z.strictObject({
  durationMs: z.number().positive(),
  /** Null: none was taken of it. */
  base: ArmProfile.nullable(),
  head: ArmProfile.nullable(),
  /** Where head spends more, worst first; without base's: where most is spent. Null: in no format that is read here. */
  rows: z.array(ProfileRow).nullable(),
});
export type SubjectProfile = DeepReadonly<z.infer<typeof SubjectProfile>>;
