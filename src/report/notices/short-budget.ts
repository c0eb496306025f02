/** What a budget that is too short for four blocks comes to: how much longer it takes, and what takes the time. */
import { MIN_BLOCKS } from '../../plan/looks.ts';
import type { ShortBudget } from '../../plan/short-budget.ts';
import { formatDuration } from '../wording/format.ts';
import { joinList } from '../wording/verdict-labels.ts';

/** A start or a warm-up that takes less is not worth a word. */
const SHARE_AT_LEAST = 0.1;

/** `jobBudgetMs`: of the whole job, which begins no blocks that it has no time for; null: it has none. */
export function shortBudgetText(budget: ShortBudget, jobBudgetMs: number | null = null): string {
  const neededMs = MIN_BLOCKS * budget.blockMs;
  const longer =
    jobBudgetMs !== null && neededMs > jobBudgetMs
      ? `\`job-budget\` (${formatDuration(jobBudgetMs)}) is too short for four blocks of this server, which take ${formatDuration(1000 * Math.ceil(neededMs / 1000))}: it will not be measured`
      : `the budget is too short for four blocks of this server: it will take ${Math.ceil(budget.overrunMs / 1000)} s longer`;
  if (budget.kind === 'command') return `${longer}. Shorter runs of the load command would fit`;
  const each = seconds(budget.blockMs);
  if (budget.kind === 'hold') {
    return `${longer}. Each block opens, holds and closes all connections, which takes ${each}`;
  }
  const isWorthAWord = (ms: number) => ms >= SHARE_AT_LEAST * budget.blockMs;
  const parts = [
    ...(isWorthAWord(budget.startMs)
      ? [`${seconds(budget.startMs)} to starting and ending the servers`]
      : []),
    ...(isWorthAWord(budget.warmUpMs)
      ? [`${seconds(budget.warmUpMs)} to warming the servers up (\`warm-up\`)`]
      : []),
    ...(budget.phasesMs > 0
      ? [`${seconds(budget.phasesMs)} to measuring ${budget.phases.join(' and ')}`]
      : []),
  ];
  return parts.length === 0 ? longer : `${longer}. Of each block's ${each}, ${verbed(parts)}`;
}

/** "5 s go to x, 9 s to y and 3 s to z": the verb once. */
function verbed([first = '', ...others]: readonly string[]): string {
  return joinList([first.replace(' to ', ' go to '), ...others]);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
