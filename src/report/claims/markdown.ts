/** The claims as a Markdown table, every cell safe whatever was claimed. */
import type { Verdict } from '../../judge/verdict/verdict.ts';
import { alignedTable, unbroken } from '../markup/aligned-table.ts';
import { codeSpan, escapeText, sentenceText, tableCell } from '../markup/escape.ts';
import { plural } from '../wording/format.ts';
import { ANSWER_SIGN, CLAIM_TITLES, type ClaimRow, claimRows } from './rows.ts';

/** Markdown blocks; none where nothing is claimed. At most `claims` rows. */
export function claimBlocks(verdict: Verdict, claims: number): string[] {
  const rows = claimRows(verdict);
  if (rows.length === 0) return [];
  const cells = rows
    .slice(0, claims)
    .map(({ claim, isGate, answer, measured, claimed, decides }) => [
      `${codeSpan(claim, 200)}${isGate ? ' (gate)' : ''}`,
      `**${unbroken(`${ANSWER_SIGN[answer]} ${answer}`)}**`,
      unbroken(escapeText(measured)),
      unbroken(escapeText(claimed)),
      sentenceText(decides),
    ]);
  const used = CLAIM_TITLES.map((_, i) => cells.some((row) => row[i] !== ''));
  const kept = (row: readonly string[]) => row.filter((_, i) => used[i]);
  const rest = rows.length - claims;
  return [
    alignedTable(
      [kept(CLAIM_TITLES), ...cells.map((row) => kept(row).map(tableCell))],
      kept(['l', 'l', 'r', 'r', 'l']) as ('l' | 'r')[],
    ),
    ...reaches(rows.slice(0, claims)),
    ...(rest > 0 ? [`… and ${plural(rest, 'more claim')}, in \`verdict.json\`.`] : []),
  ];
}

/** How far an answer reaches, where it does not reach all the way. */
function reaches(rows: readonly ClaimRow[]): string[] {
  const items = rows
    .filter(({ reach }) => reach !== '')
    .map(({ claim, reach }) => `- ${codeSpan(claim, 200)}: ${sentenceText(reach)}`);
  return items.length === 0 ? [] : [items.join('\n')];
}
