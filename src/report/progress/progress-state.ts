/** Pure. What is known about a running job, folded from its events. */

import type { GateEvent, MetricSoFar } from '../../measure/told/events.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import { buildName } from './build-log.ts';

export interface SubjectProgress {
  subject: string;
  /** Ascending numbers of blocks; empty before the plan is known. */
  looks: readonly number[];
  blocksDone: number;
  /** Planned length of one block, then the mean of those that were timed. */
  blockMs: number;
  timedBlocks: number;
  soFar: readonly MetricSoFar[];
  verdict: VerdictWord | null;
}

export interface ProgressState {
  startedMs: number;
  /** When servers were run for the first time; null while everything is still being built. */
  measuringSinceMs: number | null;
  nowMs: number;
  budgetMs: number;
  /** In the order in which they were announced. */
  subjects: ReadonlyMap<string, SubjectProgress>;
  now: Activity;
  /** The subject that was met last; empty before. */
  pilot: string;
  /** The block that is running; null between blocks. */
  block: { subject: string; startedMs: number } | null;
  /** The last line of the running build; empty when none runs. */
  buildLine: string;
  /** Servers are compared with each other. */
  isVersus: boolean;
}

/** What is being done. */
export type Activity =
  /** Something that is told in words. */
  | { kind: 'stage'; text: string }
  /** The blocks of a subject. */
  | { kind: 'measuring'; subject: string }
  | { kind: 'finished' };

export const INITIAL_PROGRESS: ProgressState = {
  startedMs: 0,
  measuringSinceMs: null,
  nowMs: 0,
  budgetMs: 0,
  subjects: new Map(),
  now: { kind: 'stage', text: 'starting' },
  pilot: '',
  block: null,
  buildLine: '',
  isVersus: false,
};

/** The state after `event`. */
export function advance(before: ProgressState, event: GateEvent): ProgressState {
  const state = { ...before, nowMs: Math.max(before.nowMs, event.atMs) };
  switch (event.type) {
    case 'started':
      return {
        ...state,
        startedMs: event.atMs,
        nowMs: event.atMs,
        budgetMs: event.budgetMs,
        subjects: new Map(event.subjects.map((subject) => [subject, newSubject(subject)])),
      };
    case 'note':
      return { ...state, now: stage(event.message) };
    case 'building':
      return { ...state, now: stage(`building ${buildName(event)}`), buildLine: '' };
    case 'build-line':
      return { ...state, buildLine: event.line };
    case 'built':
      return { ...state, buildLine: '' };
    case 'pilot-started':
      return {
        ...state,
        measuringSinceMs: state.measuringSinceMs ?? event.atMs,
        now: stage(`pilot run of ${event.subject}`),
        pilot: event.subject,
      };
    case 'pilot-step':
      return { ...state, now: stage(`pilot run of ${state.pilot}: ${event.step}`) };
    case 'pilot-done':
      return { ...state, now: stage(`pilot run done: ${event.subject}`) };
    case 'planned': {
      const { looks, blockMs } = event;
      return update(state, event.subject, { looks, blockMs, timedBlocks: 0 });
    }
    case 'block-started':
      return {
        ...state,
        measuringSinceMs: state.measuringSinceMs ?? event.atMs,
        now: { kind: 'measuring', subject: event.subject },
        block: { subject: event.subject, startedMs: event.atMs },
      };
    case 'block-done':
      return {
        ...blockDone(state, event),
        now: { kind: 'measuring', subject: event.subject },
        block: null,
      };
    case 'look':
      return update(state, event.subject, { blocksDone: event.blocks, soFar: event.metrics });
    case 'resolved':
      return {
        ...update(state, event.subject, { verdict: event.verdict, blocksDone: event.blocks }),
        isVersus: event.isVersus ?? false,
      };
    case 'finished':
      return { ...state, now: { kind: 'finished' } };
    case 'fitted':
    case 'warning':
    case 'printed':
    case 'tick':
      return state;
  }
}

function stage(text: string): Activity {
  return { kind: 'stage', text };
}

/** At most this much more measuring; null when nothing is known yet. */
export function leftAtMostMs({ subjects, budgetMs }: ProgressState): number | null {
  if (subjects.size === 0) return null;
  let leftMs = 0;
  for (const { looks, blocksDone, blockMs, verdict } of subjects.values()) {
    if (verdict !== null) continue;
    const last = looks.at(-1);
    leftMs += last === undefined ? budgetMs : Math.max(0, last - blocksDone) * blockMs;
  }
  return leftMs;
}

function blockDone(
  state: ProgressState,
  event: Extract<GateEvent, { type: 'block-done' }>,
): ProgressState {
  const known = state.subjects.get(event.subject) ?? newSubject(event.subject);
  const { timedBlocks, blockMs } = known;
  const timed =
    state.block?.subject !== event.subject
      ? {}
      : {
          timedBlocks: timedBlocks + 1,
          blockMs:
            (blockMs * timedBlocks + Math.max(0, event.atMs - state.block.startedMs)) /
            (timedBlocks + 1),
        };
  return update(state, event.subject, {
    ...timed,
    blocksDone: Math.max(known.blocksDone, event.index + 1),
    soFar: event.soFar ?? known.soFar,
  });
}

function update(
  state: ProgressState,
  subject: string,
  change: Partial<SubjectProgress>,
): ProgressState {
  const known = state.subjects.get(subject) ?? newSubject(subject);
  return { ...state, subjects: new Map(state.subjects).set(subject, { ...known, ...change }) };
}

function newSubject(subject: string): SubjectProgress {
  return {
    subject,
    looks: [],
    blocksDone: 0,
    blockMs: 0,
    timedBlocks: 0,
    soFar: [],
    verdict: null,
  };
}
