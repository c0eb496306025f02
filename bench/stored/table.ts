/** What the rule says of each run of a series, by the unchanged runs before it; and what it could have seen. */
import { markdownTable } from 'markdown-table';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { ofValue } from '../../src/judge/past/calibrated.ts';
import { choose, RUNS_AT_LEAST, stepOfMachine } from '../../src/judge/past/chosen.ts';
import { predicted } from '../../src/judge/past/predict.ts';
import { minimumDetectable } from '../../src/judge/power/power.ts';
import {
  changeOf,
  type Decision,
  decide,
  logCost,
  PASS_ALPHA,
  worseP,
} from '../../src/judge/rule/decide.ts';
import type { Estimate } from '../../src/judge/rule/estimate.ts';
import type {
  CalibratedMetric,
  CalibratedValue,
  PastRun,
} from '../../src/measure/observed/past-runs.ts';
import type { Dose, Line } from './line.ts';

const METRICS = ['throughput', 'cpu'] as const satisfies readonly CalibratedMetric[];
/** Two metrics share one in a hundred. */
const ALPHA = 0.01 / METRICS.length;
const TOLERANCES = [0.05, 0.02];
const HISTORIES = [10, 20, 30];

export function storedTable(all: readonly Line[]): string {
  const lines = all.filter(({ isBusy }) => !isBusy);
  const busy = `${all.length} runs, ${all.length - lines.length} of them on a busy machine, which are compared with none.`;
  return [busy, spread(lines), ...TOLERANCES.map((one) => words(lines, one)), visible(lines)].join(
    '\n\n',
  );
}

/** How far unchanged runs lie apart, beside the calibrator and without it. */
function spread(lines: readonly Line[]): string {
  const still = lines.filter(({ dose }) => dose === 'unchanged');
  const rows = [
    [
      'throughput, head ÷ calibrator’s work',
      sdOf(still.flatMap((line) => line.throughput?.log ?? [])),
    ],
    [
      'CPU per request, head ÷ calibrator’s work',
      sdOf(still.flatMap((line) => line.cpu?.log ?? [])),
    ],
    ['head’s own rate (pilot run)', sdOf(still.flatMap(({ headRate }) => logOf(headRate)))],
    ['calibrator’s work', sdOf(still.flatMap((line) => logOf(line.calibratorRates.work)))],
    ['calibrator’s light path', sdOf(still.flatMap((line) => logOf(line.calibratorRates.light)))],
    ['throughput, about the line that the rule fits', aboutLine('throughput', still)],
    ['CPU per request, about that line', aboutLine('cpu', still)],
  ];
  return markdownTable([[`${still.length} unchanged runs`, 'sd between runs'], ...rows]);
}

type Word = Decision['word'] | 'another machine' | 'too few runs';

interface Judged {
  word: Word;
  change: number | null;
}

const WORDS: readonly Word[] = ['regression', 'improvement', 'unchanged', 'continue'];
const UNSAID: readonly Word[] = ['another machine', 'too few runs'];
const DOSES: readonly Dose[] = ['unchanged', '5 %', '10 %'];

function words(lines: readonly Line[], tolerance: number): string {
  const rows = METRICS.flatMap((metric) => {
    const judged = judgedRuns(lines, metric, tolerance);
    return DOSES.map((dose) => {
      const all = judged.filter(([line]) => line.dose === dose).map(([, one]) => one);
      const count = (word: Word) => String(all.filter((one) => one.word === word).length);
      const found = all.flatMap(({ change }) => change ?? []);
      const change = found.length === 0 ? '' : percent(mean(found));
      return [metric, dose, String(all.length), ...[...WORDS, ...UNSAID].map(count), change];
    });
  });
  const runs = `runs (tolerance ${percent(tolerance)})`;
  const said = ['red', 'better', 'unchanged', 'could not tell', ...UNSAID];
  return markdownTable([['metric', 'head', runs, ...said, 'mean change'], ...rows]);
}

