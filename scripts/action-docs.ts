/**
 * Keeps the tables of inputs and outputs in `docs/action.md` equal to `action.yml`.
 *
 *     node scripts/action-docs.ts          writes them
 *     node scripts/action-docs.ts --check  exit code 1 when they are stale
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { markdownTable } from 'markdown-table';
import { parse } from 'yaml';

interface Entry {
  description: string;
}

/**
 * @param page text with `<!-- inputs -->` … `<!-- /inputs -->`, and the same for `outputs`.
 * @returns the text with everything between the markers replaced by the tables.
 * @throws Error when a marker is missing, doubled or in the wrong order.
 */
export function withTables(page: string, actionYml: string): string {
  const { inputs, outputs } = parse(actionYml) as Record<
    'inputs' | 'outputs',
    Record<string, Entry>
  >;
  const withInputs = between(page, 'inputs', table('Input', inputs));
  return between(withInputs, 'outputs', table('Output', outputs));
}

function table(title: string, entries: Record<string, Entry>): string {
  const rows = Object.entries(entries).map(([name, { description }]) => [
    `\`${name}\``,
    cell(description),
  ]);
  // Unaligned: one changed description should be one changed line.
  return markdownTable([[title, 'Meaning'], ...rows], { alignDelimiters: false });
}

/** A pipe would end the cell, in code too, and a line break the row. */
function cell(text: string): string {
  return text.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|');
}

function between(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const parts = text.split(start);
  const rest = parts[1]?.split(end);
  if (parts.length !== 2 || rest?.length !== 2 || text.split(end).length !== 2) {
    throw new Error(`docs/action.md must hold ${start} and, after it, ${end}, once each.`);
  }
  return `${parts[0]}${start}\n\n${content}\n\n${end}${rest[1]}`;
}

if (import.meta.main) {
  const root = new URL('../', import.meta.url);
  const pageUrl = new URL('docs/action.md', root);
  const page = readFileSync(pageUrl, 'utf8');
  const fresh = withTables(page, readFileSync(new URL('action.yml', root), 'utf8'));
  if (!process.argv.includes('--check')) {
    writeFileSync(pageUrl, fresh);
  } else if (fresh !== page) {
    console.error(
      'docs/action.md does not agree with action.yml. Run: node scripts/action-docs.ts',
    );
    process.exitCode = 1;
  }
}
