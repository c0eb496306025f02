/**
 * The files through which this step talks to the runner. The runner reads them when the step has ended, and anybody who
 * runs as the same user can write into them: so what they held at the start and what was written since is kept here, and
 * at the end they hold exactly that.
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import type { Env } from './event.ts';
import { FILE_COMMANDS, isCommandFile } from './secrets.ts';

interface CommandFile {
  /** Variable that names it. */
  name: string;
  path: string;
  /** What it should hold. */
  content: string;
  /** Reading or writing it failed: what it holds now is nobody's deed. */
  failed: boolean;
}

export class CommandFiles {
  readonly #files = new Map<string, CommandFile>();
  readonly #changed = new Set<string>();

  /** Reads them as they are now: to be called before anything else runs. */
  constructor(env: Env) {
    for (const [name, path = ''] of Object.entries(env)) {
      if (path === '') continue;
      const isOne = (FILE_COMMANDS as readonly string[]).includes(name) || isCommandFile(path);
      if (!isOne) continue;
      const content = contentOf(path);
      this.#files.set(name, { name, path, content: content ?? '', failed: content === null });
    }
  }

  /** What was written to it, and what stood there before; null where the runner gave no such file. */
  contentOf(name: string): string | null {
    return this.#files.get(name)?.content ?? null;
  }

  /** Adds to one of them. Does nothing where the runner gave no such file. Throws what the file system throws. */
  append(name: string, text: string): void {
    const file = this.#files.get(name);
    if (file === undefined) return;
    this.#look(file);
    file.content += text;
    put(file);
  }

  /**
   * Looks at all of them, and puts back what is not as it should be.
   *
   * @returns the variables of those that somebody else wrote to, since the start; ascending.
   */
  restore(): string[] {
    for (const file of this.#files.values()) {
      if (this.#look(file) || (file.failed && file.content === '')) continue;
      try {
        put(file);
      } catch {
        // It is named among the changed, or was told when it was written.
      }
    }
    return [...this.#changed].sort();
  }

  /** Whether it is as it should be; what is not is noted. */
  #look(file: CommandFile): boolean {
    if (!file.failed && holds(file.path, file.content)) return true;
    if (!file.failed) this.#changed.add(file.name);
    return false;
  }
}

/** No link is followed, and a pipe that was put in its place holds nobody up. */
const SAFELY = constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Empty when it is not there, null when it can be no file; the runner makes all of them before the step. */
function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? '' : null;
  }
}

/** A file that is not there holds nothing, and anything else than a file is not what the runner made. */
function holds(path: string, content: string): boolean {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return content === '';
    const descriptor = openSync(path, constants.O_RDONLY | SAFELY);
    try {
      const stat = fstatSync(descriptor);
      // By its size first: somebody may have written more than memory holds.
      const mayBe = stat.isFile() && stat.size === Buffer.byteLength(content);
      return mayBe && readFileSync(descriptor, 'utf8') === content;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
}

function put(file: CommandFile): void {
  file.failed = true;
  // A link or a pipe goes, and a file takes its place; a folder is an error.
  if (lstatSync(file.path, { throwIfNoEntry: false })?.isFile() === false) unlinkSync(file.path);
  const { O_WRONLY, O_CREAT, O_TRUNC } = constants;
  const descriptor = openSync(file.path, O_WRONLY | O_CREAT | O_TRUNC | SAFELY, 0o644);
  try {
    writeFileSync(descriptor, file.content);
  } catch (error) {
    // Half an entry would fail the step, whatever its exit code.
    ftruncateSync(descriptor);
    throw error;
  } finally {
    closeSync(descriptor);
  }
  file.failed = false;
}

/**
 * @param names as `restore` gives them.
 * @returns why nothing of this step can be believed; null when nobody wrote there.
 */
export function tamperedText(names: readonly string[]): string | null {
  if (names.length === 0) return null;
  return (
    `A build, a server or a command of this job wrote into the runner’s files of this very step (${names.join(', ')}). ` +
    'It could have set the verdict or changed the steps that follow, so nothing that was measured counts. The files are ' +
    'as they were again. Look for what writes below _runner_file_commands.'
  );
}
