/** Which CPUs the load generator and the servers are pinned to. */
import * as z from 'zod';
import type { DeepReadonly } from './deep-readonly.ts';

/** Lists of CPUs for pinning, as the operating system counts them: each thread of a physical core is one. */
export const Cores = z.strictObject({
  /** Null: not pinned. */
  generator: z.array(z.int()).nullable(),
  servers: z.array(z.int()).nullable(),
  /** Why nothing is pinned, or what to think of how it is; null when there is nothing to say. */
  note: z.string().nullable(),
  /** The CPUs of all sides by physical core; absent where the machine does not tell, and in files of before. */
  physical: z.array(z.array(z.int()).min(1)).optional(),
  /** What each arm of a live pair has of the servers' CPUs for itself; the two are changed over in every block. Absent: both share all. */
  halves: z.tuple([z.array(z.int()).min(1), z.array(z.int()).min(1)]).optional(),
  /** Of what runs beside the servers, such as a database; absent where it has none of its own and is on the generator's. */
  beside: z.array(z.int()).min(1).optional(),
});
export type Cores = DeepReadonly<z.infer<typeof Cores>>;
