/**
 * What would mend a failed set-up, recognised by what was seen. The sentences are in report/cure-text.ts. Of what
 * programs printed only patterns are looked for: nothing of it is kept.
 */
import { z } from 'zod';
import { Answered } from '../load/unexpected.ts';
import type { DeepReadonly } from '../terms/deep-readonly.ts';

export const Cure = z.discriminatedUnion('code', [
  /** An answer with another status than was expected. `good`: answers as expected before it. */
  z.strictObject({ code: z.literal('redirected'), answer: Answered }),
  z.strictObject({ code: z.literal('not-found'), answer: Answered }),
  z.strictObject({ code: z.literal('bad-request'), answer: Answered }),
  z.strictObject({ code: z.literal('not-allowed'), answer: Answered }),
  z.strictObject({ code: z.literal('wrong-method'), answer: Answered }),
  z.strictObject({
    code: z.literal('rate-limited'),
    answer: Answered,
    good: z.int().nonnegative().nullable(),
  }),
  z.strictObject({ code: z.literal('other-success'), answer: Answered }),
  /** It serves so many connections at a time. */
  z.strictObject({ code: z.literal('few-connections'), served: z.int().positive() }),
  /** A command that does not run, or not to its end. */
  z.strictObject({ code: z.literal('command-not-found') }),
  z.strictObject({ code: z.literal('not-executable') }),
  z.strictObject({ code: z.literal('ignored-files-missing') }),
  z.strictObject({ code: z.literal('address-in-use') }),
  /** The load waits for itself: so many connections fit into the timeout, or such a timeout fits the connections. */
  z.strictObject({
    code: z.literal('queue'),
    connections: z.int().positive(),
    timeoutMs: z.number().positive(),
  }),
  /** Each build works alone, and one of them fails beside the other. */
  z.strictObject({ code: z.literal('not-side-by-side') }),
]);
export type Cure = DeepReadonly<z.infer<typeof Cure>>;

/** What is known of a failure. */
export interface Seen {
  /** The answer that was not as expected; null: the failure is another one. */
  answer?: Answered | null;
  /** Answers as expected before it; null: not counted. */
  good?: number | null;
  /** Connections that it serves at a time; null: as many as there are. */
  served?: number | null;
  /** Of a command that ended. */
  exitCode?: number | null;
  /** What would do, of a load whose own queue outlasts its timeout. */
  queue?: { connections: number; timeoutMs: number } | null;
  /** What was printed last. */
  output?: string | null;
}

/** How shells say that there is no such command, and that it is none. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/** Programs whose port, or whose socket, somebody else has. */
const IN_USE =
  /EADDRINUSE|address (is )?already in use|address in use|only one usage of each socket/i;

/** Files that many repositories leave out of git: packages that are installed, what a build makes, and settings. */
const LEFT_OUT =
  /node_modules|\.env\b|\bvendor\b|\bdist\b|\bbuild\b|\btarget\b|\bvenv\b|\bout\b|generated/;
const NO_FILE = /ENOENT|no such file|cannot open|not found|does not exist|could not read/i;
/** How runtimes say that code which they want to load is not there. */
const NO_MODULE =
  /cannot find (module|package)|MODULE_NOT_FOUND|ModuleNotFoundError|No module named|cannot load such file|ClassNotFoundException|NoClassDefFoundError|could not find or load main class|unable to access jarfile|vendor\/autoload\.php|can't locate \S+ in @INC|cannot find module providing package/i;

/** Null: nothing that is known by its signs. */
export function cureFor({
  answer = null,
  good = null,
  served,
  queue,
  exitCode,
  output,
}: Seen): Cure | null {
  if (served) return { code: 'few-connections', served };
  if (queue != null) return { code: 'queue', ...queue };
  if (answer !== null) return cureForAnswer(answer, good);
  const text = output ?? '';
  if (IN_USE.test(text)) return { code: 'address-in-use' };
  if (exitCode === NOT_FOUND) return { code: 'command-not-found' };
  if (exitCode === NOT_EXECUTABLE) return { code: 'not-executable' };
  return isFileMissing(text) ? { code: 'ignored-files-missing' } : null;
}

function cureForAnswer(answer: Answered, good: number | null): Cure | null {
  const { status, location } = answer;
  if (status === 429 || (status === 503 && (good ?? 0) > 0)) {
    return { code: 'rate-limited', answer, good };
  }
  if (status >= 300 && status < 400 && location !== null) return { code: 'redirected', answer };
  if (status >= 200 && status < 300) return { code: 'other-success', answer };
  switch (status) {
    case 400:
    case 421:
      return { code: 'bad-request', answer };
    case 401:
    case 403:
      return { code: 'not-allowed', answer };
    case 404:
    case 410:
      return { code: 'not-found', answer };
    case 405:
      return { code: 'wrong-method', answer };
    default:
      return null;
  }
}

function isFileMissing(output: string): boolean {
  return (
    NO_MODULE.test(output) ||
    output.split('\n').some((line) => NO_FILE.test(line) && LEFT_OUT.test(line))
  );
}
