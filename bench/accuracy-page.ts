/** `docs/accuracy.md` from self-tests. Pure: every figure comes from the records. */

import { subjectName } from '../src/config/experiment/experiment.ts';
import { alignedTable } from '../src/report/markup/aligned-table.ts';
import { codeBlock, codeSpan, plainName } from '../src/report/markup/escape.ts';
import { analyse } from '../src/self-test/analyse.ts';
import type { SelfTest } from '../src/self-test/record.ts';
import { renderSelfTestMarkdown } from '../src/self-test/render.ts';
import type { Goal, SelfTestResult } from '../src/self-test/result.ts';
import { BASIS_TEXT } from '../src/self-test/table.ts';
import { percentText } from '../src/self-test/text.ts';
import { TYPED_COMMAND } from '../src/system/program/runtime.ts';
import { compareRules } from './rivals/compare.ts';
import { RIVALS_NOTES, rivalsTable } from './rivals/table.ts';

export interface NamedSelfTest {
  /** Of the server, for the reader: configs of self-tests only ever say "server". */
  name: string;
  selfTest: SelfTest;
}

export interface PageOptions {
  resampledJobs: number;
  /** There is a page about the rule's error rates by simulation. */
  hasCalibration: boolean;
}

const INTRO = `<!-- Written by \`npm run accuracy\` from recorded self-tests. Do not edit. -->

# Accuracy

How often is the gate red when nothing changed? How often does it find a slowdown of known size? How
well does it tell the size, and how long does it take? The gate's own self-test measured this on real
servers. Every figure on this page was computed from recorded blocks and jobs. A goal that was not
reached is called *missed*; one for which there are too few jobs or blocks, *not shown*.`;

/**
 * Blocks are short and judged after each from the fourth on (docs/adr/0045-looks.md), and have copies of their own of the
 * programs (docs/adr/0042-run-effect.md), since this moment.
 */
const SHORT_BLOCKS_SINCE = '2026-11-28T23:48:28Z';

/** What was recorded by an older rule says so, beside the figures that follow from it. */
function ageNote(selfTests: readonly SelfTest[]): string {
  const [first] = selfTests.map(({ record }) => record.startedAt).sort();
  if (first === undefined || Date.parse(first) >= Date.parse(SHORT_BLOCKS_SINCE)) return '';
  return `**What is older than today's rule.** These self-tests were recorded from ${first.slice(0, 10)} on, by the gate as it was then: its blocks were longer (the seconds below count their planned length),
a whole job was judged four times, and all blocks of a job ran the same copy of the programs. *Whole* jobs stopped where that rule stopped them. *Resampled* jobs take the
recorded blocks and judge them by today's rule, after each block from the fourth on. Today's blocks are [shorter](adr/0045-looks.md), and each has [copies of its own](adr/0042-run-effect.md): what that changes
in the seconds and in the difference between runs of unchanged code is not in this page.`;
}

const HOW = `A self-test runs two copies of one build against each other, and slows one of them by a known size. When a
self-test was interrupted, give the same command again: it goes on where it stopped. Another machine
gives other figures.`;

