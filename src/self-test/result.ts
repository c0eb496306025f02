/** What a self-test found, in figures. Plain values, so that `--format json` prints it as it is. */

import type { Environment } from '../measure/observed/measurement.ts';
import type { VerdictWord } from '../terms/verdict-word.ts';
import type { SelfTestRecord } from './record.ts';
import type { VarianceComponent } from './variance-component.ts';

/** How often something happened, with the 95 % interval of its probability. */
export interface Rate {
  count: number;
  of: number;
  /** Null of none. */
  share: number | null;
  interval: [number, number];
}

/** A mean with its 95 % Student-t interval; null with fewer than two values. */
export interface Mean {
  mean: number;
  interval: [number, number] | null;
}

/** `reached`, `missed`: the interval says so. `not shown`: it holds both, or there is nothing to judge by. */
export type GoalState = 'reached' | 'missed' | 'not shown';

/** What the blocks of a dose say of one metric, and what was put in. Changes in the metric's own direction. */
export interface Size {
  metric: 'throughput' | 'cpu' | 'p99';
  blocks: number;
  runs: number;
  /** Standard deviation of a block's log-ratio within its run. */
  sd: number;
  change: number;
  /** Over runs, Student-t; over blocks where there is one run. */
  interval: [number, number];
  /** What the injection does by itself; null where it is not known. */
  injected: number | null;
  /** `ruler`: by the large dose of the same runs. `calibration`: by one that was measured before. Null where it is not known. */
  by: 'ruler' | 'calibration' | null;
  /** Recovered over injected, with its interval; null where nothing was injected. */
  ratio: { value: number; interval: [number, number]; state: GoalState } | null;
}

/** False alarms of jobs of unchanged code, each asked with either arm as head. */
export interface EitherWay {
  /** Jobs that were red one way or the other. */
  count: number;
  of: number;
  /** Of a job as it is: half of those. */
  share: number;
  interval: [number, number];
  /** One-sided 95 %. */
  atLeast: number;
  atMost: number;
}

/** What blocks of unchanged code of one run have in common that those of another have not, by one metric. */
export interface RunEffect extends VarianceComponent {
  metric: 'throughput' | 'cpu';
  /** Two-sided p-value of each run's own t test that nothing changed, ascending. */
  ps: number[];
}

/** What became of jobs. */
export interface Outcomes {
  jobs: number;
  verdicts: { word: VerdictWord; rate: Rate }[];
  /** Blocks and seconds until the verdict. */
  blocks: Mean;
  seconds: Mean;
  /** Of unchanged code; null of what was slowed down. */
  eitherWay: EitherWay | null;
  /** Median over the jobs of the smallest drop that each would have shown with 80 % power; null where none says. */
  mde: { throughput: number | null; cpu: number | null };
}

export interface DoseResult {
  name: string;
  asked: number;
  expected: SelfTestRecord['doses'][number]['expected'];
  blocks: number;
  /** Blocks that were measured again because the machine was disturbed. */
  replaced: number;
  sizes: Size[];
  /** Jobs of blocks drawn with replacement from all blocks of the dose; null with too few blocks. */
  resampled: Outcomes | null;
  /** Jobs of blocks in the order in which they were measured, none used twice; null with too few blocks. */
  disjoint: Outcomes | null;
  /** Whole runs of the gate, from start to verdict; null without any. */
  whole: Outcomes | null;
  /** The resampled jobs, judged with a smaller tolerance for throughput and CPU time; null where none was asked about. */
  strict: { tolerance: number; resampled: Outcomes } | null;
}

export type Basis = 'resampled' | 'disjoint' | 'whole';

/** One goal, and what each kind of job says of it. */
export interface Goal {
  /** "a slowdown of 5% is caught". */
  text: string;
  /** "at least 95% of jobs". */
  target: string;
  /** Why it is missed or not shown, and what would show it; null where nothing is to be said. */
  reason: string | null;
  answers: {
    /** `blocks`: all blocks of the dose together. */
    basis: Basis | 'blocks';
    state: GoalState;
    /** The figure, with counts and interval where it has them. */
    figure: { rate: Rate } | { eitherWay: EitherWay } | { seconds: Mean } | { size: Size };
  }[];
}

export interface SelfTestResult {
  schemaVersion: 2;
  tool: SelfTestRecord['tool'];
  startedAt: string;
  environment: Environment;
  /** What was another on machines that measured later parts; one sentence each. */
  otherMachines: string[];
  subject: string;
  seed: number;
  method: SelfTestRecord['method'];
  knob: string | null;
  calibration: SelfTestRecord['calibration'];
  budgetMs: number;
  /** Of the gate that judged. */
  gate: { tolerance: number; falseAlarmRate: number; metrics: readonly string[] } | null;
  /** How jobs were made of blocks; null when there are none. */
  resampling: {
    jobs: number;
    blocksPerJob: number;
    looks: readonly number[];
    blockMs: number;
    /** Time before the first block, as the whole jobs had it; null without whole jobs, then it is in no figure. */
    leadMs: number | null;
  } | null;
  /** Cores that base used while it was loaded, in the middle of all blocks; null where that cannot be read. */
  baseBusy: number | null;
  /** Whether blocks of one run are as independent as the test takes them to be; none where too few runs tell. */
  runEffects: RunEffect[];
  doses: DoseResult[];
  goals: Goal[];
}
