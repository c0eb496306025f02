/**
 * The text of one subject's file → its sound lines, and those that are damaged, each by its number and with the reason.
 * Whatever the text is, this ends and throws nothing. Pure.
 */
import type { SubjectId } from '../config/experiment/experiment.ts';
import { isObject } from '../system/shapes/is-object.ts';
import { HistoryLine, LINE_FORM } from './line.ts';
import { upgradedLine } from './old-forms.ts';
import { quickCheckOf } from './quick-check.ts';

/** Ours have a few KB. */
export const LINE_BYTES_AT_MOST = 64 * 1024;
/** Ours are 5 deep. */
const DEPTH_AT_MOST = 16;
const TOO_DEEP = `is nested deeper than ${DEPTH_AT_MOST}`;

/** `text`: as it stands in the file, without its line end. */
export interface SoundLine {
  readonly number: number;
  readonly text: string;
  readonly line: HistoryLine;
}

export interface DamagedLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** After "line 3: ". */
  readonly reason: string;
  /** A newer version wrote it, so that it is of use to that one and stays where it is; all others are set aside. */
  readonly isNewer: boolean;
}

export interface ReadHistory {
  readonly sound: readonly SoundLine[];
  readonly damaged: readonly DamagedLine[];
}

/** @param subject whose file it is: lines of another one are damaged; null: of any */
export function readHistory(text: string, subject: SubjectId | null = null): ReadHistory {
  const sound: SoundLine[] = [];
  const damaged: DamagedLine[] = [];
  const lines = text.split('\n');
  const isCut = lines.at(-1) !== '';
  if (!isCut) lines.pop();
  const read = lineReader(subject);
  for (const [index, whole] of lines.entries()) {
    const number = index + 1;
    const one = read(whole);
    if (one.kind === 'sound') sound.push({ number, text: whole, line: one.line });
    // A last line without its end may still be whole, and is then as good as the others.
    else {
      const wasCut = isCut && number === lines.length;
      const reason = wasCut ? `is cut off: ${one.reason}` : one.reason;
      damaged.push({ number, text: whole, reason, isNewer: one.isNewer });
    }
  }
  return { sound, damaged };
}

const isPlainlySound = quickCheckOf(HistoryLine);

export type Read =
  | { kind: 'sound'; line: HistoryLine }
  | { kind: 'damaged'; reason: string; isNewer: boolean };

/** One line without its end. */
export function readLine(text: string, subject: SubjectId | null = null): Read {
  const damaged = (reason: string, isNewer = false): Read => ({ kind: 'damaged', reason, isNewer });
  if (text.trim() === '') return damaged('is empty');
  if (text.length > LINE_BYTES_AT_MOST) {
    return damaged(`is longer than ${LINE_BYTES_AT_MOST} characters`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return damaged(isDeep(text) ? TOO_DEEP : 'is no JSON');
  }
  let line: HistoryLine;
  // What is as the schema says is no deeper than that.
  if (isPlainlySound(value)) line = value as HistoryLine;
  else {
    if (isDeep(text)) return damaged(TOO_DEEP);
    if (!isObject(value)) return damaged('is no JSON object');
    const { form } = value;
    if (typeof form !== 'number' || !Number.isInteger(form) || form < 1) {
      return damaged('has no `form`, so it is no line of a history');
    }
    if (form > LINE_FORM) {
      const message = `has form ${form}, of a newer version of throughput-gate; this one reads forms up to ${LINE_FORM}`;
      return damaged(message, true);
    }
    const parsed = HistoryLine.safeParse(upgradedLine(value));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return damaged(
        `\`${issue?.path.join('.') ?? ''}\`: ${issue?.message ?? 'is not as it should be'}`,
      );
    }
    line = parsed.data;
  }
  const { server, scenario } = line.subject;
  if (subject !== null && (server !== subject.server || scenario !== subject.scenario)) {
    return damaged(`is of another subject, ${server}/${scenario}`);
  }
  const wrong = impossibleIn(line);
  return wrong === null ? { kind: 'sound', line } : damaged(wrong);
}

/**
 * Reads line after line, as `readLine` does. A fingerprint is a quarter of a line and the same in most of them: where it stands in a line just as
 * it would be written, what was read of it before is taken.
 */
export function lineReader(subject: SubjectId | null): (text: string) => Read {
  let known: { text: string; value: HistoryLine['fingerprint'] } | null = null;
  return (text) => {
    if (known !== null) {
      const cut = withoutFingerprint(text, known.text);
      const rest = cut === null ? null : readLine(cut, subject);
      // Only as a key of the line itself is it the fingerprint.
      if (rest?.kind === 'sound' && rest.line.fingerprint === null) {
        return { kind: 'sound', line: { ...rest.line, fingerprint: known.value } };
      }
    }
    const one = readLine(text, subject);
    if (one.kind === 'sound' && one.line.fingerprint !== null) {
      const { fingerprint: value } = one.line;
      known = { text: JSON.stringify(value), value };
    }
    return one;
  };
}

/** Without the colon: another one may stand behind white space. */
const FINGERPRINT = '"fingerprint"';

/** With null in its place; null where there is another one, or two, or an escape, with which a text could look like a key. */
function withoutFingerprint(text: string, fingerprint: string): string | null {
  if (text.length > LINE_BYTES_AT_MOST) return null;
  const at = text.indexOf(FINGERPRINT);
  const from = at + FINGERPRINT.length + ':'.length;
  if (at === -1 || !text.startsWith(`:${fingerprint}`, from - 1) || text.includes('\\'))
    return null;
  const behind = text.slice(from + fingerprint.length);
  return behind.includes(FINGERPRINT) ? null : `${text.slice(0, from)}null${behind}`;
}

/** What no schema can say: figures that contradict each other. */
function impossibleIn({ metrics }: HistoryLine): string | null {
  for (const [name, metric] of Object.entries(metrics)) {
    for (const key of ['ratio', 'expected'] as const) {
      const change = metric[key];
      if (change?.interval == null) continue;
      const [low, high] = change.interval;
      if (low > high) return `\`metrics.${name}.${key}.interval\` ends before it begins`;
      if (change.log < low || change.log > high) {
        return `\`metrics.${name}.${key}.log\` is outside of its own interval`;
      }
    }
  }
  return null;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Brackets within strings count too, which none of ours have many of. */
function isDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (inString) {
      if (char === BACKSLASH) index++;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (char === OPEN_OBJECT || char === OPEN_LIST) {
      if (++depth > DEPTH_AT_MOST) return true;
    } else if (char === CLOSE_OBJECT || char === CLOSE_LIST) depth--;
  }
  return false;
}
