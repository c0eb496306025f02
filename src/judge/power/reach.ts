/**
 * What a tolerance needs, before anything is known of a server's noise: how many blocks show unchanged code to keep it, for a quiet, a usual
 * and a restless machine. By the real looks and levels, as at the end of a run (src/judge/power/power.ts).
 */
import type { MetricName } from '../../config/experiment/metrics.ts';
import { BLOCKS_AT_MOST, budgetFor } from '../../plan/block-size.ts';
import type { Outline, SubjectOutline } from '../../plan/dry-run.ts';
import { isCore } from '../rule/core-metrics.ts';
import { changeOf, logCost, PASS_ALPHA } from '../rule/decide.ts';
import { blocksToPass, keptWith, lastLevel } from './power.ts';

/** Standard deviations of a block's log-ratio. Of recorded Go and Node.js servers it was about 1 % (docs/adr/0045-looks.md). */
const BLOCK_SDS = [0.005, 0.01, 0.02];
const USUAL_SD = 0.01;

export interface Reach {
  subject: string;
  /** Of throughput and CPU time: those that are held to this tolerance. */
  metrics: MetricName[];
  tolerance: number;
  /** By noise: blocks and budget with which 80 of 100 runs of unchanged code show it to be kept; null: no plan has so many blocks. */
  needs: { blockSd: number; blocks: number | null; budgetMs: number | null }[];
  /** Of this budget, with blocks that differ by 1 %. `keeps`: the smallest tolerance that it would show; null where it is within reach. */
  outOfReach: { blockSd: number; budgetMs: number; keeps: number } | null;
}

/** Of all subjects whose arms are alive together: of the others' noise nothing is known beforehand. */
export function reachOf({ subjects }: Pick<Outline, 'subjects'>): Reach[] {
  return subjects.flatMap((subject) =>
    subject.pairs === 'live' && subject.blockMs !== null
      ? byTolerance(subject).map(([tolerance, metrics]) =>
          reach(subject, subject.blockMs as number, { tolerance, metrics }),
        )
      : [],
  );
}

/** How long an unchanged job mostly takes: longer than usual where a tolerance needs more blocks of usual noise than that. */
export function usualMsOf(outline: Outline, reach: readonly Reach[]): number {
  const more = outline.subjects.map(({ name, longestMs, usualMs }) => {
    const needed = reach
      .filter(({ subject }) => subject === name)
      .flatMap(({ needs }) => needs.filter(({ blockSd }) => blockSd === USUAL_SD))
      .map((need) => Math.min(longestMs, need.budgetMs ?? longestMs));
    return Math.max(usualMs, ...needed) - usualMs;
  });
  return Math.min(
    outline.longestMs,
    more.reduce((sum, ms) => sum + ms, outline.usualMs),
  );
}

function byTolerance({ gates }: SubjectOutline): [number, MetricName[]][] {
  const found = new Map<number, MetricName[]>();
  for (const { metric, tolerance } of gates) {
    if (tolerance === null || !isCore(metric)) continue;
    found.set(tolerance, [...(found.get(tolerance) ?? []), metric]);
  }
  return [...found];
}

function reach(
  { name, looks, budgetMs }: SubjectOutline,
  blockMs: number,
  { tolerance, metrics }: { tolerance: number; metrics: MetricName[] },
): Reach {
  const metric = metrics[0] as MetricName;
  const delta = logCost(metric, tolerance);
  const needs = BLOCK_SDS.map((blockSd) => {
    const blocks = blocksToPass({ sd: blockSd }, delta, 0);
    return { blockSd, blocks, budgetMs: blocks === null ? null : budgetFor(blocks, blockMs) };
  });
  const held = looks?.at(-1) ?? BLOCKS_AT_MOST;
  const kept = keptWith(USUAL_SD, held, lastLevel(PASS_ALPHA, held));
  return {
    subject: name,
    metrics,
    tolerance,
    needs,
    outOfReach:
      kept <= delta
        ? null
        : { blockSd: USUAL_SD, budgetMs, keeps: Math.abs(changeOf(metric, kept)) },
  };
}
