/**
 * What is kept of a build's output for the message: its last lines, and of what came before these the first that speak of an
 * error. Some tools name the cause first, and then print a page of their usage (npm).
 */
import { withoutSecrets } from '../system/messages/secrets.ts';

const LAST = 40;
/** Shown in place of as many of the last lines. */
const FIRST_ERRORS = 8;
const SPEAKS_OF_ERROR =
  /\b(error|err!|fatal|failed|failure|panic|panicked|exception|traceback|cannot|can't|could not|unable|undefined|denied|missing|not (found|set|defined))\b/i;
const ERROR_CODE = /\bE[A-Z]{4,}\b/;
/** npm begins each line so, also those that are empty or only the usage. */
const PREFIX = /^npm (error|ERR!)\s*/;

export class BuildOutput {
  readonly #last: string[] = [];
  readonly #errors: string[] = [];
  #isCut = false;

  /** Without the secrets of this run, which a build may print: as it is kept and may be shown. */
  add(printed: string): string {
    const line = withoutSecrets(printed);
    this.#keep(line);
    return line;
  }

  #keep(line: string): void {
    this.#last.push(line);
    if (this.#last.length <= LAST) return;
    const gone = this.#last.shift() as string;
    this.#isCut = true;
    if (this.#errors.length < FIRST_ERRORS && speaksOfError(gone)) this.#errors.push(gone);
  }

  lines(): string[] {
    if (!this.#isCut || this.#errors.length === 0) return this.#last;
    return [...this.#errors, '…', ...this.#last.slice(this.#errors.length + 1)];
  }
}

/** The words of npm's prefix are no sign. */
function speaksOfError(line: string): boolean {
  const text = line.replace(PREFIX, '');
  return text !== '' && (text !== line || SPEAKS_OF_ERROR.test(text) || ERROR_CODE.test(text));
}
