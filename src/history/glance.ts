/**
 * What can be seen of a line without parsing it: enough to tell whether it counts. Only of lines as this program writes them and
 * of the subject whose file it is; of any other nothing is said, and it has to be read. What counts is read whole in any case. Pure.
 */
import type { SubjectId } from '../config/experiment/experiment.ts';
import { VerdictWord } from '../terms/verdict-word.ts';
import { begunAt, type HistoryLine, jobOf, LINE_FORM, runKey } from './line.ts';
import type { Attempted } from './standing.ts';

/** The keys that say which run it is, when it began, and how it stands. */
export interface Glance extends Attempted {
  readonly job: string | null;
  readonly verdict: VerdictWord;
  readonly isAccepted: boolean;
  readonly isReference: boolean;
  readonly isImported: boolean;
  /** Hash; null where the machine is not known. */
  readonly fingerprint: string | null;
  /** A metric of it has a figure to compare with. */
  readonly isCalibrated: boolean;
  /** A metric of it got worse, so that a slowdown may begin with it. */
  readonly hasRegression: boolean;
}

/**
 * All up to the metrics, in the order in which they are written. No text in it has an escape, so that none can hold what looks like a
 * key.
 */
const FIRST_KEYS =
  /"(\d{4}-[\dT:.-]+Z)","tool":"[^"]+","commit":"([0-9a-f]{7,64})","base":(?:null|"[0-9a-f]{7,64}"),"before":(?:null|"[0-9a-f]{7,64}"),("reference":true,)?"pulls":\[[\d,]*\],"run":(?:null|\{"id":(\d+),"attempt":(\d+),(?:"job":(?:null|"([^"]+)"),)?(?:"workflow":"[^"]+",)?(?:"event":"[^"]+",)?(?:"begun":"(\d{4}-[\dT:.-]+Z)",)?"url":(?:null|"[^"]+")\}),"fingerprint":(?:null|\{"hash":"([0-9a-f]{12,64})","parts":\{[^{}]*\}\}),"verdict":"([a-z-]+)",(?:"tooFew":true,)?"accepted":(null|\{"reason":"[^"]+"\}),"metrics":\{/y;
const IMPORTED = /,"imported":"([^"]+)"\}$/;

/**
 * For the lines of a text of several, which is bytes as `latin1`: every search in it is quick. To be asked from the first line to the last.
 */
export function glancer(
  { server, scenario }: SubjectId,
  text: string,
): (from: number, to: number) => Glance | null {
  const start = `{"form":${LINE_FORM},"subject":${JSON.stringify({ server, scenario })},"at":`;
  const prefix = Buffer.from(start).toString('latin1');
  const hasEscape = finder(text, '\\');
  const hasRegression = finder(text, '"word":"regression"');
  const hasCalibrated = finder(text, '"calibrated":{');
  return (from, to) => {
    if (!text.startsWith(prefix, from) || hasEscape(from, to) || text[to - 1] !== '}') return null;
    FIRST_KEYS.lastIndex = from + prefix.length;
    const found = FIRST_KEYS.exec(text);
    const metrics = FIRST_KEYS.lastIndex;
    if (found === null || metrics > to) return null;
    const [, at = '', commit = '', reference, id, attempt, job, begun, hash, word = '', accepted] =
      found;
    const verdict = WORDS.get(word);
    if (verdict === undefined) return null;
    const isImported = text[to - 2] === '"';
    const imported = (isImported && IMPORTED.exec(text.slice(metrics, to))?.[1]) || null;
    // Bytes are letters here only as far as they are ASCII's.
    if (!isAscii(job ?? '') || !isAscii(imported ?? '')) return null;
    const run: HistoryLine['run'] =
      id === undefined
        ? null
        : { id: Number(id), attempt: Number(attempt), job: job ?? null, url: null };
    return {
      key: runKey({ run, at, commit, imported }),
      job: job ?? null,
      attempt: run?.attempt ?? 0,
      begun: begun ?? at,
      verdict,
      isAccepted: accepted !== 'null',
      isReference: reference !== undefined,
      isImported: imported !== null,
      fingerprint: hash ?? null,
      isCalibrated: hasCalibrated(metrics, to),
      hasRegression: hasRegression(metrics, to),
    };
  };
}

const WORDS = new Map(VerdictWord.options.map((word) => [word as string, word]));

/** Whether the word stands between two places. It is looked for once as far as it is found: the places ascend. */
function finder(text: string, word: string): (from: number, to: number) => boolean {
  let next = -1;
  return (from, to) => {
    if (next < from) {
      const at = text.indexOf(word, from);
      next = at === -1 ? text.length : at;
    }
    return next + word.length <= to;
  };
}

/** The same of a line that was read. */
export function glanceOf(line: HistoryLine): Glance {
  const metrics = Object.values(line.metrics);
  return {
    key: runKey(line),
    job: jobOf(line),
    attempt: line.run?.attempt ?? 0,
    begun: begunAt(line),
    verdict: line.verdict,
    isAccepted: line.accepted !== null,
    isReference: line.reference === true,
    isImported: line.imported != null,
    fingerprint: line.fingerprint?.hash ?? null,
    isCalibrated: metrics.some(({ calibrated }) => calibrated !== null),
    hasRegression: metrics.some(({ word }) => word === 'regression'),
  };
}

function isAscii(text: string): boolean {
  return !/[^ -~]/.test(text);
}
