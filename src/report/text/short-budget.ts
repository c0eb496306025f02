/** What a budget that is too short for four blocks comes to: how much longer it takes, and what takes the time. */
import type { Scenario } from '../../config/scenario.ts';
import type { Phases } from '../../plan/plan.ts';

export interface ShortBudget {
  kind: Scenario['kind'];
  overrunMs: number;
  blockMs: number;
  /** Of a block: starting the servers, and stopping them. */
  startMs: number;
  /** Of a block: what is measured beside the slices. */
  phasesMs: number;
  phases: Phases;
}

/** A start that takes less is not worth a word. */
const START_SHARE = 0.1;

export function shortBudgetText(budget: ShortBudget): string {
  const longer = `the budget is too short for four blocks of this server: it will take ${Math.ceil(budget.overrunMs / 1000)} s longer`;
  if (budget.kind === 'command') return `${longer}. Shorter runs of the load command would fit`;
  const each = seconds(budget.blockMs);
  if (budget.kind === 'hold') {
    return `${longer}. Each block opens, holds and closes all connections, which takes ${each}`;
  }
  const parts = [
    ...(budget.startMs >= START_SHARE * budget.blockMs
      ? [`${seconds(budget.startMs)} go to starting the servers`]
      : []),
    ...(budget.phasesMs > 0 ? [`${seconds(budget.phasesMs)} to ${measured(budget.phases)}`] : []),
  ];
  return parts.length === 0 ? longer : `${longer}. Of each block's ${each}, ${verbed(parts)}`;
}

function measured({ latency, steadyMs }: Phases): string {
  const what = [
    ...(latency === null ? [] : ['latency']),
    ...(steadyMs === null ? [] : ['steadiness']),
  ];
  return `measuring ${what.join(' and ')}`;
}

/** "5 s go to x and 3 s to y": the verb once. */
function verbed([first = '', ...others]: readonly string[]): string {
  const begun = first.includes(' go to ') ? first : first.replace(' to ', ' go to ');
  return [begun, ...others].join(' and ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
