/** One word for a subject and one for the job, from the words below them. */

import type { Arm } from '../terms/arm.ts';
import { VERDICT_ORDER, type VerdictWord } from '../terms/verdict-word.ts';
import type { SubjectState } from './state.ts';
import type { MetricVerdict } from './verdict.ts';

export function jobVerdict(subjects: readonly VerdictWord[]): VerdictWord {
  return VERDICT_ORDER.find((word) => subjects.includes(word)) ?? 'no-baseline';
}

export function subjectVerdict(
  { measured, health }: SubjectState,
  metrics: readonly MetricVerdict[],
  design: {
    arms: readonly Arm[];
    /** Does the stored measurement have this subject? Null when there is none to compare with. */
    stored: boolean | null;
    different: readonly string[];
  },
): { word: VerdictWord; reason: string | null } {
  const { failure } = measured;
  if (failure !== null && failure.arm !== 'base') {
    return { word: 'invalid', reason: failure.message };
  }
  if (health.invalid !== null) return { word: 'invalid', reason: health.invalid };
  // A base that breaks, whenever it does, is a missing baseline and not the change's fault.
  if (failure !== null) return { word: 'no-baseline', reason: failure.message };
  if (health.baseBroken !== null) return { word: 'no-baseline', reason: health.baseBroken };
  if (design.different.length > 0) {
    return {
      word: 'no-baseline',
      reason: `the stored measurement is not comparable: ${design.different.join('; ')}`,
    };
  }
  if (design.arms.length === 1 && design.stored === null) {
    return { word: 'no-baseline', reason: 'only head was measured' };
  }
  if (design.stored === false) {
    return {
      word: 'no-baseline',
      reason: 'the stored measurement does not have this subject, or not measured without failures',
    };
  }
  // Few errors are what every verdict takes for granted, and no verdict by themselves.
  const judged = metrics.filter(({ gating, name }) => gating && name !== 'errors');
  const words = judged.map((metric) => metric.verdict);
  const isShown = words.includes('regression');
  // What both arms met alike is in the interval, and what head alone does must not let it go free.
  if (isShown && health.excuse === null) return { word: 'regression', reason: null };
  if (health.inconclusive !== null) return { word: 'inconclusive', reason: health.inconclusive };
  if (words.length === 0) {
    return { word: 'inconclusive', reason: health.generatorLimited ?? 'no metric could be judged' };
  }
  if (words.includes('inconclusive')) {
    const open = judged.filter((metric) => metric.verdict === 'inconclusive');
    return {
      word: 'inconclusive',
      reason: open.map((m) => `${m.name.replaceAll('-', ' ')}: ${m.reason}`).join('; '),
    };
  }
  return { word: words.includes('improvement') ? 'improvement' : 'unchanged', reason: null };
}