export function accuracyPage(named: readonly NamedSelfTest[], options: PageOptions): string {
  const { resampledJobs, hasCalibration } = options;
  const selfTests = named.map(({ selfTest }) => selfTest);
  const results = named.map(({ name, selfTest }) => ({
    ...analyse(selfTest, { resampledJobs }),
    subject: subjectName({ ...selfTest.record.subject, server: name }),
  }));
  const parts = [
    INTRO,
    ageNote(selfTests),
    `## Goals\n\n${goalsAtAGlance(results)}\n\nThe figures and the reasons are below, server by server.`,
    `## How to repeat it\n\n${HOW}\n\n${codeBlock(named.map(commandOf).join('\n'), 'sh', 100)}\n\nWhat these commands recorded here is kept in \`bench/records\`. This writes the page again from it, on any machine:\n\n${codeBlock('npm run accuracy:page', 'sh')}\n\nWith \`-- --from FOLDER\` it takes the records of another folder.`,
    ...selfTests.map((selfTest, i) =>
      serverSection(selfTest, results[i] as SelfTestResult, resampledJobs),
    ),
    `## What the comparison can tell\n\n${RIVALS_NOTES.map((note) => `- ${note}`).join('\n')}`,
    hasCalibration
      ? '## The rule by itself\n\nError rates of the decision rule by simulation, where the truth is known: [calibration](calibration.md).'
      : '',
    'Back to the [README](../README.md).',
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function serverSection(selfTest: SelfTest, result: SelfTestResult, jobs: number): string {
  const own = result.gate?.tolerance;
  const strict = result.doses.find((dose) => dose.strict !== null)?.strict?.tolerance;
  const tolerances = [own, strict].filter((tolerance) => tolerance !== undefined);
  const leadMs = result.resampling?.leadMs ?? null;
  const known = (dose: string, tolerance: number) => drawnAlready(result, dose, tolerance);
  const comparison = compareRules(selfTest, { jobs, leadMs, tolerances, known });
  return [
    renderSelfTestMarkdown(result).trimEnd(),
    ...(comparison === null
      ? []
      : [`### Side by side with the rules in use\n\n${rivalsTable(comparison)}`]),
  ].join('\n\n');
}

/** Undefined where no such jobs were drawn: too few blocks for the analysis are enough to be set beside other rules. */
function drawnAlready({ gate, doses }: SelfTestResult, dose: string, tolerance: number) {
  const found = doses.find(({ name }) => name === dose);
  if (gate?.tolerance === tolerance) return found?.resampled ?? undefined;
  return found?.strict?.tolerance === tolerance ? found.strict.resampled : undefined;
}

/** A row for each goal, a column for each server. */
function goalsAtAGlance(results: readonly SelfTestResult[]): string {
  const rows = new Map<string, { goal: Goal; answers: Map<SelfTestResult, string> }>();
  for (const result of results) {
    for (const goal of result.goals) {
      const row = rows.get(goal.text) ?? { goal, answers: new Map() };
      row.answers.set(result, answersText(goal));
      rows.set(goal.text, row);
    }
  }
  return alignedTable(
    [
      ['Goal', 'Target', ...results.map(({ subject }) => codeSpan(subject))],
      ...[...rows.values()].map(({ goal, answers }) => [
        goal.text,
        goal.target,
        ...results.map((result) => answers.get(result) ?? 'not measured'),
      ]),
    ],
    ['l', 'l', ...results.map(() => 'l' as const)],
  );
}

function answersText({ answers }: Goal): string {
  return answers
    .map(({ basis, state }) => {
      const word = state === 'reached' ? state : `**${state}**`;
      return basis === 'blocks' ? word : `${word} (${BASIS_TEXT[basis]})`;
    })
    .join(', ');
}

/** Capitals stand for what only the reader knows. */
function commandOf({ name, selfTest: { record, chunks } }: NamedSelfTest): string {
  const [measured] = [...chunks.values()].flat();
  const words = [
    `${TYPED_COMMAND} self-test --head-dir SERVER_FOLDER`,
    ...(measured?.flags ?? []).map(shellWord),
    ...(record.knob === null ? [] : ['--knob', shellWord(record.knob)]),
    `--doses ${record.doses.map(({ asked }) => percentText(asked)).join(',')}`,
    `--blocks ${record.blocks} --jobs ${record.jobs}`,
    `--budget ${Math.round(record.budgetMs / 1000)}s --seed ${record.seed} --out FOLDER`,
  ];
  return `# ${plainName(name)}\n${words.join(' ')}`;
}

function shellWord(word: string): string {
  // A folder of the machine that measured says nothing to others.
  const shown = word.startsWith('/') ? (word.split('/').at(-1) ?? '') : word;
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}
