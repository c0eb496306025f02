/** What a shell asks of the pipeline, with everything read, checked and opened. */
import type { TreesOptions } from '../checkout/trees.ts';
import type { Experiment } from '../config/experiment.ts';
import type { Emit } from '../events.ts';
import type { Store } from '../history/store.ts';
import type { Results } from '../results.ts';

export interface GateRequest {
  experiment: Experiment;
  /** The command line's flags that give this experiment again, budget and seed apart. */
  flags: string[];
  /** Where head and base come from; `none` when head is measured alone. */
  trees: Omit<TreesOptions, 'signal' | 'log' | 'made'>;
  /** Compare head with this store's latest measurement instead of a base. */
  against: Store | null;
  /** Keep the measurement there. */
  save: Store | null;
  results: Results;
  seed: number | null;
  /** Environment for builds and servers. */
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  emit: Emit;
}
