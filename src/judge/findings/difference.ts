/** What differs between two machines on which the same was measured. */
import * as z from 'zod';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';

/** What must agree between two machines. Total memory may differ. */
export const MACHINE_PARTS = [
  'os',
  'kernel',
  'cpuModel',
  'cpuCount',
  'runnerImage',
  'node',
] as const;

/** Null: not known. */
const Fact = z.union([z.string(), z.number()]).nullable();

export const MachineDifference = z.strictObject({
  of: z.literal('machine'),
  part: z.enum(MACHINE_PARTS),
  was: Fact,
  is: Fact,
});
export type MachineDifference = DeepReadonly<z.infer<typeof MachineDifference>>;
