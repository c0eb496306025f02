/** What no run can have written into one of its files. */

export interface Contradiction {
  /** Keys and positions that lead there, with dots: `subjects.0.blocks.3.sliceUs`. */
  at: string;
  message: string;
}

/** In the order in which they are met; whoever wants one only takes the first. */
export type Contradictions = Generator<Contradiction, void, undefined>;

/** Names that stand twice. */
export function* repeated(at: string, names: readonly string[], what: string): Contradictions {
  const seen = new Set<string>();
  for (const [i, name] of names.entries()) {
    if (seen.has(name))
      yield { at: `${at}.${i}`, message: `${what} ${quoted(name)} is there twice` };
    seen.add(name);
  }
}

/** `orEqual`: two may be alike. `slack`: share by which one may be smaller, of numbers that are only as exact as that. */
interface Ascent {
  orEqual: boolean;
  slack?: number;
}

/** Numbers that do not grow from each to the next, or, with `orEqual`, become smaller. */
export function* notAscending(
  at: string,
  numbers: readonly number[],
  ascent: Ascent,
): Contradictions {
  const i = firstDescent(numbers, ascent);
  if (i === -1) return;
  yield { at: `${at}.${i}`, message: `${numbers[i]} comes after ${numbers[i - 1]}` };
}

/** Position of the first that does not ascend; -1 where all do. */
export function firstDescent(numbers: readonly number[], { orEqual, slack = 0 }: Ascent): number {
  for (let i = 1; i < numbers.length; i++) {
    const before = numbers[i - 1] as number;
    const now = numbers[i] as number;
    if (!(now > before || (orEqual && now >= before * (1 - slack)))) return i;
  }
  return -1;
}

export function* tooMany(at: string, count: number, most: number, what: string): Contradictions {
  if (count > most)
    yield { at, message: `${count} ${what}, and there are never more than ${most}` };
}

export function* differs(
  at: string,
  found: unknown,
  wanted: unknown,
  whose: string,
): Contradictions {
  if (found !== wanted) {
    yield { at, message: `it is ${asText(found)}, and ${whose} ${asText(wanted)}` };
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : String(value);
}

export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}
