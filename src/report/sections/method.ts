/** "How this was measured": all that a reader needs to believe a figure, or to repeat it. */

import { subjectName } from '../../config/experiment/experiment.ts';
import { withholdFlags } from '../../config/experiment/withhold.ts';
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import type { BurstResult } from '../../load/results.ts';
import type { Neighbour } from '../../measure/observed/measurement.ts';
import { TYPED_COMMAND } from '../../system/program/runtime.ts';
import type { ArmSource } from '../../terms/arm-source.ts';
import { shortCommit } from '../../terms/short-commit.ts';
import { alignedTable } from '../markup/aligned-table.ts';
import {
  blockLines,
  codeBlock,
  codeSpan,
  escapeText,
  plainName,
  tableCell,
} from '../markup/escape.ts';
import { worstFirst } from '../tables/rows.ts';
import { cpusText, serversText } from '../wording/cpus.ts';
import {
  formatCount,
  formatDuration,
  formatSetting,
  formatShare,
  plural,
} from '../wording/format.ts';
import { metricLabel } from '../wording/metric-text.ts';
import { isVersus, namesOf, workIn } from '../wording/names.ts';
import { formatQuantity, formatRate } from '../wording/values.ts';
import { joinList } from '../wording/verdict-labels.ts';
import { answersText } from './answers-compared.ts';
import { noiseText } from './noise.ts';

/** One Markdown list. */
export function howMeasured(verdict: Verdict): string[] {
  return [
    facts(verdict)
      .map(([title, text]) => `- **${title}**: ${text}`)
      .join('\n'),
  ];
}

/** Markdown blocks for whoever goes into it. At most `limit` subjects' bursts and commands are given. */
export function exactly(verdict: Verdict, limit: number): string[] {
  return [...commandBlocks(verdict, limit), ...burstBlocks(verdict, limit)];
}

/** Over the commands. Whoever reads a comment has no copy of the gate. */
export const SAME_AGAIN = {
  title: 'The same again, on your own machine',
  how: 'In a clone of your repository. `/path/to/throughput-gate` is a clone of the repository of the action; nothing needs to be installed in it.',
} as const;

/** Markdown blocks. */
export function theSameAgain(verdict: Verdict): string[] {
  return [`**${SAME_AGAIN.title}**`, SAME_AGAIN.how, codeBlock(repeatCommands(verdict), 'sh', 200)];
}

/** Shell lines that repeat the run, fit to be pasted: nothing from outside goes in unquoted. */
export function repeatCommands(verdict: Verdict): string {
  const { sources, seed, budgetMs, subjects, flags } = verdict;
  if (isVersus(verdict)) return repeatVersus(verdict);
  const words = [
    ...sidesToRepeat(verdict),
    ...withholdFlags(flags).map(shellWord),
    `--budget ${Math.max(1, Math.round(budgetMs / 1000))}s`,
    `--seed ${seed}`,
    ...(subjects.length > 1 ? [`--only ${shellWord(worstName(subjects))}`] : []),
  ];
  return [...checkoutOf(sources.head), `${TYPED_COMMAND} run ${words.join(' ')}`].join('\n');
}

/** Its flags begin with the command and its contenders. */
function repeatVersus({ sources, seed, budgetMs, flags }: Verdict): string {
  const words = [
    ...withholdFlags(flags).map(shellWord),
    `--budget ${Math.max(1, Math.round(budgetMs / 1000))}s`,
    `--seed ${seed}`,
  ];
  return [...checkoutOf(sources.head), `${TYPED_COMMAND} ${words.join(' ')}`].join('\n');
}

/**
 * No clone has GitHub's merge of a pull request, nor has a shallow one older commits; `origin` has both. Changes that are in no commit can
 * only be measured where they are.
 */
function checkoutOf(head: ArmSource | null): string[] {
  const commit = commitOf(head);
  if (commit === null || head?.isSnapshot) return [];
  // Nothing is measured where it is not there.
  return [`git checkout ${commit} || git fetch origin ${commit} && git checkout ${commit} &&`];
}

/** The flags for the two sides; capitals stand for what only the reader knows: folders and files. */
function sidesToRepeat({ sources, design, flags }: Verdict): string[] {
  const base = commitOf(sources.base);
  const sides = {
    pairs: [base === null ? '--base-dir BASE_FOLDER' : `--base ${base}`],
    past: flags.includes('--baseline') ? [] : ['--baseline stored'],
    alone: [],
  };
  const head = commitOf(sources.head) === null ? ['--head-dir HEAD_FOLDER'] : [];
  return [...sides[design], ...head];
}

