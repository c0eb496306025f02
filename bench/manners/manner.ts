/** One awkward kind of server, what is asked of the gate about it, and what the gate should say. */

export interface Manner {
  /** What is awkward, in a few words: the first column of the table. */
  kind: string;
  /** Folder in `fixtures/manners`, copied for base and for head. */
  folder: string;
  /** Another one for head, where the two must differ. */
  headFolder?: string;
  /** `node server.mjs` by default. */
  start?: string;
  /** Keys of the server in a config file, beside its start. */
  server?: Record<string, unknown>;
  /** The scenario, as a user writes it in a config file; `GET /` on 8 connections by default. */
  scenario?: Record<string, unknown>;
  /** Keys at the top of the file. */
  gate?: Record<string, unknown>;
  /** A config file of the folder, in place of all of these keys. */
  config?: string;
  /** Variables of the gate's own environment. */
  env?: Record<string, string>;
  /** What runs around the gate, from before it starts until it has ended. */
  around?: Around;
  /** Everything by flags, without a file: then `server` and `scenario` are not given. `--start` is added. */
  flags?: readonly string[];
  /** `5s` by default: the shortest that can be judged. */
  budget?: string;
  /** Why it cannot be tried on this machine; null: it can. */
  lacking?: () => string | null;
  should: Wanted;
}

/** A program that is none of the gate's, in a copy of this folder. */
export interface Around {
  folder: string;
  /** A command that ends when it is up. */
  start: string;
  stop: string;
  /** What it says in that folder, for the gate's environment and for `{name}` in the keys at the top of the file. */
  says: (dir: string) => Record<string, string>;
}

/** What the gate should do. */
export interface Wanted {
  /** 0: a verdict; 2: a mistake, told before anything is built; 3: invalid, told. */
  exit: number;
  /** In what was printed, at one place or another. */
  says?: RegExp;
  /** Nowhere in what was printed. */
  never?: RegExp;
  /** In nothing that was printed or written. */
  hides?: string;
  withinS: number;
}

/** A verdict, of a server with nothing that takes long. */
export const DECIDED: Wanted = { exit: 0, withinS: 45 };
/** Within so many seconds, what needs no measuring is told. */
export const AT_ONCE_S = 15;

/** Nobody waits longer than this for a line. */
const SILENT_S = 15;

/** What it did. */
export interface Done {
  exit: number | null;
  seconds: number;
  /** The longest time in which it printed nothing. */
  silentS: number;
  printed: string;
  /** Its headline, or the first sentence of its error. */
  said: string;
  /** Names of the result files with what they hold. */
  files: ReadonlyMap<string, string>;
  /** Processes that are left, in words. */
  left: readonly string[];
}

/** Null: as it should be; else in what it is not. */
export function faultOf({ exit, says, never, hides, withinS }: Wanted, done: Done): string | null {
  // Long lines are broken for the terminal, wherever that is.
  const printed = done.printed.replace(/\s+/g, ' ');
  const faults = [
    ...(done.exit === exit ? [] : [`exit code ${done.exit}, not ${exit}`]),
    ...(exit === 0 && NOTHING_MEASURED.test(printed) ? ['nothing was measured'] : []),
    ...(says === undefined || says.test(printed) ? [] : [`nowhere ${says}`]),
    ...(never?.test(printed) ? [`says ${never}`] : []),
    ...(hides === undefined ? [] : shownIn(hides, done).map((where) => `shows it in ${where}`)),
    ...(done.seconds <= withinS ? [] : [`longer than ${withinS} s`]),
    ...(done.silentS <= SILENT_S ? [] : [`silent for ${Math.round(done.silentS)} s`]),
    ...(done.left.length === 0 ? [] : [`left behind: ${done.left.join(', ')}`]),
  ];
  return faults.length === 0 ? null : faults.join('; ');
}

function shownIn(secret: string, { printed, files }: Done): string[] {
  return [...files, ['the log', printed] as const].flatMap(([name, text]) =>
    text.includes(secret) ? [name] : [],
  );
}

/** What a user reads first: the first paragraph of the report, or of the error where there is none. */
export function firstSaid(stdout: string, stderr: string): string {
  const [paragraph = ''] = [stdout, stderr]
    .filter((text) => text.trim() !== '')
    .flatMap((text) => {
      const lines = text.split('\n').filter((line) => !PROGRESS.test(line));
      return lines
        .join('\n')
        .trim()
        .split(/\n\s*\n/);
    });
  return paragraph.replace(/\s+/g, ' ');
}

/** An exit code of 0 has a verdict behind it, if only that nothing can be told. */
const NOTHING_MEASURED = /Measured: 0 blocks/;

/** What is printed while it runs. */
const PROGRESS = /^(\[\d+:\d\d\]|throughput-gate \d)/;
