/**
 * Which words a server that had time left allows for throughput and CPU. Being busier makes a request cheaper: it is read
 * and answered together with others, and less is spent on going to sleep and waking. So a head that does more work may
 * look cheaper and faster, and one that does less work dearer and slower; only what points the other way is shown
 * (docs/adr/0038-time-left.md).
 */
import type { Arm } from '../../terms/arm.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import type { Finding } from '../findings/finding.ts';
import type { SpareTime } from '../health/health.ts';
import type { MetricState } from '../state/state.ts';

export interface SpareDoubt {
  finding: Finding;
  /** What looks worse does not pass by itself; the rest leaves the verdict to the other metrics. */
  gates: boolean;
}

interface Within {
  /** Of the subject. */
  all: readonly MetricState[];
  /** Two servers are compared: that base is the slower one is said as that head is. */
  isContest?: boolean;
}

/** Null when the word may be said. */
export function spareDoubt(
  spare: SpareTime,
  { metric, isOpenLoopCpu }: Pick<MetricState, 'metric' | 'isOpenLoopCpu'>,
  word: VerdictWord,
  { all, isContest = false }: Within,
): SpareDoubt | null {
  if (metric === 'throughput') return ofThroughput(spare, word, { all, isContest });
  if (metric !== 'cpu' || spare.savesWhenBusy === false) return null;
  const doubt = ofCpu(spare, isOpenLoopCpu, word);
  return doubt !== null && isContest ? CPU_OF_SPARE_TIME : doubt;
}

/** Whether that arm's throughput, where it is the smaller one, shows that its server is slower: of two figures the generator made neither. */
export function isShownSlower(
  { limits, savesWhenBusy, isShared }: SpareTime,
  slower: Arm,
  all: readonly MetricState[],
): boolean {
  if (limits[slower] === 'server' || !(isShared || savesWhenBusy)) return true;
  return isWorseAtOneRate(all, slower);
}

function ofThroughput(
  spare: SpareTime,
  word: VerdictWord,
  { all, isContest }: Required<Within>,
): SpareDoubt | null {
  const { limits } = spare;
  const slower = slowerOne(word, isContest);
  if (slower !== null && limits[slower] !== 'generator') {
    if (isShownSlower(spare, slower, all)) return null;
    if (!isContest) return { finding: looksWorse('throughput'), gates: true };
  }
  const isGenerators = limits.head === 'generator' || limits.base === 'generator';
  const code = isGenerators ? 'throughput-is-generators' : 'throughput-of-a-wait';
  return { finding: { code, severity: 'doubt', subject: 'throughput', data: {} }, gates: false };
}

/** By this word; null where it says that none is, or that head as the change is better. */
function slowerOne(word: VerdictWord, isContest: boolean): Arm | null {
  if (word === 'regression') return 'head';
  return word === 'improvement' && isContest ? 'base' : null;
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
  return CPU_OF_SPARE_TIME;
}

const CPU_OF_SPARE_TIME: SpareDoubt = {
  finding: { code: 'cpu-of-spare-time', severity: 'doubt', subject: 'cpu', data: {} },
  gates: false,
};

function looksWorse(subject: 'throughput' | 'cpu'): Finding {
  return { code: 'worse-or-less-batched', severity: 'doubt', subject, data: {} };
}

/** Where both arms are asked for the same rate, this one takes longer or costs more. */
function isWorseAtOneRate(all: readonly MetricState[], arm: Arm): boolean {
  const word = arm === 'head' ? 'regression' : 'improvement';
  return all.some(
    ({ metric, isOpenLoopCpu, progress }) =>
      progress.kind === 'decided' &&
      progress.decision.word === word &&
      (isOpenLoopCpu || metric === 'p50' || metric === 'p90' || metric === 'p99'),
  );
}
