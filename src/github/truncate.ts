/** Cuts Markdown to what GitHub takes, so that it still reads as Markdown. Pure. */

/**
 * GitHub refuses a comment above 65,536 characters. Whether that counts UTF-16 units or code points
 * is not documented, so stay below in the stricter of the two.
 */
export const COMMENT_LIMIT = 64_000;

/** GitHub drops a step's summary above 1 MiB altogether. */
export const SUMMARY_LIMIT_BYTES = 1_000_000;

/**
 * @param limit in UTF-16 units.
 * @param rest where the whole text is, for the note at the cut; may be a Markdown link.
 * @returns `body` when it fits; else its first lines, with open code and details closed and a note.
 */
export function fit(body: string, limit = COMMENT_LIMIT, rest = 'the job summary'): string {
  return cut(body, limit, rest, (text) => text.length);
}

/** The same with a limit in UTF-8 bytes. */
export function fitSummary(markdown: string, available: number, rest: string): string {
  return cut(markdown, available, rest, (text) => Buffer.byteLength(text));
}

type Measure = (text: string) => number;

function cut(text: string, limit: number, rest: string, measure: Measure): string {
  if (measure(text) <= limit) return text;
  const note = `\n\n> **Cut here** to fit GitHub’s limit. The rest is in ${rest}.\n`;
  const available = limit - measure(note);
  const kept =
    wholeLines(text.split('\n'), available, measure) ?? partOfLine(text, available, measure);
  return kept === null ? take(note.trimStart(), limit, measure) : kept + note;
}

/** As many lines as fit together with what closes them; null when not even one does. */
function wholeLines(lines: readonly string[], available: number, measure: Measure): string | null {
  let state = OUTSIDE;
  let used = 0;
  let best: { count: number; closing: string } | null = null;
  for (const [index, line] of lines.entries()) {
    used += measure(line) + (index === 0 ? 0 : 1);
    if (used > available) break;
    state = after(line, state);
    const closing = closingOf(state);
    if (mayEnd(state, lines[index + 1]) && used + measure(closing) <= available) {
      best = { count: index + 1, closing };
    }
  }
  if (best === null) return null;
  const kept = lines.slice(0, best.count).join('\n');
  return kept.trim() === '' ? null : kept + best.closing;
}

/** The beginning of one over-long line. */
function partOfLine(text: string, available: number, measure: Measure): string | null {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  for (let size = available; size > 0; ) {
    // A half-written tag would swallow what follows it.
    const part = take(line, size, measure).replace(/<(?:[^<>\s][^<>]*)?$/, '');
    const whole = part + closingOf(after(part, OUTSIDE));
    if (part === '') return null;
    const excess = measure(whole) - available;
    if (excess <= 0) return whole;
    size -= excess;
  }
  return null;
}

/** The longest beginning within the limit that does not end inside a surrogate pair. */
function take(text: string, limit: number, measure: Measure): string {
  let low = 0;
  let high = Math.min(text.length, Math.max(0, limit));
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(text.slice(0, middle)) <= limit) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, low).replace(/[\uD800-\uDBFF]$/, '');
}

/** What is open at the end of a line. */
interface Open {
  /** The fence that opened a code block, such as "```". */
  fence: string | null;
  details: number;
  summary: boolean;
  comment: boolean;
}

const OUTSIDE: Open = { fence: null, details: 0, summary: false, comment: false };

function after(line: string, state: Open): Open {
  const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line.trimEnd());
  const [, mark = '', info = ''] = fence ?? [];
  if (state.fence !== null) {
    const closes = fence !== null && info === '' && mark.startsWith(state.fence);
    return closes ? { ...state, fence: null } : state;
  }
  const opens = fence !== null && !state.comment && !(mark.startsWith('`') && info.includes('`'));
  return opens ? { ...state, fence: mark } : afterTags(line, state);
}

const TAGS = /<!--|-->|<(\/?)(details|summary)\b[^>]*>/gi;
const CODE_SPAN = /(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g;

function afterTags(line: string, state: Open): Open {
  const next = { ...state };
  for (const [tag, slash, name] of line.replace(CODE_SPAN, '').matchAll(TAGS)) {
    if (tag === '-->') next.comment = false;
    else if (next.comment) continue;
    else if (tag === '<!--') next.comment = true;
    else if (name?.toLowerCase() === 'summary') next.summary = slash === '';
    else next.details = Math.max(0, next.details + (slash === '' ? 1 : -1));
  }
  return next;
}

function closingOf({ fence, details, summary, comment }: Open): string {
  return [
    comment ? ' -->' : '',
    fence === null ? '' : `\n${fence}`,
    summary ? '</summary>' : '',
    '\n\n</details>'.repeat(details),
  ].join('');
}

/** Not inside a comment or a summary's text, and not between a table's head and its rule. */
function mayEnd({ comment, summary }: Open, nextLine: string | undefined): boolean {
  const rule = nextLine?.includes('-') === true && /^\s*\|[\s:|-]+$/.test(nextLine);
  return !comment && !summary && !rule;
}
