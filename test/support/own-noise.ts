/** p99 by the real looks, over simulated jobs in which each arm has noise of its own; all else has passed. */

import { takeLook } from '../../src/judge/looks/interim-analysis.ts';
import { isWithinTolerance, passLevel } from '../../src/judge/rule/decide.ts';
import { decisionOn, isTooNoisy } from '../../src/judge/state/metric-state.ts';
import type { MetricState, SubjectState } from '../../src/judge/state/state.ts';
import { looksFor } from '../../src/plan/looks.ts';
import { TOLERANCE } from './measurement.ts';

/** ln(p99) of both arms in one block. */
export interface OwnLogs {
  base: number;
  head: number;
}

export type P99Word = 'red' | 'unchanged' | 'not judged' | 'inconclusive';

const GATE = {
  metricsNamed: false,
  falseAlarmRate: 0.01,
  tolerance: TOLERANCE,
} as unknown as Parameters<typeof takeLook>[2];

/** Throughput, CPU time, p99 and memory gate. */
const SIDE = {
  ...{ each: 0.0025, aside: 0.0025, claim: 0.0025 },
  // Of p99 and memory.
  doubtful: 0.025,
  shared: { alpha: 0.01, family: 4 },
};

/**
 * How p99 ends, look by look, when it is measured until it is decided, given up, or the budget of so many blocks ends. `whole`: of all requests
 * together, as ln(cost ratio). `isBlind`: without the question whose noise it is.
 */
export function p99Word(
  logs: readonly OwnLogs[],
  whole: readonly number[],
  { isBlind = false }: { isBlind?: boolean } = {},
): P99Word {
  const looks = looksFor(logs.length);
  const armOf = (log: number) => ({ figures: { p99: isBlind ? null : Math.exp(log) } });
  const state = {
    metric: 'p99',
    gating: true,
    isGenerators: false,
    unreadable: false,
    values: logs.map(({ base, head }) => head - base),
    counts: Array.from({ length: logs.length + 1 }, (_, count) => count),
    against: { kind: 'latency-pair', whole },
    trouble: null,
    isOpenLoopCpu: false,
    progress: { kind: 'unseen', estimate: null },
  } as MetricState;
  const subject = {
    plan: { looks, ends: [logs.length], blocks: Array(logs.length).fill(null) },
    measured: {
      blocks: logs.map(({ base, head }) => ({ arms: { base: armOf(base), head: armOf(head) } })),
    },
    fault: null,
    isContest: false,
    metrics: [state],
  } as unknown as SubjectState;
  for (let stage = 0; stage < looks.length; stage++) {
    takeLook([subject], stage, GATE, SIDE);
    const word = decisionOn(state)?.word;
    if (word !== undefined) return word === 'regression' ? 'red' : 'unchanged';
    if (isTooNoisy(state)) return 'not judged';
  }
  const { progress } = state;
  if (progress.kind === 'unseen' || progress.estimate === null) return 'inconclusive';
  const { estimate, schedule, look } = progress;
  const level = passLevel(schedule, look);
  return isWithinTolerance('p99', estimate, TOLERANCE.p99, level) ? 'unchanged' : 'inconclusive';
}
