/** Measurement → Verdict. Pure: the same file gives the same verdict, byte for byte, anywhere. */

import { sum } from 'simple-statistics';
import { subjectName } from '../config/experiment/experiment.ts';
import type { Measurement, MeasurementHead } from '../measure/observed/measurement.ts';
import { SCHEMA } from '../system/shapes/schema-versions.ts';
import { claimVerdict } from './claims/claims.ts';
import { commandsOf, eachOnce } from './conclusions/commands.ts';
import { versusOf } from './conclusions/ranking.ts';
import { scalingOf } from './conclusions/scaling.ts';
import { verdictOf } from './conclusions/subject-verdict.ts';
import type { NextBlock } from './figures/parts.ts';
import { type Replay, replay } from './looks/replay.ts';
import { starterOf } from './state/start-state.ts';
import type { SubjectState } from './state/state.ts';
import { jobVerdict } from './verdict/job-verdict.ts';
import type { Verdict } from './verdict/verdict.ts';
import type { Versus } from './verdict/versus-verdict.ts';

/** What is known of a measurement, by one replay of its looks. */
export interface Judgement {
  verdict: Verdict;
  /** Names of the subjects whose verdict more blocks could still change. */
  open: ReadonlySet<string>;
  /** By the subject's name: what its next block must have. */
  next: ReadonlyMap<string, NextBlock>;
}

export function judge(measurement: Measurement): Verdict {
  return judgement(measurement).verdict;
}

export function judgement(measurement: Measurement): Judgement {
  return judgementOf(measurement, measurement.subjects.map(starterOf(measurement)));
}

/** `states`: of all subjects, as they were started. */
export function judgementOf(measurement: MeasurementHead, states: SubjectState[]): Judgement {
  const replayed = replay(measurement, states);
  const subjects = replayed.subjects.map((subject) => verdictOf(measurement, replayed, subject));
  const scaling = scalingOf(measurement, replayed, subjects);
  const claims = replayed.claims.map((state) => claimVerdict(state, measurement));
  const versus = versusOf(measurement, replayed.subjects, subjects);
  const parts = { subjects, scaling, claims, versus };
  const next = replayed.subjects.map((one): [string, NextBlock] => [subjectName(one.id), one.next]);
  return {
    verdict: verdictFrom(measurement, parts),
    open: new Set(openIn(replayed)),
    next: new Map(next),
  };
}

/** The whole verdict, around those of its subjects. */
function verdictFrom(
  measurement: MeasurementHead,
  {
    subjects,
    scaling,
    claims,
    versus,
  }: Pick<Verdict, 'subjects' | 'scaling'> & {
    claims: NonNullable<Verdict['claims']>;
    versus: Versus | null;
  },
): Verdict {
  const { experiment, plan, past, sources, confirmationOf } = measurement;
  const verdict = jobVerdict(subjects.map((subject) => subject.verdict));
  return {
    schemaVersion: SCHEMA.verdict,
    tool: measurement.tool,
    verdict,
    subjects,
    scaling,
    ...(claims.length === 0 ? {} : { claims }),
    ...(versus === null ? {} : { versus }),
    startedAt: measurement.startedAt,
    seed: plan.seed,
    design: past !== undefined ? 'past' : plan.arms.length === 2 ? 'pairs' : 'alone',
    falseAlarmRate: experiment.gate.falseAlarmRate,
    budgetMs: experiment.gate.budgetMs,
    failsOn: {
      inconclusive: experiment.gate.failOnInconclusive,
      noBaseline: experiment.gate.failOnNoBaseline,
    },
    awaitsConfirmation: verdict === 'regression' && isConfirmable(measurement),
    confirmationOf: confirmationOf && {
      startedAt: confirmationOf.startedAt,
      cpuModel: confirmationOf.environment.cpuModel,
    },
    attempts: measurement.attempts.map(({ startedAt, environment, subjects }) => ({
      startedAt,
      cpuModel: environment.cpuModel,
      blocks: sum(subjects.map(({ blocks }) => blocks)),
    })),
    environment: measurement.environment,
    cores: plan.cores,
    sources: {
      base: sources.base ?? null,
      head: sources.head ?? { commit: null, description: 'unknown' },
    },
    ...(measurement.bar === undefined ? {} : { bar: measurement.bar }),
    flags: measurement.flags,
    commands: eachOnce(subjects.flatMap((subject) => commandsOf(measurement, subject))),
  };
}

/** A second job will be asked, and can answer: earlier runs or a folder could not be had again. */
function isConfirmable({ experiment, confirmationOf, past, sources }: MeasurementHead): boolean {
  return (
    experiment.gate.onRegression === 'confirm-on-fresh-runner' &&
    confirmationOf === null &&
    past === undefined &&
    Object.values(sources).every(({ commit }) => commit !== null)
  );
}

/** Subjects whose verdict more blocks could still change. */
export function unresolved(measurement: Measurement): string[] {
  return openIn(replay(measurement, measurement.subjects.map(starterOf(measurement))));
}

function openIn({ subjects }: Replay): string[] {
  return subjects.filter(({ resolved }) => !resolved).map(({ id }) => subjectName(id));
}
