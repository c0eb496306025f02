/** CPU time that head has moved to what runs beside it, such as a process of its own that `before` starts: no less of it is used. */

import type { Gate } from '../../config/experiment/experiment.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import { MIN_BLOCKS } from '../../plan/looks.ts';
import type { Arm } from '../../terms/arm.ts';
import { armValue } from '../figures/block-values.ts';
import type { Finding } from '../findings/finding.ts';
import { MOVED_BY_CHANCE } from '../findings/thresholds.ts';
import { changeOf, EFFECT_FLOOR, logCost, worseP } from '../rule/decide.ts';
import { estimatePaired } from '../rule/estimate.ts';

/**
 * Null unless CPU time per request can fail the job, is no worse by itself, or less so by as much as fails otherwise, and is shown to be worse
 * together with that of what runs beside the server, by as much. `isContest`: two servers are compared, of which neither replaces the other.
 */
export function movedWork(
  blocks: readonly BlockMeasurement[],
  {
    gate: { metrics, tolerance },
    isContest,
  }: { gate: Pick<Gate, 'metrics' | 'tolerance'>; isContest: boolean },
): Finding | null {
  if (isContest || !metrics.includes('cpu')) return null;
  const pairs = blocks.flatMap((block) => {
    const [base, head] = [costOf(block, 'base'), costOf(block, 'head')];
    return base === null || head === null ? [] : [{ base, head }];
  });
  if (pairs.length < MIN_BLOCKS || pairs.every(({ head }) => head.beside === 0)) return null;
  const least = EFFECT_FLOOR * logCost('cpu', tolerance.cpu);
  const own = estimatePaired(pairs.map(({ base, head }) => Math.log(head.own / base.own)));
  const whole = estimatePaired(pairs.map(({ base, head }) => Math.log(sumOf(head) / sumOf(base))));
  if (own === null || whole === null || whole.d < least) return null;
  // What is worse by itself is judged by itself, unless as much again went elsewhere.
  if (own.d >= least && whole.d < own.d + least) return null;
  if (worseP(whole) >= MOVED_BY_CHANCE) return null;
  const data = {
    own: changeOf('cpu', own.d),
    whole: changeOf('cpu', whole.d),
    limit: tolerance.cpu,
  };
  return { code: 'work-moved-beside', severity: 'doubt', subject: null, data };
}

interface Cost {
  /** Of the server, in CPU seconds per request. */
  own: number;
  /** Of what runs beside it. */
  beside: number;
}

/** An arm that has nothing beside it uses nothing there. */
function costOf(block: BlockMeasurement, arm: Arm): Cost | null {
  const own = armValue('cpu', block, arm);
  if (own === null || own <= 0) return null;
  return { own, beside: armValue('cpu-beside', block, arm) ?? 0 };
}

function sumOf({ own, beside }: Cost): number {
  return own + beside;
}
