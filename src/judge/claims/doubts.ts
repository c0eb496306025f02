/** What stands in the way of an answer, whatever the figures are; and which of the two answers may be given all the same. */
import { mean } from 'simple-statistics';
import type { Arm } from '../../terms/arm.ts';
import { logCost } from '../decide.ts';
import type { Finding } from '../findings/finding.ts';
import { modesOf } from '../health/modes.ts';
import { spareDoubt } from '../spare-doubt.ts';
import type { MetricState, SubjectState } from '../state.ts';
import { RARE } from '../thresholds.ts';
import type { Evidence } from './evidence.ts';
import type { Series } from './series.ts';
import { sumAt } from './sum.ts';

/** Where the estimate is shown to lie. */
export type Direction = 'above' | 'below';

/** Both arms met these alike: they blur, but they favour nobody. */
const MET_ALIKE: readonly Finding['code'][] = ['machine-too-disturbed', 'order-matters'];

/** Broken measurements, of which no figure says anything. */
export function brokenIn({ series }: Evidence): SubjectState | null {
  return series.find(({ subject }) => subject.fault !== null)?.subject ?? null;
}

/** Why it may not be said that the estimate lies there; none when it may. */
export function doubtsAbout(evidence: Evidence, direction: Direction): Finding[] {
  const found = evidence.series.flatMap((series) => [
    ...(series.trouble === null ? [] : [series.trouble]),
    ...healthDoubts(evidence, series, direction),
  ]);
  return unique([
    ...found,
    ...leaning(evidence, direction),
    ...statesApart(evidence, direction),
    ...hidden(evidence, direction),
    ...ofSpareTime(evidence, direction),
  ]);
}

/** What both met alike makes two servers look more alike, never more different: so a difference that shows all the same is one. */
function healthDoubts(
  evidence: Evidence,
  { subject: { health, measured }, values, weight }: Series,
  direction: Direction,
): readonly Finding[] {
  const { doubts, order } = health;
  if (doubts.length === 0) return [];
  const isAlike = doubts.every(({ code }) => MET_ALIKE.includes(code));
  if (!isAlike || evidence.sides.kind !== 'pair' || !isApart(evidence, direction)) return doubts;
  if (order === null) return [];
  const isInBoth = (['base', 'head'] as const).every((arm) => {
    const own = values.filter((value, i): value is number => {
      const block = measured.blocks[i];
      return value !== null && block !== undefined && order.first(block) === arm;
    });
    return own.length > 0 && isBeyond(weight * mean(own), evidence, direction);
  });
  return isInBoth ? [] : doubts;
}

/** Whether what is shown is that the two differ, and not that they are nearly alike. */
function isApart({ scale, bound, series }: Evidence, direction: Direction): boolean {
  if (scale !== 'ratio' || series.length > 1) return false;
  return direction === 'above' ? bound >= 1 : bound <= 1;
}

/** A server whose generator was the limit can only be shown to do more. */
function leaning({ series }: Evidence, direction: Direction): Finding[] {
  const leans = series.flatMap((one) => one.leans);
  const isSound = direction === 'above' ? !leans.includes('high') : !leans.includes('low');
  if (isSound) return [];
  return [GENERATOR_LIMITED];
}

const GENERATOR_LIMITED: Finding = {
  code: 'claim-generator-limited',
  severity: 'doubt',
  subject: null,
  data: {},
};

/** Two states of a server, and what is claimed lies between them: the answer would be that of how often each came up. */
function statesApart(evidence: Evidence, direction: Direction): Finding[] {
  const judged = ratioOfPair(evidence);
  const modes = judged === null ? null : modesOf(judged.state);
  if (judged === null || modes === null) return [];
  const { metric, groups } = modes;
  const isAlike = groups.every(({ change }) => {
    const cost = logCost(metric, metric === 'throughput' ? -change : change);
    return isBeyond(judged.series.sign * cost, evidence, direction);
  });
  if (isAlike) return [];
  return [
    { code: 'states-disagree', severity: 'doubt', subject: metric, data: { states: groups } },
  ];
}

/** What trimming leaves out, and all requests together: where they would give the other answer, none is given. */
function hidden(evidence: Evidence, direction: Direction): Finding[] {
  const judged = ratioOfPair(evidence);
  if (judged === null) return [];
  const { series, state } = judged;
  const middle = sumAt(evidence, everything)?.d ?? 0;
  const rare = series.subject.health.rare.find(({ metric }) => metric === state.metric);
  if (rare !== undefined && !isBeyond(middle + series.sign * rare.excess, evidence, direction)) {
    return [asDoubt(rare.finding)];
  }
  if (state.against.kind !== 'latency-pair') return [];
  const values = state.against.whole.map((value) => (value === null ? null : series.sign * value));
  const all = sumAt({ ...evidence, series: [{ ...series, values }] }, everything);
  if (all === null || all.blocks < RARE.blocks || isBeyond(all.d, evidence, direction)) return [];
  if (Math.abs(all.d - Math.log(evidence.bound)) <= RARE.t * all.se) return [];
  const data = { ratio: Math.exp(all.d) };
  return [{ code: 'claim-all-requests-disagree', severity: 'doubt', subject: null, data }];
}

/** A server that had time left looks faster and cheaper when it is busier: see docs/adr/0038-time-left.md. */
function ofSpareTime(evidence: Evidence, direction: Direction): Finding[] {
  const judged = ratioOfPair(evidence);
  const { spare = null } = judged?.series.subject.health ?? {};
  if (judged === null || spare === null) return [];
  const { state, series, left } = judged;
  if (state.metric === 'throughput') {
    const right = left === 'head' ? 'base' : 'head';
    const slower = direction === 'above' ? right : left;
    const isShown = spare.limits[slower] !== 'wait' || spare.savesWhenBusy !== true;
    return isShown ? [] : [WAIT];
  }
  // More of a cost on the left, or less of it, is head's or base's as they are named.
  const isHeadWorse = (direction === 'above') === (left === 'head');
  const word = isHeadWorse ? 'regression' : 'improvement';
  const doubt = spareDoubt(spare, state, word, series.subject.metrics);
  return doubt === null ? [] : [doubt.finding];
}

const WAIT: Finding = {
  code: 'throughput-of-a-wait',
  severity: 'doubt',
  subject: 'throughput',
  data: {},
};

function isBeyond(value: number, { bound, isLog }: Evidence, direction: Direction): boolean {
  const limit = isLog ? Math.log(bound) : bound;
  return direction === 'above' ? value > limit : value < limit;
}

function everything(): number {
  return Number.POSITIVE_INFINITY;
}

/** What the gate would judge the same pair by; null of every other claim. */
function ratioOfPair({
  series: [series],
  sides,
  scale,
}: Evidence): { series: Series; state: MetricState; left: Arm } | null {
  if (series === undefined || sides.kind !== 'pair' || scale !== 'ratio') return null;
  const state = series.subject.metrics.find(({ metric }) => metric === series.metric);
  return state === undefined ? null : { series, state, left: sides.left.arm };
}

function asDoubt(finding: Finding): Finding {
  return { ...finding, severity: 'doubt' } as Finding;
}

function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((one) => [JSON.stringify(one), one])).values()];
}
