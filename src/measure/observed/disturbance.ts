/** What else the machine did during a block, as it is kept in a measurement. */
import * as z from 'zod';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';

export const Disturbance = z.discriminatedUnion('kind', [
  /** The hypervisor gave this share of the cores' time to others. */
  z.strictObject({ kind: z.literal('steal'), share: z.number() }),
  /** The control group had used up its CPU quota. */
  z.strictObject({ kind: z.literal('throttled') }),
  /** For this share of the time nothing could run for want of a CPU. */
  z.strictObject({ kind: z.literal('pressure'), share: z.number() }),
  /** Other processes used this share of the cores' time. */
  z.strictObject({ kind: z.literal('foreign'), share: z.number() }),
  /** Something else ran on the load generator's core: spins took so much longer than their CPU time, as a fraction. */
  z.strictObject({ kind: z.literal('spin'), longer: z.number() }),
]);
export type Disturbance = DeepReadonly<z.infer<typeof Disturbance>>;
