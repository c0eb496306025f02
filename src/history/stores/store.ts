/**
 * Where a history lives: a set of small text files that change together or not at all. Each store keeps what
 * `test/history/stores/contract.ts` asks of all of them.
 */
import { UserError } from '../../system/messages/problem.ts';
import { isStorePath } from '../paths.ts';

/** The files of one moment. */
export interface Files {
  /** Names of all files, sorted: `api/plain.ndjson`. */
  readonly paths: readonly string[];
  /** Null: there is none. */
  text(path: string): Promise<string | null>;
  /** Of many files, one after the other, with no more in memory than is asked for; null: there is none of this name. */
  each(
    paths: readonly string[],
    look: (path: string, file: FileBytes | null) => void,
  ): Promise<void>;
}

/** A file while it is looked at. */
export interface FileBytes {
  /** In bytes. */
  readonly size: number;
  /** What stands there, from one place to before another; good as long as the file is looked at. */
  read(from: number, to: number): Buffer;
}

/** By the file's name: its new text; null removes it. Files that are not named stay as they are. */
export type Changes = ReadonlyMap<string, string | null>;

/**
 * What to change, seen the files as they are. It is asked again whenever somebody else has changed them meanwhile, so it does
 * nothing else; asked of files that it has changed already, it changes nothing.
 */
export type Change = (files: Files) => Promise<Changes> | Changes;

export interface Updated {
  /** False: there was nothing to change. */
  readonly changed: boolean;
  /** How often it was begun anew because others were faster, or the network failed. */
  readonly retries: number;
}

export interface HistoryStore {
  /** In words, for messages: "the branch throughput-gate-history". */
  readonly name: string;
  /** Nothing that it leaves behind is needed after `look`. Throws a StoreError. */
  read<Seen>(look: (files: Files) => Promise<Seen>): Promise<Seen>;
  /** What stands against the wish, as far as that can be known without changing anything. Throws a StoreError. */
  check(wish: 'read' | 'write'): Promise<void>;
  /**
   * Makes the change whole, on top of whatever others have changed until then. When it throws (a StoreError), the store holds
   * all of it or nothing.
   */
  update(change: Change, message: string): Promise<Updated>;
}

/** Why a store could not be read or written, and what would mend it. */
export class StoreError extends Error {
  /** How to mend it; null: nothing that we know of. */
  readonly cure: string | null;
  /** The same may work when it is tried again. */
  readonly isPassing: boolean;

  constructor(
    message: string,
    {
      cure = null,
      isPassing = false,
      cause,
    }: { cure?: string | null; isPassing?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'StoreError';
    this.cure = cure;
    this.isPassing = isPassing;
  }

  /** For whoever asked for the store in so many words, and gets nothing without it. */
  asUserError(where: string): UserError {
    const hint = this.cure === null ? {} : { hint: this.cure };
    return new UserError({ where, message: this.message, ...hint }, { cause: this });
  }
}

/** Only those that change something. @throws StoreError for a name that no store may have */
export async function realChanges(
  files: Files,
  changes: Changes,
): Promise<Map<string, string | null>> {
  const real = new Map<string, string | null>();
  for (const [path, text] of changes) {
    if (!isStorePath(path))
      throw new StoreError(`${JSON.stringify(path)} cannot be a file of a history`);
    if ((await files.text(path)) !== text) real.set(path, text);
  }
  return real;
}

/** Files that are in memory. */
export function filesIn(held: ReadonlyMap<string, string>): Files {
  return {
    paths: [...held.keys()].sort(),
    text: async (path) => held.get(path) ?? null,
    each: async (paths, look) => {
      for (const path of paths) {
        const text = held.get(path);
        look(path, text === undefined ? null : bytesOf(Buffer.from(text)));
      }
    },
  };
}

/** A file of which all bytes are in memory. */
export function bytesOf(bytes: Buffer): FileBytes {
  return { size: bytes.length, read: (from, to) => bytes.subarray(from, to) };
}
