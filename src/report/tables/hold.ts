/** What became of the connections of each hold scenario, whatever it is drawn with. */
import { subjectName } from '../../config/experiment/experiment.ts';
import type { HoldSummary, SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { formatCount, formatDuration, plural } from '../wording/format.ts';
import { namesOf } from '../wording/names.ts';
import { formatValue } from '../wording/values.ts';
import { worstFirst } from './rows.ts';

export interface HoldTable {
  /** `server/scenario`, still to be escaped. */
  subject: string;
  /** Some connections were refused, timed out or were dropped, in either arm. */
  isTroubled: boolean;
  /** A row per arm, below `HOLD_TITLES`; the arm's name is still to be escaped. */
  rows: string[][];
}

export const HOLD_TITLES = [
  'Arm',
  'Asked',
  'Opened',
  'Refused',
  'Timed out',
  'Dropped',
  'Opened in',
  'Connect p50',
  'p99',
  'Max',
];

/** Those in trouble first, then as the rows of the report. */
export function holdTables({ subjects }: Verdict): HoldTable[] {
  const tables = worstFirst(subjects).flatMap((subject) => tableOf(subject));
  return [
    ...tables.filter(({ isTroubled }) => isTroubled),
    ...tables.filter(({ isTroubled }) => !isTroubled),
  ];
}

/** "2 subjects, no connection refused, timed out or dropped" */
export function quietHoldsText(tables: readonly HoldTable[]): string {
  return `${plural(tables.length, 'subject')}, no connection refused, timed out or dropped`;
}

function tableOf(subject: SubjectVerdict): HoldTable[] {
  const arms = (['base', 'head'] as const).flatMap((arm) => {
    const summary = subject.hold?.[arm] ?? null;
    return summary === null ? [] : [{ arm, summary }];
  });
  if (arms.length === 0) return [];
  return [
    {
      subject: subjectName(subject),
      isTroubled: arms.some(({ summary }) => isTroubled(summary)),
      rows: arms.map(({ arm, summary }) => [namesOf(subject)[arm], ...cells(summary)]),
    },
  ];
}

function isTroubled({ refused, timedOut, dropped }: HoldSummary): boolean {
  return refused + timedOut + dropped > 0;
}

function cells(hold: HoldSummary): string[] {
  const counts = [hold.asked, hold.opened, hold.refused, hold.timedOut, hold.dropped];
  const times = [hold.connectP50Us, hold.connectP99Us, hold.connectMaxUs];
  return [
    ...counts.map(formatCount),
    formatDuration(hold.openMs),
    ...times.map((us) => formatValue('s', us / 1e6)),
  ];
}
