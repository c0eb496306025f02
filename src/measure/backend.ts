/**
 * The port to the world while a job measures: everything that starts servers, sends load or waits. The pipeline knows
 * this interface alone. `live-backend.ts` is the real one; tests have one that answers from a script.
 */

import type { Experiment, SubjectId } from '../config/experiment/experiment.ts';
import type { Server } from '../config/experiment/server.ts';
import type { BlockPlan, SubjectPlan } from '../plan/plan.ts';
import type { Cleanup } from '../system/cleanup/cleanup.ts';
import type { Arm } from '../terms/arm.ts';
import type { Cores } from '../terms/core-sets.ts';
import type { RunSettings } from './context/run-settings.ts';
import type { ArmFailure } from './failures/arm-failure.ts';
import type { Addresses } from './listening/addresses.ts';
import type { Kept } from './observed/fitted.ts';
import type { ProfileTerms } from './profile/profile.ts';
import type { BlockResult, PilotResult } from './subjects/subject-result.ts';
import type { Emit } from './told/events.ts';

export interface Backend {
  /** Runs `before` of a server for each of these arms. The result: which cannot be measured for it. */
  prepare(server: Server, arms: readonly Arm[]): Promise<readonly ArmFailure[]>;
  /**
   * `brokenBase`: why base cannot even be started; head is then tried alone, and the result is a failure. `kept`: what an attempt
   * before has made of the number of connections; null: it is found out.
   */
  pilot(
    subject: SubjectId,
    how: {
      arms: readonly Arm[];
      cores: Cores | null;
      brokenBase: ArmFailure | null;
      kept: Kept | null;
    },
  ): Promise<PilotResult>;
  /** `restarts`: as in the result of the block before. */
  block(plan: SubjectPlan, block: BlockPlan, restarts: number): Promise<BlockResult>;
  /** Has the server's `profile` taken of one arm, under the load of this subject. Rejects with why there is none. */
  profile(plan: SubjectPlan, terms: ProfileTerms): Promise<void>;
  /** Runs `after` of a server for each of these arms. The result: what went wrong, in words. */
  release(server: Server, arms: readonly Arm[]): Promise<readonly string[]>;
  /** Absolute paths of files of the arms' trees that it has replaced by equal ones. */
  replaced?(): ReadonlySet<string>;
  /** A monotonic clock, by which a job keeps its time limits. */
  nowMs(): number;
}

/** What a backend is opened with. */
export interface BackendTerms extends RunSettings {
  experiment: Experiment;
  /** Folder of this run's own, for the servers' output among other things. */
  root: string;
  cores: Cores;
  addresses: Addresses;
  /** Each block has its own copies of the programs; false only where that is what is examined. */
  renewsPrograms?: boolean;
  /** Gets what must be undone when the run ends, however it ends. */
  undo: Cleanup;
  signal: AbortSignal;
  emit: Emit;
}

export type OpenBackend = (terms: BackendTerms) => Promise<Backend>;