/** Each run after the first ten, by the rule, with the unchanged runs before it as its history. */
function judgedRuns(
  lines: readonly Line[],
  metric: CalibratedMetric,
  tolerance: number,
): [Line, Judged][] {
  return lines.flatMap((line, index): [Line, Judged][] => {
    const own = line[metric];
    const before = lines.slice(0, index).filter(({ dose }) => dose === 'unchanged');
    if (own === null || before.length < RUNS_AT_LEAST) return [];
    const { runs, rates } = choose(before.map(pastRun));
    if (runs.length < RUNS_AT_LEAST) return [[line, { word: 'too few runs', change: null }]];
    const step = stepOfMachine(line.calibratorRates, rates);
    if (step !== null) return [[line, { word: 'another machine', change: null }]];
    const past = runs.flatMap(({ metrics }) => metrics[metric] ?? []);
    const estimate = estimateOf(metric, past, own);
    if (estimate === null) return [];
    const better = worseP({ ...estimate, d: -estimate.d }) <= ALPHA;
    const shown = { worse: worseP(estimate) <= ALPHA, better };
    const { word } = decide(metric, estimate, tolerance, shown, PASS_ALPHA);
    return [[line, { word, change: changeOf(metric, estimate.d) }]];
  });
}

function pastRun({ startedAt, calibratorRates, throughput, cpu }: Line): PastRun {
  const metrics = { ...(throughput && { throughput }), ...(cpu && { cpu }) };
  const same = {
    fingerprint: '',
    verdict: 'unchanged',
    accepted: false,
    isBaseline: true,
  } as const;
  return { at: startedAt, commit: null, ...same, calibratorRates, metrics };
}

/** The rule asks for block values; of a line there are their mean, spread and number. */
function estimateOf(
  metric: CalibratedMetric,
  past: readonly CalibratedValue[],
  { log, light, sd, blocks }: CalibratedValue,
): Estimate | null {
  if (past.length < RUNS_AT_LEAST) return null;
  const cost = ofValue(metric, log);
  // Values of this mean and standard deviation.
  const away = sd * Math.sqrt((blocks - 1) / 2);
  const values = Array.from({ length: blocks }, () => cost);
  values[0] = cost + away;
  values[1] = cost - away;
  const lightCost = ofValue(metric, light);
  return predicted(
    past.map((one) => costOf(metric, one)),
    values.map((value) => ({ log: value, light: lightCost })),
  );
}

function costOf(metric: CalibratedMetric, value: CalibratedValue): CalibratedValue {
  return { ...value, log: ofValue(metric, value.log), light: ofValue(metric, value.light) };
}

/** Of a run in the middle of these, with as sure a mean. */
function inTheMiddle(metric: CalibratedMetric, lines: readonly Line[]): Estimate | null {
  const past = lines.flatMap((line) => line[metric] ?? []).map((one) => costOf(metric, one));
  if (past.length < RUNS_AT_LEAST) return null;
  const [log, light] = [mean(past.map((one) => one.log)), mean(past.map((one) => one.light))];
  return predicted(past, [
    { log, light },
    { log, light },
  ]);
}

function aboutLine(metric: CalibratedMetric, lines: readonly Line[]): string {
  const estimate = inTheMiddle(metric, lines);
  return estimate === null ? 'not known' : percent(estimate.sd);
}

/** By the last runs that are unchanged. */
function visible(lines: readonly Line[]): string {
  const still = lines.filter(({ dose }) => dose === 'unchanged');
  const rows = HISTORIES.filter((h) => h <= still.length).map((h) => [
    String(h),
    ...METRICS.flatMap((metric) => {
      const estimate = inTheMiddle(metric, still.slice(-h));
      if (estimate === null) return ['', ''];
      const mde = minimumDetectable(estimate, ALPHA, logCost(metric, 0.02));
      return [percent(estimate.sd), percent(Math.abs(changeOf(metric, mde)))];
    }),
  ]);
  return markdownTable([
    ['earlier runs', 'sd, throughput', 'red in 80 % from', 'sd, CPU', 'red in 80 % from'],
    ...rows,
  ]);
}

function sdOf(values: readonly number[]): string {
  return values.length < 2 ? 'not known' : percent(sampleStandardDeviation([...values]));
}

function logOf(rate: number | null): number[] {
  return rate === null ? [] : [Math.log(rate)];
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)} %`;
}