const LIVE =
  'live pairs. Base and head ran at the same time and were loaded in turn, slice by slice, so that whatever slowed the machine slowed both. Each block is a fresh pair of processes and counts as one sample.';

const ONE_AFTER_THE_OTHER =
  'base and head ran one after the other, in random order, because they cannot run side by side. Noise that changes in between does not cancel, so the same smallest visible change needs more time than with live pairs.';

const EXCLUSIVE = `exclusive pairs: ${ONE_AFTER_THE_OTHER} Each block is a fresh process of each and counts as one sample.`;

const UNPAIRED: Record<Exclude<Verdict['design'], 'pairs'>, string> = {
  past: 'against earlier runs. Head ran in live pairs with the calibrator, a server that never changes, and its ratio to that was compared with the ratios of earlier runs. The samples are runs: the interval is a Student-t prediction interval, from how far those runs lie apart.',
  alone: 'head alone. There was nothing to compare with.',
};

function designText({ design, subjects }: Verdict): string {
  if (design === 'past') return `${UNPAIRED.past}${runsText(subjects)}`;
  if (design !== 'pairs') return UNPAIRED[design];
  const exclusive = subjects.filter(({ pairs }) => pairs === 'exclusive');
  if (exclusive.length === 0) return LIVE;
  if (exclusive.length === subjects.length) return EXCLUSIVE;
  const names = exclusive.slice(0, 3).map((subject) => codeSpan(subjectName(subject)));
  if (exclusive.length > names.length) names.push('others');
  return `${LIVE} Of ${joinList(names)}, however, ${ONE_AFTER_THE_OTHER}`;
}

/** How many there were, and since when. */
function runsText(subjects: Verdict['subjects']): string {
  const known = subjects.filter(({ past }) => (past?.since ?? null) !== null);
  const texts = known.slice(0, 3).map((subject) => {
    const { runs = 0, odd = 0, since } = subject.past ?? {};
    const left =
      odd === 0 ? '' : ` (${odd} that ${odd === 1 ? 'lies' : 'lie'} far from all others left out)`;
    const fewer = subject.metrics.flatMap((metric) =>
      metric.runs === undefined || metric.runs >= runs
        ? []
        : [`${metric.runs} of them by ${metricLabel(metric)}`],
    );
    const parts = [`${plural(runs, 'run')} since ${(since ?? '').slice(0, 10)}${left}`, ...fewer];
    return `${codeSpan(subjectName(subject))} with ${parts.join(', ')}`;
  });
  const more = known.length - texts.length;
  if (texts.length === 0) return '';
  return ` Compared: ${[...texts, ...(more > 0 ? [plural(more, 'more subject')] : [])].join('; ')}.`;
}

/** Nothing to say of our own HTTP/1.1 engine alone, which is what readers expect. */
function engines({ subjects }: Verdict): [title: string, text: string][] {
  const names = [...new Set(subjects.flatMap(({ engine }) => engine ?? []))].sort();
  if (names.length === 0 || names.join() === 'http1') return [];
  return [['Load by', names.map((name) => escapeText(name, 60)).join(', ')]];
}

function reach({ subjects }: Verdict): [title: string, text: string][] {
  return subjects.slice(0, 10).flatMap((subject): [string, string][] => {
    if (subject.reach === null) return [];
    const shares = (['base', 'head'] as const).flatMap((arm) => {
      const share = subject.reach?.[arm] ?? null;
      return share === null ? [] : [`${escapeText(namesOf(subject)[arm])} ${formatShare(share)}`];
    });
    return [
      [
        'Reach',
        `${codeSpan(subjectName(subject))}: ${shares.join(', ')} of the messages sent arrived at their receivers once and undamaged`,
      ],
    ];
  });
}

/** One line for all subjects of which it is the same. */
function answersOf({ subjects }: Verdict): [title: string, text: string][] {
  const byText = new Map<string, string[]>();
  for (const subject of subjects) {
    if (subject.answers === undefined) continue;
    const text = answersText(subject.answers, workIn(namesOf(subject)));
    byText.set(text, [...(byText.get(text) ?? []), codeSpan(subjectName(subject))]);
  }
  const lines = [...byText].slice(0, 10);
  return lines.map(([text, names]) => {
    const more = names.length > 3 ? [...names.slice(0, 3), 'others'] : names;
    return ['Answers', lines.length === 1 ? text : `${joinList(more)}: ${text}`];
  });
}

