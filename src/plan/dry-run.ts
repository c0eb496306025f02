/** What a run would do, before anything is built or started: as far as the config says it. Pure. */

import { loadText, workOf } from '../config/describe-load.ts';
import type { Experiment, SubjectId } from '../config/experiment.ts';
import { subjectName } from '../config/experiment.ts';
import { gatingMetrics, hypothesesOf } from '../config/gating.ts';
import { isLimitMetric, isToleranceMetric, type MetricName } from '../config/metrics.ts';
import type { Scenario } from '../config/scenario.ts';
import type { Server } from '../config/server.ts';
import type { Cores } from '../terms/core-sets.ts';
import type { Work } from '../terms/metric-terms.ts';
import { BLOCKS_AT_MOST, heldMsOf, sizeHold } from './block-size.ts';
import { looksFor, MIN_BLOCKS } from './looks.ts';
import { pairsOf } from './make.ts';

export interface Outline {
  cores: Cores;
  subjects: SubjectOutline[];
  /** Gating metrics of all subjects, which share the false-alarm rate. */
  hypotheses: number;
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
  /** Numbers of blocks after which it may be decided; null where only the pilot run can tell. */
  looks: number[] | null;
  budgetMs: number;
  /** About as long as a block is; null where only the pilot run can tell, and for a hold. */
  blockMs: number | null;
}

/** A start, a burst, a short try of each arm: seen on small servers. */
const PILOT_MS = 6000;
/** A block of a small server, and what its latency phase adds. */
const BLOCK_MS = 2600;
const LATENCY_PHASE_MS = 2000;
/** A server that did not change is mostly shown by then, at the default tolerances. */
export const USUAL_MS = 7 * (BLOCK_MS + LATENCY_PHASE_MS);

/** `lacking`: subjects that this machine has not the cores for. `singleLook`: head alone, against what is stored. */
export function outlineOf(
  experiment: Experiment,
  cores: Cores,
  { lacking, singleLook }: { lacking: readonly SubjectId[]; singleLook: boolean },
): Outline {
  const { gate } = experiment;
  const subjects = experiment.subjects.map((subject) => {
    const server = experiment.servers.find(({ name }) => name === subject.server) as Server;
    const load = experiment.scenarios.find(({ name }) => name === subject.scenario) as Scenario;
    return {
      name: subjectName(subject),
      load: loadText(load),
      work: workOf(load),
      pairs: pairsOf(server, load),
      gates: gatingMetrics(gate, load).map((metric) => ({
        metric,
        tolerance: isToleranceMetric(metric) ? gate.tolerance[metric] : null,
        limit: isLimitMetric(metric) ? gate.limits[metric] : null,
      })),
      looks: shownLooks(looksOf(load, gate.budgetMs), singleLook),
      budgetMs: gate.budgetMs,
      blockMs: blockMsOf(load),
    };
  });
  const measuringMs = gate.budgetMs * subjects.length;
  const limitMs = Math.min(measuringMs, gate.jobBudgetMs ?? Number.POSITIVE_INFINITY);
  const pilotsMs = PILOT_MS * subjects.length;
  return {
    cores,
    subjects,
    hypotheses: hypothesesOf({ ...experiment, subjects: [...experiment.subjects, ...lacking] }),
    falseAlarmRate: gate.falseAlarmRate,
    longestMs: pilotsMs + limitMs,
    usualMs: pilotsMs + Math.min(limitMs, subjects.length * Math.min(gate.budgetMs, USUAL_MS)),
    jobBudgetMs: gate.jobBudgetMs,
  };
}

/** What is stored is compared once, at the end. */
function shownLooks(looks: number[] | null, singleLook: boolean): number[] | null {
  return looks !== null && singleLook ? looks.slice(-1) : looks;
}

function looksOf(load: Scenario, budgetMs: number): number[] | null {
  // How long a run of somebody's tool takes is not known before it has run.
  if (load.kind === 'command') return null;
  if (load.kind === 'hold') {
    const meeting = { arms: 2, pairs: 'exclusive' } as const;
    const estimate = { kind: 'held', startMs: HOLD_START_MS, heldMs: heldMsOf(load) } as const;
    return looksFor(sizeHold(budgetMs, estimate, meeting).blocks);
  }
  const blocks = Math.floor(Number((budgetMs / (blockMsOf(load) as number)).toFixed(9)));
  return looksFor(Math.min(BLOCKS_AT_MOST, Math.max(MIN_BLOCKS, blocks)));
}

function blockMsOf(load: Scenario): number | null {
  if (load.kind === 'command' || load.kind === 'hold') return null;
  const hasLatency = 'latency' in load && load.latency !== null;
  return BLOCK_MS + (hasLatency ? LATENCY_PHASE_MS : 0);
}

/** A hold's blocks take the time that its scenario says; only the start is guessed. */
const HOLD_START_MS = 300;
