/** What the change alters of what it is judged by: listed in every report, whether it was applied or not. */
import type { Bar, ConfigChange } from '../../config/changes/bar.ts';
import type { Verdict } from '../../judge/verdict/verdict.ts';
import { codeSpan, oneLine, sentenceText } from '../markup/escape.ts';
import type { Paint } from '../screen/paint.ts';
import { indented, wrapWords } from '../screen/width.ts';
import { plural } from '../wording/format.ts';

const LONGEST_VALUE = 120;

interface Section {
  title: string;
  /** What must be known before the list is read. */
  remarks: string[];
  changes: readonly ConfigChange[];
}

/** Null where there is nothing to say. */
function sectionOf(verdict: Verdict): Section | null {
  const { bar } = verdict;
  if (bar === undefined) return null;
  const { changes } = bar;
  const remarks = [...sourceRemarks(bar), ...suspicion(verdict, bar)];
  if (changes.length === 0 && remarks.length === 0) return null;
  return { title: titleOf(bar), remarks, changes };
}

function titleOf({ from, changes }: Bar): string {
  if (changes.length === 0) return 'Config';
  if (from === 'base') return 'This change alters the config (not applied: base’s counts)';
  const loosened = changes.filter(({ effect }) => effect === 'looser').length;
  return loosened === 0
    ? 'This change alters what it is judged by'
    : `This change lowers its own bar (${plural(loosened, 'setting')})`;
}

function sourceRemarks({ asked, from, base, problem }: Bar): string[] {
  const instead = asked === 'base' && from === 'head';
  const counts = instead ? ' Base’s was asked for; the change’s own was applied, this time.' : '';
  if (base === 'broken') {
    const where = problem === null ? '' : ` (${problem})`;
    return [
      `Base’s config cannot be used${where}, so it is not known what this change alters.${counts}`,
    ];
  }
  if (base === 'absent') return [`Base has no config file: all of it is new.${counts}`];
  return instead ? ['There is no config file in the repository: base’s cannot be applied.'] : [];
}

/** A base that fails is no baseline, and green: so what may have made it fail must not hide among other lines. */
function suspicion({ verdict, design }: Verdict, { from, changes }: Bar): string[] {
  if (verdict !== 'no-baseline' || design !== 'pairs' || from === 'base') return [];
  const isOfMeasuring = ({ key }: ConfigChange) => !key.startsWith('gate.') && key !== 'claims';
  if (!changes.some(isOfMeasuring)) return [];
  return [
    'Nothing was compared, and this change alters how servers are built, started or loaded: base may have failed for that alone.',
  ];
}

/** For the comment and the summary. Any text in `verdict` may be hostile. */
export function barInMarkdown(verdict: Verdict, limit: number): string[] {
  const section = sectionOf(verdict);
  if (section === null) return [];
  const { title, remarks, changes } = section;
  const rest = changes.length - limit;
  const items = changes.slice(0, limit).map((change) => `- ${signOf(change)}${inMarkdown(change)}`);
  if (rest > 0) items.push(`- … and ${plural(rest, 'more change')}, in \`verdict.json\`.`);
  return [
    `**${title}**`,
    ...remarks.map((remark) => sentenceText(remark)),
    ...(items.length > 0 ? [items.join('\n')] : []),
  ];
}

/** The same for a terminal. */
export function barLines(verdict: Verdict, limit: number, width: number, paint: Paint): string[] {
  const section = sectionOf(verdict);
  if (section === null) return [];
  const { title, remarks, changes } = section;
  const rest = changes.length - limit;
  return [
    ...wrapWords(`${title}:`, width).map((line) => paint('bold', line)),
    ...remarks.flatMap((remark) => wrapWords(oneLine(remark), width)),
    ...changes
      .slice(0, limit)
      .flatMap((change) =>
        indented(`${isLooser(change) ? 'looser: ' : ''}${inText(change)}`, width),
      ),
    ...(rest > 0 ? [`… and ${plural(rest, 'more change')}, in verdict.json`] : []),
  ];
}

function inMarkdown(change: ConfigChange): string {
  const value = (text: string) => codeSpan(oneLine(text), LONGEST_VALUE);
  return `${codeSpan(change.key, LONGEST_VALUE)}: ${difference(change, value)}`;
}

function inText(change: ConfigChange): string {
  const value = (text: string) => oneLine(text, LONGEST_VALUE);
  return `${value(change.key)}: ${difference(change, value)}`;
}

function difference({ kind, base, head }: ConfigChange, value: (text: string) => string): string {
  if (kind === 'added') return head === null ? 'added' : `${value(head)} added`;
  if (kind === 'removed') return base === null ? 'removed' : `${value(base)} removed`;
  return base === null || head === null ? 'changed' : `${value(base)} → ${value(head)}`;
}

function signOf(change: ConfigChange): string {
  return isLooser(change) ? '⚠️ ' : '';
}

function isLooser({ effect }: ConfigChange): boolean {
  return effect === 'looser';
}
