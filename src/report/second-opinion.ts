/** Two runners' figures side by side: what the first claimed, and what the second says of it. */
import { subjectName } from '../config/experiment.ts';
import type { Confirmation, MetricVerdict, SubjectVerdict, Verdict } from '../judge/verdict.ts';
import { changeAndInterval } from './changes.ts';
import { codeSpan, escapeText, plainName, tableCell } from './escape.ts';
import { NOTHING, plural } from './format.ts';
import { canBeTold, metricLabel } from './metric-words.ts';
import type { Paint } from './paint.ts';
import type { Phrase } from './phrase.ts';
import { worstFirst } from './rows.ts';
import { alignedTable } from './table.ts';
import { formatQuantity, formatValue } from './values.ts';
import { indented, wrapWords } from './width.ts';
import { VERDICT_LABEL } from './words.ts';

export interface Opinion {
  /** `server/scenario`, to be escaped. */
  subject: string;
  metric: string;
  /** Change and interval on each runner; of a limit, what is known. */
  first: string;
  second: string;
  confirmed: boolean;
}

/** Of all subjects, the worst first. */
export function opinionsOf(subjects: readonly SubjectVerdict[]): Opinion[] {
  return worstFirst(subjects).flatMap((subject) =>
    subject.confirmations.map((confirmation) => opinionOf(subject, confirmation)),
  );
}

/** "On the first runner (CPU) throughput was −8.0% […]; on this one (CPU) it is −7.5% […]." Nothing without a figure. */
export function bothRunners(subject: SubjectVerdict, { confirms, environment }: Verdict): Phrase {
  const [opinion] = subject.confirmations
    .map((one) => opinionOf(subject, one))
    .sort(confirmedFirst);
  if (confirms === null || opinion === undefined) return [];
  const { metric, first, second } = opinion;
  return [
    'On the first runner (',
    { quote: confirms.cpuModel },
    `) ${metric} was ${first}; on this one (`,
    { quote: environment.cpuModel },
    `) it is ${second}.`,
  ];
}

const TITLE = 'Second opinion';

/** For the comment and the summary; nothing in a first opinion. */
export function opinionInMarkdown(verdict: Verdict, limit: number): string[] {
  const { confirms, environment, subjects } = verdict;
  const opinions = opinionsOf(subjects);
  if (confirms === null || opinions.length === 0) return [];
  const rows = opinions
    .slice(0, limit)
    .map(({ subject, metric, first, second, confirmed }) => [
      tableCell(codeSpan(subject)),
      metric,
      first,
      second,
      outcome(confirmed),
    ]);
  const titles = [
    'Subject',
    'Metric',
    tableCell(`First runner: ${escapeText(confirms.cpuModel, 60)}`),
    tableCell(`This runner: ${escapeText(environment.cpuModel, 60)}`),
    'Outcome',
  ];
  const rest = opinions.length - rows.length;
  return [
    `**${TITLE}** on the measurement of ${escapeText(confirms.startedAt, 40)}`,
    alignedTable([titles, ...rows], ['l', 'l', 'r', 'r', 'l']),
    ...(rest > 0 ? [`… and ${plural(rest, 'more claim')}, in \`verdict.json\`.`] : []),
    ...remarks(opinions),
  ];
}

/** The same as plain text. */
export function opinionLines(
  verdict: Verdict,
  limit: number,
  width: number,
  paint: Paint,
): string[] {
  const { confirms, environment, subjects } = verdict;
  const opinions = opinionsOf(subjects);
  if (confirms === null || opinions.length === 0) return [];
  const rest = opinions.length - limit;
  const where = `first runner ${plainName(confirms.cpuModel)}, this one ${plainName(environment.cpuModel)}`;
  return [
    ...wrapWords(`${TITLE.toLowerCase()}: ${where}`, width).map((line) => paint('bold', line)),
    ...opinions
      .slice(0, limit)
      .flatMap(({ subject, metric, first, second, confirmed }) =>
        indented(
          `${plainName(subject)} ${metric}: ${first} there, ${second} here: ${outcome(confirmed)}`,
          width,
        ),
      ),
    ...(rest > 0 ? [`… and ${plural(rest, 'more claim')}, in verdict.json`] : []),
    ...remarks(opinions).flatMap((text) =>
      wrapWords(text, width).map((line) => paint('dim', line)),
    ),
  ];
}

function opinionOf(
  subject: SubjectVerdict,
  { metric: name, first, confirmed }: Confirmation,
): Opinion {
  const metric = subject.metrics.find((one) => one.name === name);
  const broken = subject.verdict === 'invalid' || subject.verdict === 'no-baseline';
  return {
    subject: subjectName(subject),
    metric: metric === undefined ? name : metricLabel(metric),
    first: metric === undefined ? NOTHING : figure({ ...metric, ...first, head: null }),
    second: broken || metric === undefined ? VERDICT_LABEL[subject.verdict] : figure(metric),
    confirmed,
  };
}

/** Of what has a limit the first measurement's own value is not handed on. */
function figure(metric: MetricVerdict): string {
  const { comparison, unit, head, limit } = metric;
  if (comparison !== 'limit') return canBeTold(metric) ? changeAndInterval(metric) : NOTHING;
  const held = limit === null ? '' : ` (limit ${formatQuantity(unit, limit)})`;
  return head === null ? `over the limit` : `${formatValue(unit, head)}${held}`;
}

function remarks(opinions: readonly Opinion[]): string[] {
  if (!opinions.some(({ confirmed }) => confirmed)) return [];
  return [
    "Quote this runner's figure: the first was reported because it was large, which makes it likely to be too large.",
  ];
}

function outcome(confirmed: boolean): string {
  return confirmed ? 'confirmed' : 'not confirmed';
}

function confirmedFirst(a: Opinion, b: Opinion): number {
  return Number(b.confirmed) - Number(a.confirmed);
}
