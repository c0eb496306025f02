/** What a shell asks of the pipeline, with everything read, checked and opened. */

import type { First } from '../attempts/confirmation.ts';
import type { Earlier } from '../attempts/earlier.ts';
import type { Place } from '../checkout/projects.ts';
import type { TreesOptions } from '../checkout/trees.ts';
import type { Experiment } from '../config/experiment/experiment.ts';
import type { Form } from '../config/settings/spelling.ts';
import type { Injection } from '../measure/observed/measurement.ts';
import type { PastRuns } from '../measure/observed/past-runs.ts';
import type { Emit } from '../measure/told/events.ts';
import type { Results } from '../system/results/results.ts';
import type { Arm } from '../terms/arm.ts';
import type { ConfigSource } from './bar.ts';
import type { RunHistory } from './history.ts';

/** Earlier runs of the subjects, wherever they are kept. */
export interface PastSource {
  /** In words: "the branch throughput-gate-history". */
  readonly name: string;
  /** Null where it cannot be read and something else will do; that was said by then. Rejects with a UserError where nothing else will. */
  read(): Promise<Pick<PastRuns, 'fingerprints' | 'subjects'> | null>;
}

/** `stored`: always; `auto`: where there is no base that can be built. */
export interface PastWish {
  mode: 'auto' | 'stored';
  /** Nobody asked for `stored`: the run is to leave something in the history that later ones can be compared with. */
  isForHistory?: boolean;
  source: PastSource;
}

/** Where head is measured alone, `ruleBase` is the base whose config says what the change alters in its own, or counts itself. */
export type TreesWish = Omit<TreesOptions, 'signal' | 'log' | 'warn' | 'made'>;

export interface GateRequest {
  experiment: Experiment;
  config: ConfigOrigin;
  /** The command line's flags that give this experiment again, budget and seed apart. */
  flags: string[];
  /** Where head and base come from; `none` when head is measured alone. Of a versus: where its projects are. */
  trees: TreesWish | { projects: readonly Place[] };
  /** Compare head with earlier runs by the calibrator; null: never. */
  past: PastWish | null;
  /** Be the confirmation of this measurement. */
  confirmationOf: First | null;
  /** Go on where this attempt at the same comparison stopped. */
  earlier: Earlier | null;
  selfTest: SelfTestWish | null;
  /** Gets what was found; whoever opened it writes it. */
  history: Pick<RunHistory, 'collect'> | null;
  results: Results;
  seed: number | null;
  /** Environment for builds and servers. */
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  emit: Emit;
}

/** What is to be measured, and how it is compared; where the results go is up to the shell. */
export type GateQuestion = Omit<
  GateRequest,
  'results' | 'seed' | 'env' | 'signal' | 'emit' | 'history'
>;

/** Where the experiment was found. */
export interface ConfigOrigin {
  /** How the user has written it. */
  form: Form;
  /** Whose config it is. */
  from: Arm;
  /** Folder in that arm's tree from which loads read their files and start their tools. */
  folder: string;
  /** How to tell what the change alters in it; null where there is nothing to alter, as in a demo. */
  source: ConfigSource | null;
}

/** What a self-test asks for besides. */
export interface SelfTestWish {
  /** How to slow head down. */
  injection: Injection;
  /** Measure so many blocks of each subject, whatever they show; null: as many as it takes. */
  blocks: number | null;
  /** Go on until the measurement would be decided with its arms in each other's place too. */
  isMirrored: boolean;
}

/** A config that nobody can alter. */
export const FIXED_CONFIG: ConfigOrigin = { form: 'file', from: 'head', folder: '.', source: null };

/** A run that goes by no earlier one, and for which none will. */
export const BY_ITSELF = {
  past: null,
  confirmationOf: null,
  earlier: null,
  selfTest: null,
  history: null,
} as const satisfies Partial<GateRequest>;
