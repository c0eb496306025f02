/** What the gate is to be worth, and whether these figures show that it is. */

import { EFFECT_FLOOR } from '../judge/rule/decide.ts';
import { formatNumber } from '../report/wording/format.ts';
import type { VerdictWord } from '../terms/verdict-word.ts';
import { exactEnds, exactInterval } from './rates.ts';
import type { SelfTestRecord } from './record.ts';
import type { Basis, DoseResult, Goal, GoalState, Mean, Outcomes, Rate, Size } from './result.ts';
import { SIZE_MARGIN } from './sizes.ts';
import { changeIntervalText, changeText, percentText } from './text.ts';

const GOALS = {
  /** Share of jobs on unchanged code that may be called a regression. */
  falseAlarms: 0.01,
  /** Share of jobs that must call a slowdown of this size a regression. */
  caught: [
    { drop: 0.05, share: 0.95 },
    { drop: 0.03, share: 0.8 },
  ],
  unchangedSeconds: 90,
} as const;

/** What is shown to be at most so much is not at once shown to be at least something. */
const ONE_SIDED = 0.05;

/** `tolerance`: of the gate that judged. Only what was measured has a goal. */
export function goalsOf(
  doses: readonly DoseResult[],
  { tolerance, method }: { tolerance: number | null; method: SelfTestRecord['method'] },
): Goal[] {
  const at = (drop: number) => doses.filter(({ asked }) => Math.abs(asked - drop) < 1e-9);
  const all = [
    ...at(0).map(falseAlarmGoal),
    // Stops for 5 % of the time are no slowdown of 5 %.
    ...(method === 'pauses' ? [] : GOALS.caught).flatMap((goal) =>
      at(goal.drop).flatMap((dose) => caughtGoals(dose, goal, tolerance)),
    ),
    ...doses.flatMap(sizeGoals),
    ...at(0).map(timeGoal),
  ];
  return all.filter(({ answers }) => answers.length > 0);
}

function falseAlarmGoal(dose: DoseResult): Goal {
  const most = GOALS.falseAlarms;
  const answers = bases(dose).flatMap(([basis, { eitherWay }]): Goal['answers'][number][] => {
    if (eitherWay === null) return [];
    const { atLeast, atMost } = eitherWay;
    return [{ basis, state: stateOf(atMost <= most, atLeast > most), figure: { eitherWay } }];
  });
  const needed = jobsUntil((jobs) => exactEnds(0, jobs, ONE_SIDED)[1] / 2 <= most);
  return {
    text: 'false alarms on unchanged code',
    target: `at most ${percentText(most)} of jobs`,
    reason: reasonOf(answers, {
      missed: lean(dose),
      notShown: `shown by ${needed} independent jobs without a false alarm either way, not by fewer`,
    }),
    answers,
  };
}

function caughtGoals(
  dose: DoseResult,
  { drop, share }: { drop: number; share: number },
  tolerance: number | null,
): Goal[] {
  const goal = (outcomes: readonly [Basis, Outcomes][], held: number | null): Goal => {
    const answers = ratesOf(outcomes, ({ interval: [low, high] }) =>
      stateOf(low >= share, high < share),
    );
    const needed = jobsUntil((jobs) => exactInterval(jobs, jobs)[0] >= share);
    const isSmall = held !== null && drop < EFFECT_FLOOR * held;
    return {
      text: `a slowdown of ${percentText(drop)}${trueSize(dose)} is caught${held === null ? '' : ` with a tolerance of ${percentText(held)}`}`,
      target: `at least ${percentText(share)} of jobs`,
      reason: reasonOf(answers, {
        missed: isSmall
          ? `it is less than half of the tolerance of ${percentText(held)}, which fails nobody`
          : visible(outcomes[0]?.[1] ?? null),
        notShown: `shown by ${needed} independent jobs that all catch it, not by fewer`,
      }),
      answers,
    };
  };
  const strict = dose.strict;
  return [
    goal(bases(dose), tolerance),
    ...(strict === null ? [] : [goal([['resampled', strict.resampled]], strict.tolerance)]),
  ];
}

/** What it came to by the ruler of the same runs, when that is not what was asked for. */
function trueSize({ asked, sizes }: DoseResult): string {
  const [throughput] = sizes.filter(({ metric, by }) => metric === 'throughput' && by === 'ruler');
  const size = throughput?.injected ?? null;
  if (size === null || percentText(-size) === percentText(asked)) return '';
  return ` (really ${percentText(-size)})`;
}

