/**
 * Which words a server that had time left allows for throughput and CPU. Being busier makes a request cheaper: it is read
 * and answered together with others, and less is spent on going to sleep and waking. So a head that does more work may
 * look cheaper and faster, and one that does less work dearer and slower; only what points the other way is shown
 * (docs/adr/0038-time-left.md).
 */
import type { VerdictWord } from '../terms/verdict-word.ts';
import type { Finding } from './findings/finding.ts';
import type { MetricState, SpareTime } from './state.ts';

export interface SpareDoubt {
  finding: Finding;
  /** What looks worse does not pass by itself; the rest leaves the verdict to the other metrics. */
  gates: boolean;
}

/** Null when the word may be said. `all`: of the subject. */
export function spareDoubt(
  spare: SpareTime,
  { metric, isOpenLoopCpu }: Pick<MetricState, 'metric' | 'isOpenLoopCpu'>,
  word: VerdictWord,
  all: readonly MetricState[],
): SpareDoubt | null {
  if (metric === 'throughput') return ofThroughput(spare, word, all);
  if (metric === 'cpu' && spare.savesWhenBusy !== false) return ofCpu(spare, isOpenLoopCpu, word);
  return null;
}

function ofThroughput(
  { limits, savesWhenBusy, isShared }: SpareTime,
  word: VerdictWord,
  all: readonly MetricState[],
): SpareDoubt | null {
  if (limits.head !== 'generator' && word === 'regression') {
    const isShown =
      limits.head === 'server' || !(isShared || savesWhenBusy) || isWorseAtOneRate(all);
    return isShown ? null : { finding: looksWorse('throughput'), gates: true };
  }
  const isGenerators = limits.head === 'generator' || limits.base === 'generator';
  const code = isGenerators ? 'throughput-is-generators' : 'throughput-of-a-wait';
  return { finding: { code, severity: 'doubt', subject: 'throughput', data: {} }, gates: false };
}

/**
 * In a closed loop only a server that was the limit is known to have saved all that it can: dearer than the other arm, it
 * is worse; and what is cheaper than it is better. Equal costs are not equal work: of 18 % more work a light server
 * showed nothing, at the same rate. At a fixed rate the direction is right, and the size too small.
 */
function ofCpu(
  { limits }: SpareTime,
  isOpenLoopCpu: boolean,
  word: VerdictWord,
): SpareDoubt | null {
  if (word === 'regression') {
    if (isOpenLoopCpu || limits.head === 'server') return null;
    return { finding: looksWorse('cpu'), gates: true };
  }
  if (word === 'improvement' && (isOpenLoopCpu || limits.base === 'server')) return null;
  return {
    finding: { code: 'cpu-of-spare-time', severity: 'doubt', subject: 'cpu', data: {} },
    gates: false,
  };
}

function looksWorse(subject: 'throughput' | 'cpu'): Finding {
  return { code: 'worse-or-less-batched', severity: 'doubt', subject, data: {} };
}

/** Where both arms are asked for the same rate, head takes longer or costs more. */
function isWorseAtOneRate(all: readonly MetricState[]): boolean {
  return all.some(
    ({ metric, isOpenLoopCpu, progress }) =>
      progress.kind === 'decided' &&
      progress.decision.word === 'regression' &&
      (isOpenLoopCpu || metric === 'p50' || metric === 'p90' || metric === 'p99'),
  );
}
