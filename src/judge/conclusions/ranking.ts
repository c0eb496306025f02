/** Contenders in their order: for each scenario and metric, who is shown to be better than whom. */
import { mean } from 'simple-statistics';
import { armNames, toldOf } from '../../config/experiment/contenders.ts';
import { subjectName } from '../../config/experiment/experiment.ts';
import {
  comparisonOf,
  isHigherBetter,
  isToleranceMetric,
} from '../../config/experiment/metrics.ts';
import type { Server } from '../../config/experiment/server.ts';
import type { Measurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import { doubtsAbout } from '../claims/doubts.ts';
import { isRatioMetric, pairedLogs } from '../claims/series.ts';
import { spareDoubt } from '../doubts/spare-doubt.ts';
import { vetoOf } from '../doubts/vetoes.ts';
import type { Finding } from '../findings/finding.ts';
import { logCost, passLevel } from '../rule/decide.ts';
import { isPlainlyApart, isWithinEitherWay } from '../rule/either-way.ts';
import { decisionOn, wholeEstimateAt } from '../state/metric-state.ts';
import type { MetricState, SubjectState } from '../state/state.ts';
import type { MetricVerdict, SubjectVerdict } from '../verdict/verdict.ts';
import type { PairVerdict, Ranking, Versus } from '../verdict/versus-verdict.ts';

/** One pair of contenders in one scenario. */
interface Met {
  server: Server;
  state: SubjectState;
  verdict: SubjectVerdict;
}

/** Null where no contenders were compared. `subjects`: the verdicts of `states`, in their order. */
export function versusOf(
  { experiment }: Pick<Measurement, 'experiment'>,
  states: readonly SubjectState[],
  subjects: readonly SubjectVerdict[],
): Versus | null {
  const contests = experiment.servers.filter(({ contenders }) => contenders !== undefined);
  if (contests.length === 0) return null;
  const contenders = [...new Set(contests.flatMap(toldOf))];
  const all = states.flatMap((state, i): Met[] => {
    const server = contests.find(({ name }) => name === state.id.server);
    const verdict = subjects[i];
    return server === undefined || verdict === undefined ? [] : [{ server, state, verdict }];
  });
  const { tolerance } = experiment.gate;
  const ranking = experiment.scenarios.flatMap(({ name }) =>
    rankingsOf(
      contenders,
      all.filter(({ state }) => state.id.scenario === name),
      tolerance,
    ),
  );
  return { contenders, ranking };
}

type Tolerance = Measurement['experiment']['gate']['tolerance'];

function rankingsOf(
  contenders: readonly string[],
  met: readonly Met[],
  tolerance: Tolerance,
): Ranking[] {
  const [first] = met;
  return (first?.verdict.metrics ?? []).map(({ name, unit, comparison }): Ranking => {
    const judged = met.flatMap((one) => {
      const verdict = one.verdict.metrics.find((metric) => metric.name === name);
      const state = one.state.metrics.find(({ metric }) => metric === name);
      return verdict === undefined || state === undefined
        ? []
        : [{ ...one, metric: verdict, of: state }];
    });
    const pairs = judged.map(({ server, state, verdict, metric, of }) =>
      pairOf({ server, state, verdict }, { verdict: metric, state: of }, tolerance),
    );
    const values = (contender: string) =>
      judged.flatMap(({ server, metric }) => {
        const names = armNames(server);
        const arm = (['base', 'head'] as const).find((one) => names[one] === contender);
        return arm === undefined ? [] : (metric[arm] ?? []);
      });
    return {
      scenario: met[0]?.state.id.scenario ?? '',
      metric: name,
      unit,
      comparison,
      higherIsBetter: isHigherBetter(name),
      gating: judged.some(({ of }) => of.gating),
      places: placesOf(contenders, pairs).map((place) => ({
        ...place,
        value: typical(values(place.contender), isRatioMetric(name)),
      })),
      pairs,
    };
  });
}

function pairOf(
  { server, state, verdict }: Met,
  metric: { verdict: MetricVerdict; state: MetricState },
  tolerance: Tolerance,
): PairVerdict {
  const names = armNames(server);
  const found = outcomeOf(state, verdict, metric, tolerance);
  return {
    subject: subjectName(state.id),
    first: names.base,
    second: names.head,
    outcome: found.outcome,
    better: found.outcome === 'better' ? names[found.winner] : null,
    change: metric.verdict.change,
    interval: metric.verdict.interval,
    tolerance: metric.verdict.tolerance,
    blocks: metric.verdict.blocks,
    reasons: found.reasons,
  };
}

type Outcome = { reasons: Finding[] } & (
  | { outcome: 'better'; winner: Arm }
  | { outcome: Exclude<PairVerdict['outcome'], 'better'> }
);

function outcomeOf(
  subject: SubjectState,
  { verdict: word, reasons: why }: SubjectVerdict,
  { verdict, state }: { verdict: MetricVerdict; state: MetricState },
  tolerance: Tolerance,
): Outcome {
  const open = (reasons: readonly Finding[]): Outcome => ({
    outcome: 'open',
    reasons: [...reasons],
  });
  const { metric, progress } = state;
  const decided = decisionOn(state);
  const isBroken = word === 'invalid' || word === 'no-baseline';
  if (isBroken) return { outcome: 'none', reasons: [...why] };
  if (comparisonOf(metric) === 'none') {
    return { outcome: 'none', reasons: [...verdict.reasons] };
  }
  if (decided === null) {
    return isSameAtLast(subject, state, tolerance)
      ? sameUnless(sameDoubts(subject, state, tolerance))
      : open(verdict.reasons.length > 0 ? verdict.reasons : why);
  }
  if (decided.word === 'unchanged') return sameUnless(sameDoubts(subject, state, tolerance));
  const isHeadBetter = decided.word === 'improvement';
  const taken = takenBack(subject, state, { word: decided.word, tolerance });
  if (taken !== null) return open([taken]);
  const doubts = isRatioMetric(metric)
    ? doubtsOf(subject, state, isHeadBetter)
    : subject.health.doubts;
  if (doubts.length > 0) return open(doubts);
  const isKnown = progress.estimate !== null || comparisonOf(metric) === 'limit';
  if (!isKnown) return open(verdict.reasons);
  const reasons = decided.reason === null ? [] : [decided.reason];
  return { outcome: 'better', winner: isHeadBetter ? 'head' : 'base', reasons };
}

/** Servers that had time left may look alike and not be, and so may one that stalls, or comes up in one of two states. */
function sameDoubts(
  subject: SubjectState,
  state: MetricState,
  tolerance: Tolerance,
): readonly Finding[] {
  const { health, metrics: all } = subject;
  const about = { all, isContest: true };
  const spare = health.spare && spareDoubt(health.spare, state, 'unchanged', about);
  const taken = takenBack(subject, state, { word: 'unchanged', tolerance });
  return [...health.doubts, ...(spare === null ? [] : [spare.finding]), ...(taken ? [taken] : [])];
}

/** As the gate takes a word back, whoever is named first. */
function takenBack(
  { health, measured: { blocks } }: SubjectState,
  state: MetricState,
  { word, tolerance }: { word: VerdictWord; tolerance: Tolerance },
): Finding | null {
  if (!isToleranceMetric(state.metric)) return null;
  const known = { blocks, health, tolerance: tolerance[state.metric], isContest: true };
  return vetoOf(state, word, known);
}

function sameUnless(doubts: readonly Finding[]): Outcome {
  return doubts.length > 0
    ? { outcome: 'open', reasons: [...doubts] }
    : { outcome: 'same', reasons: [] };
}

/** As of the claim that the one is more than the other. */
function doubtsOf(subject: SubjectState, state: MetricState, isHeadBetter: boolean): Finding[] {
  const series = pairedLogs(subject, state.metric, 'head');
  const isMore = isHeadBetter === isHigherBetter(state.metric);
  // Where all requests together have decided, the typical moment has not to agree.
  if (state.progress.kind === 'decided' && state.progress.isWhole)
    return [...subject.health.doubts];
  const sides = {
    kind: 'pair',
    left: { subject, arm: 'head' },
    right: { subject, arm: 'base' },
  } as const;
  return doubtsAbout(
    { scale: 'ratio', isLog: true, bound: 1, series: [series], plus: 0, sides },
    isMore ? 'above' : 'below',
  );
}

/** At the end of the budget, what is not small enough to stop for may still be shown to be within the tolerance. */
function isSameAtLast(
  { plan, measured }: SubjectState,
  state: MetricState,
  tolerance: Tolerance,
): boolean {
  const { metric, progress, trouble } = state;
  if (plan === null || progress.kind === 'unseen') return false;
  const { estimate, look, schedule } = progress;
  if (measured.blocks.length < plan.blocks.length) return false;
  if (estimate === null || trouble !== null || !isToleranceMetric(metric)) return false;
  const whole = wholeEstimateAt(state, measured.blocks.length);
  if (whole !== null && isPlainlyApart(whole, logCost(metric, tolerance[metric]))) return false;
  return isWithinEitherWay(metric, estimate, tolerance[metric], passLevel(schedule, look));
}

/** The best first, those of one rank as they were named. */
function placesOf(
  contenders: readonly string[],
  pairs: readonly PairVerdict[],
): { contender: string; rank: number | null }[] {
  const better = new Map(contenders.map((one) => [one, betterThan(one, pairs)]));
  const places = contenders.map((contender) => {
    const own = pairs.filter(({ first, second }) => [first, second].includes(contender));
    const isKnown = own.some(({ outcome }) => outcome !== 'none');
    // In a circle, which chance can make, nobody is ahead of another.
    const ahead = [...(better.get(contender) ?? [])].filter(
      (one) => !better.get(one)?.has(contender),
    );
    return { contender, rank: isKnown ? 1 + ahead.length : null };
  });
  const rankOf = (place: (typeof places)[number]) => place.rank ?? contenders.length + 1;
  return places.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/**
 * Shown to be better than it, or than another that is: a pair that is broken, or too noisy to tell, must not put side by side whom others have told
 * apart.
 */
function betterThan(contender: string, pairs: readonly PairVerdict[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [contender];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    for (const { first, second, better } of pairs) {
      const isLost = better !== null && better !== one && (first === one || second === one);
      if (!isLost || better === contender || found.has(better)) continue;
      found.add(better);
      open.push(better);
    }
  }
  return found;
}

function typical(values: readonly number[], isRatio: boolean): number | null {
  if (values.length === 0) return null;
  if (!isRatio || values.some((value) => value <= 0)) return mean([...values]);
  return Math.exp(mean(values.map(Math.log)));
}
