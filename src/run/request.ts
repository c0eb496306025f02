/** What a shell asks of the pipeline, with everything read, checked and opened. */

import type { First } from '../attempts/confirmation.ts';
import type { Earlier } from '../attempts/earlier.ts';
import type { Store } from '../attempts/store.ts';
import type { Place } from '../checkout/projects.ts';
import type { TreesOptions } from '../checkout/trees.ts';
import type { Experiment } from '../config/experiment.ts';
import type { Form } from '../config/spelling.ts';
import type { Emit } from '../measure/events.ts';
import type { Injection } from '../measure/measurement.ts';
import type { Results } from '../system/results.ts';
import type { Arm } from '../terms/arm.ts';
import type { ConfigSource } from './bar.ts';

export interface GateRequest {
  experiment: Experiment;
  /** How the user has written it; a file by default. */
  form?: Form;
  /** Whose config that is; head's by default. */
  configFrom?: Arm;
  /** How to tell what the change alters in it; not where there is nothing to alter, as in a demo. */
  config?: ConfigSource;
  /** The command line's flags that give this experiment again, budget and seed apart. */
  flags: string[];
  /** Where head and base come from; `none` when head is measured alone. Of a versus: where its projects are. */
  trees: Omit<TreesOptions, 'signal' | 'log' | 'made'> | { projects: readonly Place[] };
  /** Folder in the tree whose config counts, from which loads read their files and start their tools; its root by default. */
  loadFolder?: string;
  /** Compare head with this store's latest measurement instead of a base. */
  baseMeasurement: Store | null;
  /** Keep the measurement there. */
  saveMeasurement: Store | null;
  /** Be the confirmation of this measurement. */
  confirmationOf?: First | null;
  /** Go on where this attempt at the same comparison stopped. */
  earlier?: Earlier | null;
  /** Slow head down, in a self-test alone. */
  injection?: Injection;
  /** Measure so many blocks of each subject, whatever they show, in a self-test alone. */
  blocks?: number;
  /** Go on until the measurement would be decided with its arms in each other's place too, in a self-test alone. */
  isMirrored?: boolean;
  results: Results;
  seed: number | null;
  /** Environment for builds and servers. */
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  emit: Emit;
}
