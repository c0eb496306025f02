/** The environment in which an arm's commands run. */
import type { Origin } from '../../checkout/own-paths.ts';
import type { Arm } from '../../terms/arm.ts';

export interface ArmEnvironment {
  /** Whole, without what a server sets for itself. */
  of(arm: Arm): NodeJS.ProcessEnv;
  /** What a server sets for itself, as this arm sees it. */
  own(arm: Arm, values: Record<string, string>): Record<string, string>;
  /** Of a load command: the same tool must load both arms, be it the caller's. */
  load: NodeJS.ProcessEnv;
  /** The folders that the arms' trees were made of. */
  origins: readonly Origin[];
}
