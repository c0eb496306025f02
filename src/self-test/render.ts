/** What a self-test found, for a terminal and for a Markdown page. */
import { codeSpan, escapeText, oneLine, plainName } from '../report/markup/escape.ts';
import { wrapWords } from '../report/screen/width.ts';
import { formatDuration, plural } from '../report/wording/format.ts';
import { quantilePlot } from './quantile-plot.ts';
import type { DoseResult, Goal, Outcomes, SelfTestResult } from './result.ts';
import {
  BASIS_TEXT,
  doseText,
  figureText,
  goalTable,
  METRIC_TEXT,
  notesOf,
  runEffectTable,
  sizeTable,
  verdictTable,
} from './table.ts';
import {
  changeIntervalText,
  changeText,
  meanText,
  percentText,
  rateText,
  ratioText,
} from './text.ts';

const WIDTH = 100;

/** Plain text, ending in a newline. */
export function renderSelfTestText(result: SelfTestResult): string {
  const sections = [
    [`Self-test of ${plainName(result.subject)}`, ...wrapped(introOf(result, plainName))],
    ...result.doses.map((dose) => doseLines(dose, result.method)),
    result.goals.length === 0 ? [] : ['Goals', ...result.goals.flatMap(goalLines)],
    notesOf(result).flatMap((note) => wrapped(note)),
  ].filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** A section of a page, under a heading of the second level; ends in a newline. */
export function renderSelfTestMarkdown(result: SelfTestResult): string {
  const { doses, goals, environment } = result;
  const { cpuModel, cpuCount, kernel, os, node, runnerImage } = environment;
  const strict = doses.find((dose) => dose.strict !== null)?.strict ?? null;
  const has = (test: (dose: DoseResult) => boolean) => doses.some(test);
  const machine = `${plural(cpuCount, 'core')} of ${cpuModel}, ${os} ${kernel}, Node.js ${node}${runnerImage === null ? '' : `, ${runnerImage}`}`;
  const parts = [
    `## Self-test of ${codeSpan(result.subject)}`,
    introOf(result, codeSpan),
    `Measured on ${escapeText(machine)}; begun ${result.startedAt}.`,
    goals.length === 0 ? '' : `### Goals\n\n${goalTable(goals)}`,
    has(({ sizes }) => sizes.length > 0)
      ? `### Recovered sizes\n\nOver all runs of a dose, Student-t with a run as the sample.\n\n${sizeTable(result)}`
      : '',
    has(({ resampled, disjoint, whole }) => (resampled ?? disjoint ?? whole) !== null)
      ? `### Verdicts\n\n${verdictTable(result, 'gate')}`
      : '',
    strict === null
      ? ''
      : `The same with a tolerance of ${percentText(strict.tolerance)} instead:\n\n${verdictTable(result, 'strict')}`,
    result.runEffects.length === 0 ? '' : runEffectSection(result),
    notesOf(result)
      .map((note) => `- ${note.replace(/^(\w+):/, '**$1**:')}`)
      .join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Evidence rather than counts: what each run says by itself of code that did not change. */
function runEffectSection({ runEffects }: SelfTestResult): string {
  const plots = runEffects.map(
    ({ metric, ps }) =>
      `${METRIC_TEXT[metric]}, ${plural(ps.length, 'run')}:\n\n\`\`\`text\n${quantilePlot(ps)}\n\`\`\``,
  );
  return [
    '### Unchanged code, run by run',
    runEffectTable(runEffects),
    'The gate’s test takes the blocks of a run as independent. Where the last column is 1, they are; where it is 2, the mean of a job varies as if it had half as many blocks, and its interval is too narrow.',
    'The p-value of each run’s own two-sided t test that nothing changed (up), in order, beside what even chance gives (to the right). Honest p-values lie along the dots; below them the test is too sure of itself.',
    ...plots,
  ].join('\n\n');
}

function introOf(
  { budgetMs, method, knob, seed, gate, doses }: SelfTestResult,
  quoted: (name: string) => string,
): string {
  const judged =
    gate === null
      ? ''
      : ` Tolerance ${percentText(gate.tolerance)}, false alarms at most ${percentText(gate.falseAlarmRate)} of jobs; ${gate.metrics.join(', ')} can fail a job.`;
  const how =
    method === 'pauses'
      ? 'stopping its processes for a share of the time'
      : `${quoted(oneLine(knob ?? ''))}, which makes it do more work per request`;
  const isInjected = doses.some(({ asked }) => asked > 0);
  const slowed = isInjected ? ` Head was slowed by ${how}.` : '';
  return `Both arms are one and the same build.${slowed} Jobs of ${formatDuration(budgetMs)}.${judged} Seed ${seed}.`;
}

function doseLines(dose: DoseResult, method: SelfTestResult['method']): string[] {
  const { asked, blocks, replaced, sizes, strict } = dose;
  const again = replaced === 0 ? '' : `, and ${plural(replaced, 'block')} measured again`;
  const title = asked === 0 ? 'Nothing injected' : `Injected: ${doseText(asked, method)}`;
  return [
    `${title} (${plural(blocks, 'block')}${again})`,
    ...sizes.flatMap(({ metric, change, interval, injected, ratio, sd }) => {
      const put =
        ratio === null
          ? ''
          : `, injected ${changeText(injected)}, ratio ${ratioText(ratio.value, ratio.interval)}`;
      return wrapped(
        `${METRIC_TEXT[metric]} ${changeText(change)} ${changeIntervalText(interval)}${put}; block sd ${percentText(sd)}`,
        '  ',
      );
    }),
    ...(['resampled', 'disjoint', 'whole'] as const).flatMap((basis) => {
      const outcomes = dose[basis];
      return outcomes === null ? [] : jobLines(`${BASIS_TEXT[basis]} jobs`, outcomes);
    }),
    ...(strict === null
      ? []
      : jobLines(
          `resampled jobs with a tolerance of ${percentText(strict.tolerance)}`,
          strict.resampled,
        )),
  ];
}

function jobLines(title: string, { verdicts, blocks, seconds, mde }: Outcomes): string[] {
  const said = verdicts
    .filter(({ word, rate }) => word === 'regression' || rate.count > 0)
    .map(({ word, rate }) => `${word} ${rateText(rate)}`);
  const visible =
    mde.throughput === null
      ? ''
      : `; red in 80% of such jobs: a drop of ${percentText(mde.throughput)}`;
  return [
    ...wrapped(`${title}: ${said.join(', ')}`, '  '),
    ...wrapped(`${meanText(blocks)} blocks, ${meanText(seconds, 0)} s${visible}`, '    '),
  ];
}

function goalLines({ text, target, reason, answers }: Goal): string[] {
  return [
    ...wrapped(`${text}: ${target}`, '  '),
    ...answers.flatMap(({ basis, state, figure }) =>
      wrapped(`${state} (${BASIS_TEXT[basis]}): ${figureText(figure)}`, '    '),
    ),
    ...(reason === null ? [] : wrapped(reason, '    ')),
  ];
}

function wrapped(text: string, indent = ''): string[] {
  return wrapWords(text, WIDTH - indent.length).map((line) => `${indent}${line}`);
}
