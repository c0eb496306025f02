/**
 * How often a profiler found a program at work in each of its functions: of a profile of Node.js (`.cpuprofile`), or of folded
 * stacks (`.folded`, `.collapsed`), as py-spy, perf and async-profiler have them. Pure.
 */
import * as z from 'zod';

export interface FunctionTimes {
  /** Of the program at work; those in which it waited count for nothing. */
  readonly samples: number;
  /** By a key that is the same in both builds. */
  readonly functions: ReadonlyMap<string, FunctionTime>;
}

export interface FunctionTime {
  /** For the reader: `render server.js:12`. */
  readonly name: string;
  readonly samples: number;
}

const NODE = /\.cpuprofile$/i;
const STACKS = /\.(folded|collapsed)$/i;

/** Whether a file of this name has a format that is read here. */
export function isReadHere(file: string): boolean {
  return NODE.test(file) || STACKS.test(file);
}

/** The times in a file of this name; null: in no format that is read here; a text: why they cannot be read. */
export function timesIn(
  file: string,
  text: string,
  folders: readonly string[],
): FunctionTimes | string | null {
  if (NODE.test(file)) return ofNode(text, folders);
  return STACKS.test(file) ? ofStacks(text, folders) : null;
}

/** Of several processes of one build. */
export function addedUp(all: readonly FunctionTimes[]): FunctionTimes {
  const counts = new Counts();
  for (const { functions } of all) {
    for (const [key, { name, samples }] of functions) counts.add(key, name, samples);
  }
  return counts.times();
}

const NodeProfile = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({
        functionName: z.string(),
        url: z.string(),
        lineNumber: z.number(),
      }),
    }),
  ),
  samples: z.array(z.number()),
});

/** What the engine reports as a function, and in which nothing is done. */
const WAITING = ['(idle)', '(root)'];

function ofNode(text: string, folders: readonly string[]): FunctionTimes | string {
  const read = NodeProfile.safeParse(jsonOf(text));
  if (!read.success) return 'it is no profile of Node.js';
  const hits = new Map<number, number>();
  for (const id of read.data.samples) hits.set(id, (hits.get(id) ?? 0) + 1);
  const counts = new Counts();
  for (const { id, callFrame } of read.data.nodes) {
    const samples = hits.get(id) ?? 0;
    if (samples === 0 || WAITING.includes(callFrame.functionName)) continue;
    const name = callFrame.functionName || '(anonymous)';
    const file = inTree(fileOf(callFrame.url), folders);
    // Lines move from build to build, so they are not in the key.
    const place = file === '' ? '' : ` ${file}:${callFrame.lineNumber + 1}`;
    counts.add(`${name} ${file}`, `${name}${place}`, samples);
  }
  return counts.times();
}

/** `a;b;c 12`: found twelve times in `c`, which `b` had called. */
function ofStacks(text: string, folders: readonly string[]): FunctionTimes | string {
  const counts = new Counts();
  for (const line of text.split('\n')) {
    const [, stack, count] = /^(.*\S)\s+(\d+)\s*$/.exec(line) ?? [];
    if (stack === undefined) continue;
    const leaf = stack.slice(stack.lastIndexOf(';') + 1);
    // py-spy tells in which line it was found: `handle (server.py:34)`.
    const name = inTree(leaf.replace(/:\d+\)$/, ')'), folders);
    counts.add(name, name, Number(count));
  }
  const times = counts.times();
  return times.samples === 0 ? 'it has no stacks with counts' : times;
}

/** As long as a name of a reader's interest is. */
const LONGEST = 200;

class Counts {
  readonly #functions = new Map<string, { name: string; samples: number; most: number }>();
  #samples = 0;

  /** The name with the most samples is the one that is kept. */
  add(key: string, name: string, samples: number): void {
    this.#samples += samples;
    const known = this.#functions.get(key);
    if (known === undefined) {
      this.#functions.set(key, { name, samples, most: samples });
      return;
    }
    known.samples += samples;
    if (samples <= known.most) return;
    known.most = samples;
    known.name = name;
  }

  times(): FunctionTimes {
    const functions = [...this.#functions].map(
      ([key, { name, samples }]): [string, FunctionTime] => [
        key,
        { name: name.slice(0, LONGEST), samples },
      ],
    );
    return { samples: this.#samples, functions: new Map(functions) };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fileOf(url: string): string {
  if (!url.startsWith('file://')) return url;
  try {
    return decodeURIComponent(url.slice('file://'.length));
  } catch {
    return url;
  }
}

/** Without the folder of the build, which is another one for each. */
function inTree(text: string, folders: readonly string[]): string {
  return folders.reduce((rest, folder) => rest.replaceAll(`${folder}/`, ''), text);
}
