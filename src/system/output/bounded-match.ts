/**
 * Regular expressions of the user's, over text that others make: some of them are tried for longer than anybody lives
 * (`/(a+)+$/` on forty times `a`), and meanwhile the process would hear of nothing, not even of Ctrl-C.
 */
import vm from 'node:vm';

/** Far more than any sensible one takes on as much text as is looked at at a time. */
const LIMIT_MS = 1000;

/** It was not done in its time. */
export class OverlongMatch extends Error {
  constructor(regex: RegExp, limitMs: number) {
    super(
      `the regular expression ${regex} was still being tried after ${limitMs} ms: it can be matched in too many ways. Have no repetition within a repetition, as in (a+)+`,
    );
    this.name = 'OverlongMatch';
  }
}

const place: { regex: RegExp; texts: readonly string[] } = { regex: /(?:)/, texts: [] };
let script: vm.Script | undefined;

/** In the first of the texts that has one. Null: none. @throws OverlongMatch */
export function firstMatch(
  regex: RegExp,
  texts: readonly string[],
  limitMs = LIMIT_MS,
): RegExpExecArray | null {
  if (!vm.isContext(place)) vm.createContext(place);
  script ??= new vm.Script(
    '(() => { for (const text of texts) { const found = regex.exec(text); if (found !== null) return found; } return null; })()',
  );
  Object.assign(place, { regex, texts });
  try {
    return script.runInContext(place, { timeout: limitMs }) as RegExpExecArray | null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new OverlongMatch(regex, limitMs);
  } finally {
    Object.assign(place, { texts: [] });
  }
}
