/** Two runners' figures side by side: what the first claimed, and what the second says of it. */
import { subjectName } from '../../config/experiment/experiment.ts';
import type {
  Confirmation,
  MetricVerdict,
  SubjectVerdict,
  Verdict,
} from '../../judge/verdict/verdict.ts';
import { alignedTable } from '../markup/aligned-table.ts';
import { codeSpan, escapeText, plainName, tableCell } from '../markup/escape.ts';
import type { Phrase } from '../markup/phrase.ts';
import type { Paint } from '../screen/paint.ts';
import { indented, wrapWords } from '../screen/width.ts';
import { worstFirst } from '../tables/rows.ts';
import { changeAndInterval } from '../wording/changes.ts';
import { NOTHING, plural } from '../wording/format.ts';
import { canBeTold, metricLabel } from '../wording/metric-text.ts';
import { formatQuantity, formatValueBeside } from '../wording/values.ts';
import { VERDICT_LABEL } from '../wording/verdict-labels.ts';

export interface ConfirmedClaim {
  /** `server/scenario`, to be escaped. */
  subject: string;
  metric: string;
  /** Change and interval on each runner; of a limit, what is known. */
  first: string;
  second: string;
  confirmed: boolean;
}

/** Of all subjects, the worst first. */
function confirmationRows(subjects: readonly SubjectVerdict[]): ConfirmedClaim[] {
  return worstFirst(subjects).flatMap((subject) =>
    subject.confirmations.map((confirmation) => confirmationRow(subject, confirmation)),
  );
}

/** "On the first runner (CPU) throughput was −8.0% […]; on this one (CPU) it is −7.5% […]." Nothing without a figure. */
export function bothRunners(
  subject: SubjectVerdict,
  { confirmationOf, environment }: Verdict,
): Phrase {
  const [row] = subject.confirmations
    .map((one) => confirmationRow(subject, one))
    .sort(confirmedFirst);
  if (confirmationOf === null || row === undefined) return [];
  const { metric, first, second } = row;
  return [
    'On the first runner (',
    { quote: confirmationOf.cpuModel },
    `) ${metric} was ${first}; on this one (`,
    { quote: environment.cpuModel },
    `) it is ${second}.`,
  ];
}

const TITLE = 'Confirmation';

/** For the comment and the summary; nothing in a first measurement. */
export function confirmationInMarkdown(verdict: Verdict, limit: number): string[] {
  const { confirmationOf, environment, subjects } = verdict;
  const claims = confirmationRows(subjects);
  if (confirmationOf === null || claims.length === 0) return [];
  const rows = claims
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
    tableCell(`First runner: ${escapeText(confirmationOf.cpuModel, 60)}`),
    tableCell(`This runner: ${escapeText(environment.cpuModel, 60)}`),
    'Outcome',
  ];
  const rest = claims.length - rows.length;
  return [
    `**${TITLE}** of the measurement of ${escapeText(confirmationOf.startedAt, 40)}`,
    alignedTable([titles, ...rows], ['l', 'l', 'r', 'r', 'l']),
    ...(rest > 0 ? [`… and ${plural(rest, 'more claim')}, in \`verdict.json\`.`] : []),
    ...remarks(claims),
  ];
}

/** The same as plain text. */
export function confirmationLines(
  verdict: Verdict,
  limit: number,
  width: number,
  paint: Paint,
): string[] {
  const { confirmationOf, environment, subjects } = verdict;
  const rows = confirmationRows(subjects);
  if (confirmationOf === null || rows.length === 0) return [];
  const rest = rows.length - limit;
  const where = `first runner ${plainName(confirmationOf.cpuModel)}, this one ${plainName(environment.cpuModel)}`;
  return [
    ...wrapWords(`${TITLE.toLowerCase()}: ${where}`, width).map((line) => paint('bold', line)),
    ...rows
      .slice(0, limit)
      .flatMap(({ subject, metric, first, second, confirmed }) =>
        indented(
          `${plainName(subject)} ${metric}: ${first} there, ${second} here: ${outcome(confirmed)}`,
          width,
        ),
      ),
    ...(rest > 0 ? [`… and ${plural(rest, 'more claim')}, in verdict.json`] : []),
    ...remarks(rows).flatMap((text) => wrapWords(text, width).map((line) => paint('dim', line))),
  ];
}

function confirmationRow(
  subject: SubjectVerdict,
  { metric: name, first, confirmed }: Confirmation,
): ConfirmedClaim {
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
  return head === null ? `over the limit` : `${formatValueBeside(unit, head, limit)}${held}`;
}

function remarks(rows: readonly ConfirmedClaim[]): string[] {
  if (!rows.some(({ confirmed }) => confirmed)) return [];
  return [
    "Quote this runner's figure: the first was reported because it was large, which makes it likely to be too large.",
  ];
}

function outcome(confirmed: boolean): string {
  return confirmed ? 'confirmed' : 'not confirmed';
}

function confirmedFirst(a: ConfirmedClaim, b: ConfirmedClaim): number {
  return Number(b.confirmed) - Number(a.confirmed);
}
