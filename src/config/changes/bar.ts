/** What a change alters of the gate, the servers and the load that it is judged by. */

import * as z from 'zod';
import { Arm } from '../../terms/arm.ts';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';

export const ConfigChange = z.strictObject({
  /** Path in the config file: `gate.tolerance.p99`, `servers.api.start`, `scenarios.order`. */
  key: z.string(),
  kind: z.enum(['added', 'removed', 'changed']),
  /** As the file could spell it. Null: there is none, or it may be a secret and is not shown. */
  base: z.string().nullable(),
  head: z.string().nullable(),
  /** `looser`: a slowdown passes more easily. Of servers and loads that stay nobody can say, so they are `other`. */
  effect: z.enum(['looser', 'stricter', 'other']),
});
export type ConfigChange = DeepReadonly<z.infer<typeof ConfigChange>>;

export const Bar = z.strictObject({
  /** Whose config was asked for, and whose was applied. */
  asked: Arm,
  from: Arm,
  /**
   * Base's config: `read`; `absent`: base has none; `broken`: it has one that cannot be used; `shared`: it is no part of
   * either tree, so that no change can alter it.
   */
  base: z.enum(['read', 'absent', 'broken', 'shared']),
  /** Why it is broken. */
  problem: z.string().nullable(),
  /** From base's config to the change's own, whichever was applied. */
  changes: z.array(ConfigChange),
});
export type Bar = DeepReadonly<z.infer<typeof Bar>>;
