/** What differs between two measurements that should be compared. */
import { z } from 'zod';
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

/** `name`: of the subject, `server/scenario`. */
export const Difference = z.discriminatedUnion('of', [
  MachineDifference,
  z.strictObject({ of: z.literal('version'), was: z.string(), is: z.string() }),
  /** How many; null: not limited. */
  z.strictObject({
    of: z.literal('cores'),
    part: z.enum(['servers', 'generator']),
    was: z.int().nullable(),
    is: z.int().nullable(),
  }),
  z.strictObject({ of: z.literal('scenario'), name: z.string() }),
  z.strictObject({ of: z.literal('pairs'), name: z.string(), was: z.string(), is: z.string() }),
  /** At which latency is measured, per second; null: it is not measured. */
  z.strictObject({
    of: z.literal('rate'),
    name: z.string(),
    was: z.number().nullable(),
    is: z.number().nullable(),
  }),
  z.strictObject({
    of: z.literal('engine'),
    name: z.string(),
    was: z.string().nullable(),
    is: z.string(),
  }),
]);
export type Difference = DeepReadonly<z.infer<typeof Difference>>;
