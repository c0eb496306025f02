/** Held connections and scaling, in Markdown. */
import type { Verdict } from '../../judge/verdict/verdict.ts';
import { alignedTable } from '../markup/aligned-table.ts';
import { codeSpan, escapeText, tableCell } from '../markup/escape.ts';
import { fold } from '../markup/fold.ts';
import { HOLD_TITLES, type HoldTable, holdTables, quietHoldsText } from '../tables/hold.ts';
import { EFFICIENCY_TEXT, scalingTables } from '../tables/scaling.ts';
import { plural } from '../wording/format.ts';

export interface SectionLimits {
  /** Tables of held connections: open, and folded. */
  holds: number;
  scalings: number;
}

/** Open where something was refused, timed out or dropped, because that is what a reader looks for. */
export function holdInComment(verdict: Verdict, { holds }: SectionLimits): string[] {
  const tables = holdTables(verdict);
  const troubled = tables.filter(({ isTroubled }) => isTroubled);
  const quiet = tables.filter(({ isTroubled }) => !isTroubled);
  return [
    ...(troubled.length > 0 ? ['**Connections held**', ...holdBlocks(troubled, holds)] : []),
    ...(quiet.length > 0
      ? [fold(`Connections held: ${quietHoldsText(quiet)}`, holdBlocks(quiet, holds))]
      : []),
  ];
}

export function holdInSummary(verdict: Verdict, { holds }: SectionLimits): string[] {
  const tables = holdTables(verdict);
  return tables.length === 0 ? [] : ['### Connections held', ...holdBlocks(tables, holds)];
}

export function scalingInComment(verdict: Verdict, limits: SectionLimits): string[] {
  const blocks = scalingBlocks(verdict, limits);
  const title = `Scaling over server cores: ${plural(verdict.scaling.length, 'scenario')}`;
  return blocks.length === 0 ? [] : [fold(title, blocks)];
}

export function scalingInSummary(verdict: Verdict, limits: SectionLimits): string[] {
  const blocks = scalingBlocks(verdict, limits);
  return blocks.length === 0 ? [] : ['### Scaling over server cores', ...blocks];
}

function holdBlocks(tables: readonly HoldTable[], limit: number): string[] {
  return [
    ...tables
      .slice(0, limit)
      .flatMap(({ subject, rows }) => [
        codeSpan(subject),
        alignedTable(
          [HOLD_TITLES, ...rows.map(([arm = '', ...figures]) => [safe(arm), ...figures])],
          ['l', ...HOLD_TITLES.slice(1).map(() => 'r' as const)],
        ),
      ]),
    ...rest(tables.length - limit),
  ];
}

function scalingBlocks(verdict: Verdict, { scalings }: SectionLimits): string[] {
  const tables = scalingTables(verdict);
  if (tables.length === 0) return [];
  return [
    ...tables.slice(0, scalings).flatMap(({ name, titles, rows, remarks }) => [
      codeSpan(name),
      ...(rows.length === 0
        ? []
        : [
            alignedTable(
              [titles.map(safe), ...rows],
              titles.map(() => 'r' as const),
            ),
          ]),
      ...(remarks.length === 0 ? [] : [remarks.join(' ')]),
    ]),
    ...rest(tables.length - scalings),
    EFFICIENCY_TEXT,
  ];
}

function safe(name: string): string {
  return tableCell(escapeText(name, 80));
}

function rest(more: number): string[] {
  return more > 0 ? [`… and ${plural(more, 'more table')}, in \`verdict.json\`.`] : [];
}
