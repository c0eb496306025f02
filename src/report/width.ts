/** How wide a text is on a terminal, in columns. */

const WIDE =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /^[\p{M}\p{Cf}\p{Cc}]+$/u;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that `text` takes: 2 for East Asian wide characters and emoji, 0 for marks alone. */
export function displayWidth(text: string): number {
  // Nearly every text is plain: no need to take it apart.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** `text` cut to at most `width` columns, with an ellipsis when something was cut. */
export function clipToWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let [kept, used] = ['', 0];
  for (const { segment } of segmenter.segment(text)) {
    used += graphemeWidth(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return width > 0 ? `${kept}…` : '';
}

/** Spaces added up to `width` columns. */
export function padToWidth(text: string, width: number, align: 'l' | 'r' = 'l'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'l' ? text + space : space + text;
}

/** Words in lines of at most `width` columns; a longer word stands alone, uncut. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const line = lines.at(-1);
    if (line !== undefined && displayWidth(line) + 1 + displayWidth(word) <= width) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

function graphemeWidth(grapheme: string): number {
  if (NO_WIDTH.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

export function indented(text: string, width: number): string[] {
  return wrapWords(text, width - 4).map((line, i) => (i === 0 ? `  ${line}` : `    ${line}`));
}
