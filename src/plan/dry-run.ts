/** What a run would do, before anything is built or started: as far as the config says it. Pure. */

import { sum } from 'simple-statistics';
import { loadText, workOf } from '../config/experiment/describe-load.ts';
import type { Experiment, SubjectId } from '../config/experiment/experiment.ts';
import { subjectName } from '../config/experiment/experiment.ts';
import { gatingMetrics, hypothesesOf } from '../config/experiment/gating.ts';
import { isLimitMetric, isToleranceMetric, type MetricName } from '../config/experiment/metrics.ts';
import type { Scenario } from '../config/experiment/scenario.ts';
import type { Server } from '../config/experiment/server.ts';
import { partsOf } from '../config/experiment/subject-parts.ts';
import type { Cores } from '../terms/core-sets.ts';
import type { Work } from '../terms/metric-terms.ts';
import { BLOCKS_AT_MOST, heldMsOf, SLICES_MS, sizeHold } from './block-size.ts';
import { looksFor, MIN_BLOCKS } from './looks.ts';
import { pairsOf } from './make.ts';
import { phaseNames } from './phases.ts';
import type { ShortBudget } from './short-budget.ts';

export interface Outline {
  cores: Cores;
  subjects: SubjectOutline[];
  /** Gating metrics of all subjects, which share the false-alarm rate. */
  hypotheses: number;
  /** Claims, of each scenario that they are about: each has as large a share of that rate. */
  claimed: number;
  falseAlarmRate: number;
  /** Pilot runs and the measuring time of all subjects, as long as it can take; null: the job has no limit of its own. */
  longestMs: number;
  usualMs: number;
  jobBudgetMs: number | null;
}

export interface SubjectOutline {
  name: string;
  load: string;
  work: Work;
  pairs: Server['pairs'];
  gates: { metric: MetricName; tolerance: number | null; limit: number | null }[];
  /** Numbers of blocks after which it may be decided, none where nothing is compared; null where only the pilot run can tell. */
  looks: number[] | null;
  budgetMs: number;
  /** About as long as a block is; null where only the pilot run can tell. */
  blockMs: number | null;
  /** Of measuring: the budget, or four blocks where these take longer. Of a load command, whose runs nobody has timed yet, the budget. */
  longestMs: number;
  /** Of measuring, when nothing has changed. */
  usualMs: number;
  /** Where four blocks take longer than the budget; null: they do not, or only the pilot run can tell. */
  short: ShortBudget | null;
}

/** A start, a burst, a short try of each arm: seen on small servers. */
const PILOT_MS = 6000;
/** A block of a small server: both arms start side by side, warm up in turn, and share the slices. */
const START_MS = 150;
const START_AND_STOP_MS = START_MS + 250;
/** Of an arm, where the config does not say how long: a server that is steady at once. */
const WARM_UP_MS = 300;
/** What the latency phases of both arms add. */
const LATENCY_PHASE_MS = 2000;
/** A server that did not change is mostly shown by then, at the default tolerances. */
const USUAL_BLOCKS = 7;
const USUAL_MS = USUAL_BLOCKS * 4600;

/**
 * What head is compared with: base, block by block; what is stored, once at the end; or nothing, so that it is measured alone, by the pilot run.
 */
export type Against = 'base' | 'stored' | 'nothing';

