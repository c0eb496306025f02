/**
 * Untrusted text made harmless. Names, commands and messages come from a config file and from
 * servers that anyone may send in a pull request: they must not become links, mentions, HTML,
 * terminal control sequences or commands to the runner.
 */
import { stripVTControlCharacters } from 'node:util';

/** Between two characters, it keeps GitHub from reading them as one thing; nobody sees it. */
const WORD_JOINER = '\u2060';

const LONGEST_NAME = 80;
const LONGEST_MESSAGE = 600;

/** One line of visible characters: no control, format or bidirectional characters, clipped. */
export function oneLine(text: string, longest: number = LONGEST_MESSAGE): string {
  const visible = stripVTControlCharacters(text.slice(0, longest * 4))
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zs}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Cf}/gu, '')
    .trim();
  return clip(visible, longest);
}

/** A name for plain text. */
export function plainName(name: string): string {
  return oneLine(name, LONGEST_NAME) || '(no name)';
}

/** A name in Markdown: a code span, in which nothing is interpreted. */
export function codeSpan(text: string, longest: number = LONGEST_NAME): string {
  const line = oneLine(text, longest) || '(no name)';
  const ticks = '`'.repeat(longestRun(line, /`+/g) + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${ticks}${space}${line}${space}${ticks}`;
}

/** Text in Markdown that reads as it was written, with no meaning for Markdown or GitHub. */
export function escapeText(text: string, longest: number = LONGEST_MESSAGE): string {
  return atLineStart(inLine(oneLine(text, longest)));
}

/** Between backticks, what can be nothing but code there: no backtick, bar, mark-up, mention or mathematics. */
const PLAIN_CODE = /`([\w .,:;{}=/'"%+()-]+)`/g;

/** The same of a sentence of ours, in which keys and flags stand between backticks: these are code. What is foreign in it stays text. */
export function sentenceText(text: string): string {
  const parts = oneLine(text).split(PLAIN_CODE);
  return atLineStart(parts.map((part, i) => (i % 2 === 0 ? inLine(part) : `\`${part}\``)).join(''));
}

function inLine(text: string): string {
  return text
    .replace(/[\\`*_[\]~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@|#(?=\d)|:(?=\/\/)|GH-(?=\d)|www(?=\.)/gi, `$&${WORD_JOINER}`);
}

function atLineStart(markdown: string): string {
  return markdown.replace(/^([#+\-=])/, '\\$1').replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** Finished Markdown as one cell of a table. */
export function tableCell(markdown: string): string {
  // Some parsers take two backslashes before a bar as a pair, which would free the bar: keep one.
  return markdown.replace(/\\*\|/g, '\\|');
}

/** A fenced block whose fence is longer than any inside; at most `lines` lines of `columns` characters. */
export function codeBlock(text: string, info = 'text', lines = 40, columns = 2000): string {
  const body = blockLines(text, lines, columns).join('\n');
  const fence = '`'.repeat(Math.max(3, longestRun(body, /`+/g) + 1));
  return `${fence}${info}\n${body}\n${fence}`;
}

/** Lines of an output or a command, each free of control characters; the tail is counted. */
export function blockLines(text: string, lines = 40, columns = 2000): string[] {
  const all = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
  const shown = all.slice(0, lines).map((line) => blockLine(line, columns));
  return all.length > lines ? [...shown, `… ${all.length - lines} more lines`] : shown;
}

/**
 * The last lines of a foreign output, each free of control characters. A line that is too long ends before a word or a
 * quotation mark: half of a secret would not be masked where the whole would.
 */
export function foreignLines(
  lines: readonly string[],
  most: { lines: number; columns: number },
): string[] {
  return lines.slice(-most.lines).map((line) => {
    const shown = blockLine(line, Number.POSITIVE_INFINITY);
    if (shown.length <= most.columns) return shown;
    return `${shown.slice(0, most.columns - 1).replace(/[^\s"'<>]*$/, '')}…`;
  });
}

/** A message's first line, and what follows it (often a server's last output). */
export function splitMessage(message: string): { first: string; rest: string } {
  const [first = '', ...rest] = message.trim().split(/\r\n|\n|\r/);
  return { first, rest: rest.join('\n').replace(/^\n+|\s+$/g, '') };
}

/** An address that may stand in a Markdown link; null when it is no web address. */
export function linkTarget(address: string | undefined): string | null {
  if (address === undefined || !URL.canParse(address)) return null;
  const { protocol, href } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return null;
  return href.replace(/[()<>|\\`]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
}

function blockLine(line: string, columns: number): string {
  const visible = stripVTControlCharacters(line.slice(0, 4 * columns))
    .toWellFormed()
    .replaceAll('\t', '  ')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
  return clip(visible, columns);
}

function clip(text: string, longest: number): string {
  const characters = Array.from(text);
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}

function longestRun(text: string, run: RegExp): number {
  return (text.match(run) ?? []).reduce((longest, match) => Math.max(longest, match.length), 0);
}
