/** What is the same for a whole run, and known before anything is measured. */

import type { Form } from '../../config/settings/spelling.ts';
import type { Arm } from '../../terms/arm.ts';
import type { Injection } from '../observed/measurement.ts';
import type { BuildTimes } from '../programs/own-programs.ts';
import type { ArmEnvironment } from './arm-environment.ts';

export interface RunSettings {
  /** Roots of the built trees. */
  dirs: Partial<Record<Arm, string>>;
  /** Root of the tree whose config counts: body files are read and load tools run there. */
  loadDir: string;
  /** Environment for everything that is started. */
  env: ArmEnvironment;
  /** Beginning of every marker of this run. */
  marker: string;
  /** When the servers were built. */
  builds: BuildTimes;
  /** Slows head down, in a self-test alone. */
  injection: Injection | null;
  /** How the user has written the settings, and so how messages name them. */
  form: Form;
}