/** A miss needs its cause more than a doubt its remedy. */
function reasonOf(
  answers: Goal['answers'],
  { missed, notShown }: { missed: string | null; notShown: string },
): string | null {
  if (answers.some(({ state }) => state === 'missed')) return missed;
  return answers.some(({ state }) => state === 'not shown') ? notShown : null;
}

/** What the blocks of unchanged code show by themselves. */
function lean({ sizes }: DoseResult): string | null {
  const seen = sizes
    .filter(({ metric }) => metric !== 'p99')
    .map(
      ({ metric, change, interval }) =>
        `${metric === 'cpu' ? 'CPU time' : metric} ${changeText(change)} ${changeIntervalText(interval)}`,
    );
  return seen.length === 0 ? null : `over all blocks, unchanged code showed ${seen.join(', ')}`;
}

/** The noise, as the jobs' own reports tell it. */
function visible(outcomes: Outcomes | null): string | null {
  const size = outcomes?.mde.throughput ?? null;
  if (size === null) return null;
  return `at the noise here, a drop in throughput of ${percentText(size)} is red in 80% of jobs`;
}

function sizeGoals({ asked, sizes }: DoseResult): Goal[] {
  return sizes.flatMap((size) => {
    if (size.ratio === null) return [];
    const { state } = size.ratio;
    return {
      text: `the size of the ${percentText(asked)} slowdown, by ${size.metric === 'cpu' ? 'CPU time' : 'throughput'}`,
      target: `within ±${percentText(SIZE_MARGIN)} of what was injected`,
      reason: sizeReason(size, state),
      answers: [{ basis: 'blocks', state, figure: { size } }],
    };
  });
}

function sizeReason(size: Size, state: GoalState): string | null {
  if (state === 'reached') return null;
  const ratio = size.ratio?.value ?? 1;
  if (state === 'not shown') {
    const needed = blocksFor(size, ratio);
    return needed === null
      ? `the figure lies outside and its interval reaches inside: ${size.blocks} blocks do not tell`
      : `${size.blocks} blocks are too few: about ${formatNumber(needed, 0)} would show it, if the figure stayed`;
  }
  const side = ratio > 1 ? 'more' : 'less';
  return `${side} was recovered than injected: the blocks alone do not say whether the gate is off or what was taken to be injected`;
}

/** Blocks after which the 95 % interval would lie within the margin, if the ratio stayed; null where it is not within itself. */
function blocksFor({ blocks, ratio: seen }: Size, ratio: number): number | null {
  const margin = SIZE_MARGIN - Math.abs(ratio - 1);
  if (margin <= 0 || seen === null) return null;
  const half = (seen.interval[1] - seen.interval[0]) / 2;
  return Math.ceil(blocks * (half / margin) ** 2);
}

function timeGoal(dose: DoseResult): Goal {
  return {
    text: 'time to the verdict on unchanged code',
    target: `at most ${GOALS.unchangedSeconds} s on average`,
    reason: null,
    answers: bases(dose).map(([basis, { seconds }]) => ({
      basis,
      state: timeState(seconds),
      figure: { seconds },
    })),
  };
}

function timeState({ interval }: Mean): GoalState {
  const most = GOALS.unchangedSeconds;
  return interval === null ? 'not shown' : stateOf(interval[1] <= most, interval[0] > most);
}

/** Of regressions. */
function ratesOf(
  outcomes: readonly [Basis, Outcomes][],
  judged: (rate: Rate) => GoalState,
): Goal['answers'] {
  const word: VerdictWord = 'regression';
  return outcomes.flatMap(([basis, { verdicts }]) => {
    const found = verdicts.find((verdict) => verdict.word === word);
    if (found === undefined) return [];
    return { basis, state: judged(found.rate), figure: { rate: found.rate } };
  });
}

function bases(dose: DoseResult): [Basis, Outcomes][] {
  return (['resampled', 'disjoint', 'whole'] as const).flatMap((basis): [Basis, Outcomes][] => {
    const outcomes = dose[basis];
    return outcomes === null ? [] : [[basis, outcomes]];
  });
}

/** The smallest number of jobs that is enough. */
function jobsUntil(isEnough: (jobs: number) => boolean): number {
  let jobs = 1;
  while (!isEnough(jobs)) jobs++;
  return jobs;
}

function stateOf(isReached: boolean, isMissed: boolean): GoalState {
  if (isReached) return 'reached';
  return isMissed ? 'missed' : 'not shown';
}
