/** Untrusted text in HTML: nothing in it can become a tag, an attribute or an address. */
import { blockLines, oneLine, plainName } from './escape.ts';
import type { Phrase } from './phrase.ts';

/** Safe between tags and between double quotation marks; one line of visible characters. */
export function escapeMarkup(text: string, longest?: number): string {
  return escaped(oneLine(text, longest));
}

/** A sentence of ours, in which keys of the config stand between backticks; what is foreign in it stays text. */
export function sentence(text: string): string {
  return withCode(escapeMarkup(text));
}

/** Lines of a command or an output; long ones are scrolled, by the keyboard too. */
export function preformatted(text: string, lines = 200): string {
  return `<pre tabindex="0">${escaped(blockLines(text, lines).join('\n'))}</pre>`;
}

export function phraseToHtml(phrase: Phrase): string {
  return phrase
    .map((part) => {
      if (typeof part === 'string') return withCode(escaped(part));
      return 'name' in part
        ? `<code>${escaped(plainName(part.name))}</code>`
        : sentence(part.quote);
    })
    .join('');
}

/** What our own words put between backticks. */
function withCode(html: string): string {
  return html.replace(/`([^`]+)`/g, '<code>$1</code>');
}

export interface HtmlColumn {
  title: string;
  kind?: 'number' | 'word';
}

/** Cells are finished HTML. On a narrow screen every row becomes a list of its cells, with their titles. */
export function htmlTable(columns: readonly HtmlColumn[], rows: readonly string[][]): string {
  const attributes = ({ kind }: HtmlColumn) => (kind === undefined ? '' : ` class="${kind}"`);
  const head = columns.map((one) => `<th${attributes(one)}>${escaped(one.title)}</th>`).join('');
  const body = rows.map((cells) => {
    const tds = columns.map(
      (one, i) => `<td${attributes(one)} data-title="${escaped(one.title)}">${cells[i] ?? ''}</td>`,
    );
    return `<tr>${tds.join('')}</tr>`;
  });
  // Two columns have room on any screen.
  const stacked = columns.length > 2 ? ' class="stacked"' : '';
  return `<table${stacked}><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
