/**
 * Places of JSON bodies that are alike though their paths differ from answer to answer: under keys that are data (`{"<id>": {…}}`), and
 * behind the end of the lists that base has answered. What base has at all of them together is compared with what head has. Pure.
 */
import { type JsonPart, stepTo } from './json-parts.ts';

/** What base's bodies hold at one path. */
export interface KnownPart {
  first: JsonPart;
  values: Set<string>;
  types: Set<string>;
  /** In how many of base's answers it is. */
  seen: number;
}

/** Of places that are alike. */
export interface Alikes {
  /** `$.users.*.name` */
  at: string;
  first: JsonPart;
  types: Set<string>;
  /** Of objects, their keys. */
  values: Set<string>;
  seen: number;
}

/** Seen less often, a place says nothing of what another one like it may be. */
const SEEN_ENOUGH = 10;
/** How a value begins that is an object's keys. */
const OBJECT = 'object ';

export class AlikePlaces {
  readonly #pools = new Map<string, Alikes>();

  constructor(known: ReadonlyMap<string, KnownPart>) {
    const own = new Map<string, string>();
    // Whether the keys of an object are data is known once all of its depth were seen.
    for (const level of byDepth(known)) {
      for (const [path, part] of level) {
        const at = this.#atOf(path, part.first.parent, own);
        own.set(path, at);
        const { first } = part;
        const pool = this.#pools.get(at) ?? {
          ...{ at, first, types: new Set<string>(), values: new Set<string>(), seen: 0 },
        };
        this.#pools.set(at, pool);
        for (const type of part.types) pool.types.add(type);
        for (const value of part.values) if (value.startsWith(OBJECT)) pool.values.add(value);
        pool.seen += part.seen;
      }
    }
  }

  /** Of each part of an answer: those that it is like. Undefined: there are none, or too few. */
  of(parts: ReadonlyMap<string, JsonPart>): (path: string) => Alikes | undefined {
    const own = new Map<string, string>();
    for (const [path, { parent }] of parts) own.set(path, this.#atOf(path, parent, own));
    return (path) => {
      const pool = this.#pools.get(own.get(path) ?? '');
      return pool === undefined || pool.seen < SEEN_ENOUGH ? undefined : pool;
    };
  }

  /** What objects at this place always have, where their keys are no data. */
  inside({ at, types, values }: Alikes): Alikes[] {
    const [only] = values;
    if (only === undefined || values.size > 1 || types.size > 1) return [];
    const keys = JSON.parse(only.slice(OBJECT.length)) as string[];
    return keys.flatMap((key) => this.#pools.get(`${at}${stepTo(key)}`) ?? []);
  }

  #atOf(path: string, parent: string | null, own: ReadonlyMap<string, string>): string {
    if (parent === null) return path;
    const above = own.get(parent) ?? parent;
    const step = path.slice(parent.length);
    if (/^\[\d+\]$/.test(step)) return `${above}[*]`;
    return (this.#pools.get(above)?.values.size ?? 0) > 1 ? `${above}.*` : `${above}${step}`;
  }
}

function byDepth(known: ReadonlyMap<string, KnownPart>): [string, KnownPart][][] {
  const depths = new Map<string, number>();
  const levels: [string, KnownPart][][] = [];
  // Parents come before what is in them.
  for (const [path, part] of known) {
    const { parent } = part.first;
    const depth = parent === null ? 0 : (depths.get(parent) ?? 0) + 1;
    depths.set(path, depth);
    const level = levels[depth] ?? [];
    level.push([path, part]);
    levels[depth] = level;
  }
  return levels;
}