/** `lacking`: subjects that this machine has not the cores for. */
export function outlineOf(
  experiment: Experiment,
  cores: Cores,
  { lacking, against }: { lacking: readonly SubjectId[]; against: Against },
): Outline {
  const { gate } = experiment;
  const isCompared = against !== 'nothing';
  const subjects = experiment.subjects.map((subject) => {
    const { server, scenario: load } = partsOf(experiment, subject);
    const block = blockOf(load, server);
    return {
      name: subjectName(subject),
      load: loadText(load),
      work: workOf(load),
      pairs: pairsOf(server, load),
      gates: (isCompared ? gatingMetrics(gate, load) : []).map((metric) => ({
        metric,
        tolerance: isToleranceMetric(metric) ? gate.tolerance[metric] : null,
        limit: isLimitMetric(metric) ? gate.limits[metric] : null,
      })),
      looks: shownLooks(block, gate.budgetMs, against),
      budgetMs: gate.budgetMs,
      blockMs: block?.blockMs ?? null,
      ...(isCompared
        ? timesOf(block, gate.budgetMs, against === 'stored')
        : { longestMs: 0, usualMs: 0, short: null }),
    };
  });
  const measuringMs = sum(subjects.map(({ longestMs }) => longestMs));
  const limitMs = Math.min(measuringMs, gate.jobBudgetMs ?? Number.POSITIVE_INFINITY);
  const pilotsMs = sum(experiment.subjects.map(({ server }) => pilotMsOf(experiment, server)));
  return {
    cores,
    subjects,
    hypotheses: isCompared
      ? hypothesesOf({ ...experiment, subjects: [...experiment.subjects, ...lacking] })
      : 0,
    claimed: experiment.claims.length,
    falseAlarmRate: gate.falseAlarmRate,
    longestMs: pilotsMs + limitMs,
    usualMs: pilotsMs + Math.min(limitMs, sum(subjects.map(({ usualMs }) => usualMs))),
    jobBudgetMs: gate.jobBudgetMs,
  };
}

/** Each arm of the pilot run is watched for as long as it is to warm up. */
function pilotMsOf({ servers }: Experiment, name: string): number {
  const warmUpMs = servers.find((server) => server.name === name)?.warmUpMs ?? 0;
  return PILOT_MS + 2 * warmUpMs;
}

function shownLooks(block: BlockTimes | null, budgetMs: number, against: Against): number[] | null {
  if (against === 'nothing') return [];
  if (block === null) return null;
  const looks = looksOf(block, budgetMs);
  // What is stored is compared once, at the end.
  return against === 'stored' ? looks.slice(-1) : looks;
}

/** What a block takes, and of that what `ShortBudget` names. */
type BlockTimes = Omit<ShortBudget, 'overrunMs'>;

function timesOf(
  block: BlockTimes | null,
  budgetMs: number,
  singleLook: boolean,
): Pick<SubjectOutline, 'longestMs' | 'usualMs' | 'short'> {
  const leastMs = block === null ? 0 : MIN_BLOCKS * block.blockMs;
  const longestMs = Math.max(budgetMs, leastMs);
  const usualMs = Math.max(USUAL_MS, USUAL_BLOCKS * (block?.blockMs ?? 0));
  return {
    longestMs,
    usualMs: singleLook ? longestMs : Math.min(longestMs, usualMs),
    short:
      block !== null && leastMs > budgetMs ? { ...block, overrunMs: leastMs - budgetMs } : null,
  };
}

function looksOf({ blockMs }: BlockTimes, budgetMs: number): number[] {
  const blocks = Math.floor(Number((budgetMs / blockMs).toFixed(9)));
  return looksFor(Math.min(BLOCKS_AT_MOST, Math.max(MIN_BLOCKS, blocks)));
}

/** Null of somebody's tool: how long a run of it takes is not known before it has run. */
function blockOf(load: Scenario, server: Server): BlockTimes | null {
  const { kind } = load;
  if (kind === 'command') return null;
  if (kind === 'hold') {
    const meeting = { arms: 2, pairs: 'exclusive' } as const;
    const estimate = { kind: 'held', startMs: START_MS, heldMs: heldMsOf(load) } as const;
    const { blockMs } = sizeHold(1, estimate, meeting);
    return { kind, blockMs, startMs: 2 * START_MS, warmUpMs: 0, phasesMs: 0, phases: [] };
  }
  const { latency, steadyMs } = load;
  // The arms of a live pair start side by side and share the slices.
  const turns = pairsOf(server, load) === 'exclusive' ? 2 : 1;
  const warmUpMs = 2 * (server.warmUpMs ?? WARM_UP_MS);
  const phasesMs = (latency === null ? 0 : LATENCY_PHASE_MS) + 2 * (steadyMs ?? 0);
  return {
    kind,
    blockMs: turns * (START_AND_STOP_MS + SLICES_MS) + warmUpMs + phasesMs,
    startMs: turns * START_MS,
    warmUpMs,
    phasesMs,
    phases: phaseNames({ latency, steadyMs }),
  };
}
