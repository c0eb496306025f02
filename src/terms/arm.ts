/** The two builds that are compared. A run that measures one build only has `head` alone. */
import * as z from 'zod';

export const Arm = z.enum(['base', 'head']);
export type Arm = z.infer<typeof Arm>;

export function otherArm(arm: Arm): Arm {
  return arm === 'base' ? 'head' : 'base';
}

/** What the two are called in sentences. */
export type ArmNames = Readonly<Record<Arm, string>>;

/** Of two builds of one server: as the code calls them. */
export const BUILDS: ArmNames = { base: 'base', head: 'head' };
