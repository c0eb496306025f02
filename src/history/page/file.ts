/** Template and data → `history.html`. What lines say may be hostile: in here it is inert JSON in which no tag can begin. */
import type { PageParts } from '../page-model.ts';

/** Where the template wants the overview, which the script reads at once, and the columns, which it reads later. */
export const OVERVIEW_MARK = '<!-- overview -->';
export const COLUMNS_MARK = '<!-- columns -->';

/** Ids of the elements. */
export const OVERVIEW_ID = 'overview-data';
export const COLUMNS_ID = 'columns-';

export function pageFile(template: string, { model, data }: PageParts): string {
  const [beginning, middle, end] = partsOf(template);
  const columns = data.map((one, i) => block(`${COLUMNS_ID}${i}`, one));
  return [beginning, block(OVERVIEW_ID, model), middle, columns.join('\n'), end].join('');
}

function partsOf(template: string): [string, string, string] {
  const [beginning, rest, ...more] = template.split(OVERVIEW_MARK);
  const [middle, end, ...others] = rest?.split(COLUMNS_MARK) ?? [];
  const isWhole = middle !== undefined && end !== undefined && more.length + others.length === 0;
  if (!isWhole) throw new Error('The template of the history page is not whole: build it again.');
  return [beginning as string, middle, end];
}

/** A browser runs nothing of this type, so the page's policy needs no exception for it. */
function block(id: string, value: unknown): string {
  return `<script type="application/json" id="${id}">${inertJson(value)}</script>`;
}

/** The same JSON without any character that could end the element or begin a comment. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