function facts(verdict: Verdict): [title: string, text: string][] {
  const { environment, cores, sources, tool } = verdict;
  const mostBlocks = verdict.subjects.reduce((most, { blocks }) => Math.max(most, blocks), 0);
  return [
    ...(mostBlocks === 0 ? [] : ([['Design', designText(verdict)]] as [string, string][])),
    ['Base', source(sources.base)],
    ['Head', source(sources.head)],
    ['Effort', effort(verdict, mostBlocks)],
    [
      'Machine',
      [
        `${escapeText(environment.cpuModel)}, ${cpusText(environment.cpuCount, cores)}`,
        formatQuantity('B', environment.memoryBytes),
        `${escapeText(environment.os)}, kernel ${escapeText(environment.kernel)}`,
        ...(environment.runnerImage === null
          ? []
          : [`runner image ${escapeText(environment.runnerImage)}`]),
        `Node ${escapeText(environment.node)}`,
      ].join('; '),
    ],
    [
      'Cores',
      `load generator on ${coreList(cores.generator)}, ${serversText(cores, coreList)}${cores.note === null ? '' : `. ${escapeText(cores.note)}`}`,
    ],
    ...beside(verdict),
    ...attempts(verdict),
    ...noise(verdict),
    ...engines(verdict),
    ...reach(verdict),
    ...answersOf(verdict),
    [
      'Tool',
      `${escapeText(tool.name)} ${escapeText(tool.version)}, ${escapeText(verdict.startedAt)}`,
    ],
  ];
}

/** What ran beside the servers: it belongs to what is measured, and is no other process. */
function beside({ subjects }: Verdict): [title: string, text: string][] {
  const told = new Map<string, string>();
  for (const subject of subjects) {
    const names = namesOf(subject);
    for (const { name, places, how, arms, cores } of subject.beside ?? []) {
      const where = places.length === 0 ? '' : ` (${places.slice(0, 3).join(', ')})`;
      const users = arms.length === 2 ? 'of both arms' : `of ${names[arms[0] ?? 'head']}`;
      const on = how === 'before' ? `, on ${coreList(cores)}` : ', where the system puts it';
      const text = escapeText(`${name}${where}, ${users}, ${HOW[how]}`, 200);
      told.set(text, `${text}${on}`);
    }
  }
  if (told.size === 0) return [];
  const shown = [...told.values()].slice(0, 5);
  const rest = told.size - shown.length;
  const more = rest > 0 ? `; and ${rest} more` : '';
  return [['Beside the servers', `${shown.join('; ')}${more}`]];
}

const HOW: Record<Neighbour['how'], string> = {
  before: 'started by `before`',
  connected: 'found by its connections',
  named: 'named in `beside`',
};

/** Whose blocks are counted in, beside this run's own. */
function attempts(verdict: Verdict): [title: string, text: string][] {
  const earlier = verdict.attempts;
  const [first] = earlier;
  if (first === undefined) return [];
  const others = earlier.filter(({ cpuModel }) => cpuModel !== verdict.environment.cpuModel);
  const days = [...new Set(earlier.map(({ startedAt }) => startedAt.slice(0, 10)))];
  const text = `Continues ${plural(earlier.length, 'earlier attempt')} (${plural(earlier.at(-1)?.blocks ?? 0, 'block')}, ${escapeText(days.join(', '))}): what was measured there is counted. All attempts together raise a false alarm, or pass falsely, at most a ninth more often than one does.`;
  const warning = `Not on the same kind of processor: ${others.map(({ cpuModel }) => escapeText(cpuModel)).join(', ')}.`;
  return [['Attempts', others.length === 0 ? text : `${text} ${warning}`]];
}

function noise(verdict: Verdict): [title: string, text: string][] {
  const text = noiseText(verdict);
  return text === null ? [] : [['Noise', text]];
}

