/** What stands in the way of an answer, whatever the figures are; and which of the two answers may be given all the same. */
import { mean } from 'simple-statistics';
import { isHigherBetter } from '../../config/experiment/metrics.ts';
import type { Arm } from '../../terms/arm.ts';
import type { MetricUnit } from '../../terms/metric-terms.ts';
import { splitOf } from '../doubts/modes.ts';
import { isShownSlower, spareDoubt } from '../doubts/spare-doubt.ts';
import type { Finding } from '../findings/finding.ts';
import { isPlain } from '../rule/trim-excess.ts';
import type { MetricState, SubjectState } from '../state/state.ts';
import { unitOf } from '../verdict/units.ts';
import { type Evidence, limitOf, onVerdictScale } from './evidence.ts';
import { type Series, stateOf } from './series.ts';
import { everyBlock, sumAt, wholeSum } from './sum.ts';

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
    ...passDoubts(evidence, series, direction),
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

/**
 * What forbids head to pass forbids a claim to say well of it: fewer bytes, lost requests or work done elsewhere would be why. None where two
 * servers are compared, of which neither replaces the other.
 */
function passDoubts(
  { sides }: Evidence,
  { subject: { health }, metric, weight }: Series,
  direction: Direction,
): readonly Finding[] {
  if (sides.kind === 'pair') return [];
  const isMore = (direction === 'above') === (weight === 1);
  return isMore === isHigherBetter(metric) ? health.passDoubts : [];
}

/** Whether what is shown is that the two differ, and not that they are nearly alike. */
function isApart({ scale, bound, series }: Evidence, direction: Direction): boolean {
  if (scale !== 'ratio' || series.length > 1) return false;
  return direction === 'above' ? bound >= 1 : bound <= 1;
}

/** What can only be more than was seen of a server is not shown to be less. */
function leaning({ series }: Evidence, direction: Direction): Finding[] {
  const wrong = direction === 'above' ? 'high' : 'low';
  return series.flatMap(({ leans }) =>
    leans.filter(({ is }) => is === wrong).map(({ finding }) => finding),
  );
}

/** Two states of a server, and what is claimed lies between them: the answer would be that of how often each came up. */
function statesApart(evidence: Evidence, direction: Direction): Finding[] {
  const all = sumAt(evidence, everyBlock);
  if (all === null) return [];
  return evidence.series.flatMap(({ metric, values, logs, weight }): Finding[] => {
    const known = values.filter((value) => value !== null);
    const groups = splitOf({ metric, values: logs })?.map((indices) => {
      const own = indices.flatMap((index) => values[index] ?? []);
      return { d: all.d + weight * (mean(own) - mean(known)), blocks: own.length };
    });
    if (groups === undefined || groups.every(({ d }) => isBeyond(d, evidence, direction)))
      return [];
    const states = groups.map(({ d, blocks }) => ({ value: onVerdictScale(d, evidence), blocks }));
    const data = { scale: evidence.scale, unit: unitFor(evidence), states };
    return [{ code: 'claim-states-disagree', severity: 'doubt', subject: null, data }];
  });
}

/**
 * What the typical figures leave out, where with it the answer would be the other one. Of two servers it must be plain that it does, as the
 * machine's own pauses come to either of them by chance. A value is held against nothing that these could cancel with: there both figures
 * must give the answer.
 */
function hidden(evidence: Evidence, direction: Direction): Finding[] {
  const sums = wholeSum(evidence);
  if (sums === null || isBeyond(sums.whole.d, evidence, direction)) return [];
  const { whole, leftOut } = sums;
  const off = { ...whole, d: whole.d - limitOf(evidence) };
  if (evidence.scale !== 'value' && !isPlain(leftOut) && !isPlain(off)) return [];
  const rare = rareOf(evidence);
  if (rare !== null) return [asDoubt(rare)];
  const about = { severity: 'doubt', subject: null } as const;
  const value = onVerdictScale(whole.d, evidence);
  if (evidence.scale === 'ratio') {
    return [{ code: 'claim-all-requests-disagree', ...about, data: { ratio: value } }];
  }
  const data = { scale: evidence.scale, unit: unitFor(evidence), value };
  return [{ code: 'claim-all-values-disagree', ...about, data }];
}

/** What is known of it in the pair, and whose it is. */
function rareOf({ sides, series }: Evidence): Finding | null {
  const [only] = series;
  if (sides.kind !== 'pair' || only === undefined) return null;
  const { rare } = only.subject.health;
  return rare.find(({ metric }) => metric === only.metric)?.finding ?? null;
}

function unitFor({ sides, series: [first] }: Evidence): MetricUnit {
  // Of several numbers of cores, what is told is an efficiency.
  if (first === undefined || sides.kind === 'curves') return 'share';
  return unitOf(first.metric, first.subject.scenario);
}

/** A server that had time left looks faster and cheaper when it is busier: see docs/adr/0038-time-left.md. */
function ofSpareTime(evidence: Evidence, direction: Direction): Finding[] {
  const judged = ofPair(evidence);
  const { spare = null } = judged?.series.subject.health ?? {};
  if (judged === null || spare === null) return [];
  const { state, series, left } = judged;
  const all = series.subject.metrics;
  // More of it on the left, or less of it, is head's or base's as they are named.
  const isHeadMore = (direction === 'above') === (left === 'head');
  if (state.metric === 'throughput') {
    return isShownSlower(spare, isHeadMore ? 'base' : 'head', all) ? [] : [WAIT];
  }
  const word = isHeadMore ? 'regression' : 'improvement';
  const doubt = spareDoubt(spare, state, word, { all, isContest: true });
  return doubt === null ? [] : [doubt.finding];
}

const WAIT: Finding = {
  code: 'throughput-of-a-wait',
  severity: 'doubt',
  subject: 'throughput',
  data: {},
};

function isBeyond(value: number, evidence: Evidence, direction: Direction): boolean {
  const limit = limitOf(evidence);
  return direction === 'above' ? value > limit : value < limit;
}

/** What the gate would judge the same pair by; null of every other claim. */
function ofPair({
  series: [series],
  sides,
}: Evidence): { series: Series; state: MetricState; left: Arm } | null {
  if (series === undefined || sides.kind !== 'pair') return null;
  const state = stateOf(series.subject, series.metric);
  return state === undefined ? null : { series, state, left: sides.left.arm };
}

function asDoubt(finding: Finding): Finding {
  return { ...finding, severity: 'doubt' } as Finding;
}

function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((one) => [JSON.stringify(one), one])).values()];
}
