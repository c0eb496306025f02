/** Seeded damage to JSON: something is left out, doubled, swapped, negated, retyped, scaled, inserted or torn. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Mutation {
  text: string;
  /** What was done where, to repeat it by hand. */
  what: string;
}

const STRANGE: readonly Json[] = [
  null,
  true,
  '',
  'x',
  '__proto__',
  -1,
  0,
  0.5,
  1e-300,
  1e300,
  9007199254740992,
  [],
  {},
  [[]],
  [null],
  { a: 1 },
];

/** One to three mutations of the file, which is JSON text. */
export function mutated(source: string, seed: number): Mutation {
  const random = mersenne(seed);
  const upTo = (most: number) => uniformInt(random, 0, most);
  const pick = <T>(list: readonly T[]): T => list[upTo(list.length - 1)] as T;
  if (upTo(19) === 0) return torn(source, upTo, pick);
  const root = JSON.parse(source) as Json;
  const done: string[] = [];
  for (let left = 1 + (upTo(3) === 0 ? upTo(2) : 0); left > 0; left--) {
    const found = place(root, upTo, pick);
    if (found === null) continue;
    const { parent, key, path } = found;
    const name = pick(Object.keys(DEEDS));
    (DEEDS[name] as Deed)(parent, key, { upTo, pick });
    done.push(`${name} ${path.join('.')}`);
  }
  return { text: JSON.stringify(root), what: done.join(', ') };
}

type Upto = (most: number) => number;
type Pick = <T>(list: readonly T[]) => T;
type Parent = Json[] | { [key: string]: Json };

/** Down from the top, stopping anywhere: what lies deep is met as often as what lies high. */
function place(
  root: Json,
  upTo: Upto,
  pick: Pick,
): { parent: Parent; key: string; path: string[] } | null {
  let parent = root;
  const path: string[] = [];
  for (;;) {
    if (typeof parent !== 'object' || parent === null) return null;
    const keys = Object.keys(parent);
    if (keys.length === 0) return null;
    const key = pick(keys);
    path.push(key);
    const inside = (parent as Record<string, Json>)[key] as Json;
    const isLeaf =
      typeof inside !== 'object' || inside === null || Object.keys(inside).length === 0;
    if (isLeaf || upTo(4) === 0) return { parent, key, path };
    parent = inside;
  }
}

type Deed = (parent: Parent, key: string, chance: { upTo: Upto; pick: Pick }) => void;

function at(parent: Parent, key: string): Json {
  return (parent as Record<string, Json>)[key] as Json;
}

function put(parent: Parent, key: string, value: Json): void {
  (parent as Record<string, Json>)[key] = value;
}

const DEEDS: Record<string, Deed> = {
  delete: (parent, key) => {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  },
  double: (parent, key) => {
    if (Array.isArray(parent)) parent.splice(Number(key), 0, structuredClone(at(parent, key)));
    else put(parent, `${key}2`, structuredClone(at(parent, key)));
  },
  swap: (parent, key, { pick }) => {
    const other = pick(Object.keys(parent));
    const [one, two] = [at(parent, key), at(parent, other)];
    put(parent, key, two);
    put(parent, other, one);
  },
  negate: (parent, key) => {
    put(
      parent,
      key,
      each(at(parent, key), (number) => -number),
    );
  },
  scale: (parent, key, { pick }) => {
    const factor = pick([1e-9, 1e-3, 0, 2, 1000, 1e12]);
    put(
      parent,
      key,
      each(at(parent, key), (number) => number * factor),
    );
  },
  retype: (parent, key, { pick }) => {
    put(parent, key, structuredClone(pick(STRANGE)));
  },
  empty: (parent, key) => {
    const value = at(parent, key);
    put(parent, key, Array.isArray(value) ? [] : typeof value === 'object' ? {} : '');
  },
  insert: (parent, key, { pick }) => {
    if (Array.isArray(parent)) parent.splice(Number(key), 0, structuredClone(pick(STRANGE)));
    else
      put(parent, pick(['news', '__proto__', 'constructor', '']), structuredClone(pick(STRANGE)));
  },
  repeat: (parent, key, { pick }) => {
    const value = at(parent, key);
    const times = pick([2, 20, 2000]);
    // What is larger than the largest file is another test's.
    if (JSON.stringify(value).length * times > 4_000_000) return;
    if (Array.isArray(value)) {
      put(
        parent,
        key,
        Array.from({ length: times }, () => structuredClone(value)).flat() as Json[],
      );
    } else if (typeof value === 'string') put(parent, key, value.repeat(times));
  },
  reverse: (parent, key) => {
    const value = at(parent, key);
    if (Array.isArray(value)) value.reverse();
    else if (typeof value === 'string') put(parent, key, [...value].reverse().join(''));
  },
};

/** Every number inside. */
function each(value: Json, change: (number: number) => number): Json {
  if (typeof value === 'number') return change(value);
  if (Array.isArray(value)) return value.map((one) => each(one, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, each(one, change)]));
}

function torn(source: string, upTo: Upto, pick: Pick): Mutation {
  const place = upTo(source.length);
  const rest = source.slice(place);
  switch (pick(['cut', 'drop', 'flip', 'double'])) {
    case 'cut':
      return { text: source.slice(0, place), what: `cut at ${place}` };
    case 'drop':
      return { text: source.slice(0, place) + rest.slice(1 + upTo(50)), what: `drop at ${place}` };
    case 'flip': {
      const other = String.fromCharCode(source.charCodeAt(place) ^ (1 << upTo(6)));
      return { text: source.slice(0, place) + other + rest.slice(1), what: `flip at ${place}` };
    }
    default:
      return {
        text: source.slice(0, place) + source.slice(Math.max(0, place - upTo(200))),
        what: `double at ${place}`,
      };
  }
}