function effort({ budgetMs, seed, falseAlarmRate, subjects }: Verdict, mostBlocks: number): string {
  if (mostBlocks === 0) return 'nothing was measured.';
  // What was measured; how many there could have been, a warning may say beside it.
  const measured = `${subjects.length > 1 ? 'up to ' : ''}${plural(mostBlocks, 'block')} measured`;
  return `${formatDuration(budgetMs)} of measuring time per subject at most, ${measured}; seed ${seed}; false alarms in at most ${formatSetting(falseAlarmRate)} of jobs over unchanged code.`;
}

function source(arm: ArmSource | null): string {
  if (arm === null) return 'none';
  const commit = commitOf(arm);
  return `${commit === null ? '' : `\`${shortCommit(commit)}\`, `}${escapeText(arm.description)}`;
}

function coreList(list: readonly number[] | null): string {
  if (list === null) return 'any core (not pinned)';
  return `${list.length === 1 ? 'core' : 'cores'} ${list.join(', ')}`;
}

/** A commit id that may stand in a command; null for a folder, or for anything that is no commit id. */
function commitOf(arm: ArmSource | null): string | null {
  const commit = arm?.commit ?? null;
  return commit !== null && /^[0-9a-f]{7,64}$/.test(commit) ? commit : null;
}

function commandBlocks({ commands }: Verdict, limit: number): string[] {
  if (commands.length === 0) return [];
  const shown = commands
    .slice(0, limit)
    .map(({ subject, build, start, load }) =>
      [
        `# ${plainName(subject)}`,
        ...labelled('build', build ?? '(none)'),
        ...labelled('start', start),
        ...labelled('load', load),
      ].join('\n'),
    );
  const rest = commands.length - shown.length;
  const more =
    rest > 0 ? [`… and those of ${plural(rest, 'more subject')}, in \`verdict.json\`.`] : [];
  return ['**Exact commands**', codeBlock(shown.join('\n\n'), 'text', 2000), ...more];
}

function labelled(label: string, command: string): string[] {
  const [first = '', ...rest] = blockLines(command, 30);
  return [`${`${label}:`.padEnd(7)}${first}`, ...rest.map((line) => `       ${line}`)];
}

function burstBlocks({ subjects }: Verdict, limit: number): string[] {
  const measured = worstFirst(subjects).filter(({ burst }) => burst.base ?? burst.head);
  if (measured.length === 0) return [];
  const rows = measured.slice(0, limit).flatMap(burstRows);
  const rest = measured.length - limit;
  return [
    "**autocannon's opening burst** (a check on the load generator, not compared)",
    alignedTable(
      [['Subject', 'Arm', 'Rate', 'p50', 'p99', 'Answers by status', 'No answer'], ...rows],
      ['l', 'l', 'r', 'r', 'r', 'r', 'r'],
    ),
    ...(rest > 0 ? [`… and those of ${plural(rest, 'more subject')}, in \`verdict.json\`.`] : []),
  ];
}

function burstRows(subject: SubjectVerdict): string[][] {
  return (['base', 'head'] as const).flatMap((arm) => {
    const burst = subject.burst[arm];
    if (burst === null) return [];
    return [
      [
        tableCell(codeSpan(subjectName(subject))),
        tableCell(escapeText(namesOf(subject)[arm])),
        formatRate(burst.requestsPerSecond),
        latency(burst.latencyP50Ms),
        latency(burst.latencyP99Ms),
        tableCell(answers(burst)),
        // These include the timeouts.
        formatCount(burst.errors),
      ],
    ];
  });
}

/** `76,240 × 200`, the most frequent status first; at most three. */
function answers({ statuses }: BurstResult): string {
  const counted = Object.entries(statuses).sort(([, a], [, b]) => b - a);
  const shown = counted.slice(0, 3).map(([s, n]) => `${formatCount(n)} × ${escapeText(s, 12)}`);
  return shown.length === 0 ? '0' : [...shown, ...(counted.length > 3 ? ['…'] : [])].join(', ');
}

/** autocannon counts whole milliseconds: 0 is less than one. */
function latency(ms: number): string {
  return ms === 0 ? '&lt;1 ms' : formatQuantity('s', ms / 1000);
}

function worstName(subjects: readonly SubjectVerdict[]): string {
  const [worst] = worstFirst(subjects);
  return worst === undefined ? '' : subjectName(worst);
}

function shellWord(word: string): string {
  // Cleaned before it is quoted, so that no cleaning can take a quotation mark away afterwards.
  const text = blockLines(word, 30).join('\n');
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
