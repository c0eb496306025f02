/** How wide a text is on a terminal, in columns, and texts made to fit. */
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Columns that `text` takes: 2 for East Asian wide characters and emoji, 0 for marks alone. */
export function displayWidth(text: string): number {
  return stringWidth(text);
}

/** `text` cut to at most `width` columns, with an ellipsis when something was cut. */
export function clipToWidth(text: string, width: number): string {
  return width > 0 ? cliTruncate(text, width) : '';
}

/** Spaces added up to `width` columns. */
export function padToWidth(text: string, width: number, align: 'l' | 'r' = 'l'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'l' ? text + space : space + text;
}

/** Words in lines of at most `width` columns; a longer word stands alone, uncut. */
export function wrapWords(text: string, width: number): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return words.length === 0 ? [] : wrapAnsi(words.join(' '), width).split('\n');
}

export function indented(text: string, width: number): string[] {
  return wrapWords(text, width - 4).map((line, i) => (i === 0 ? `  ${line}` : `    ${line}`));
}
