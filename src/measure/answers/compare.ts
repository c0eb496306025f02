/**
 * Answers of two arms to the same request: what differs between them and not between answers of base itself. Pure.
 * Whatever base answers now so and now so (times, ids, counters) is noise, and says nothing about head.
 */
import { AlikePlaces, type KnownPart } from './alike-places.ts';
import { type Answer, NO_ANSWER } from './answer.ts';
import { type JsonPart, jsonParts, stepTo } from './json-parts.ts';
import { CommonText } from './text-parts.ts';

/** One place at which head answers what base never does. */
export interface Difference {
  of: 'content' | 'form';
  /** `status`, `header content-type`, `$.items[0].price`, `body, byte 17 (line 2)`; may hold what the server sent. */
  at: string;
  base: Value;
  head: Value;
}

export interface Value {
  /** In our own words. */
  kind: string;
  /** What came; null: there is nothing to show but the kind. */
  came: string | null;
}

const NOTHING: Value = { kind: 'nothing', came: null };

/** Fields that tell a client what it got. */
const CONTENT_FIELDS = ['content-type', 'location', 'trailer grpc-status', 'grpc-status'];
/** Of the moment, of the connection, or said by the body; a file's own time and mark differ between two clones. */
const IGNORED_FIELDS = new Set([
  ...['date', 'age', 'expires', 'etag', 'last-modified', 'content-length', 'transfer-encoding'],
  ...['connection', 'keep-alive', 'alt-svc', 'server-timing', 'content-encoding', 'trailer'],
]);

/**
 * Compares head's answers with these of base, all to one and the same request: none differs where base has none. What base's
 * answers come to is worked out once, however often answers of head are compared with it.
 */
export function comparedWith(base: readonly Answer[]): (head: readonly Answer[]) => Difference[] {
  const byStatus = new Map<number, Alike>();
  for (const status of new Set(base.map((one) => one.status))) {
    byStatus.set(status, new Alike(base.filter((one) => one.status === status)));
  }
  return (head) => {
    if (base.length === 0) return [];
    const found = new Map<string, Difference>();
    for (const status of new Set(head.map((one) => one.status))) {
      const answers = head.filter((one) => one.status === status);
      const alike = byStatus.get(status);
      for (const one of alike === undefined ? [statusOf(base, answers)] : against(alike, answers)) {
        if (!found.has(one.at)) found.set(one.at, one);
      }
    }
    return [...found.values()];
  };
}

/** Base's answers of one status. */
class Alike {
  readonly answers: readonly Answer[];
  readonly hashes: ReadonlySet<string>;
  #json: KnownJson | null | undefined;
  #text: CommonText | undefined;

  constructor(answers: readonly Answer[]) {
    this.answers = answers;
    this.hashes = new Set(answers.map(({ sha256 }) => sha256));
  }

  /** Null: not every body is JSON. */
  get json(): KnownJson | null {
    if (this.#json === undefined) this.#json = knownJson(this.answers);
    return this.#json;
  }

  get text(): CommonText {
    this.#text ??= new CommonText(this.answers.map(({ body }) => body));
    return this.#text;
  }
}

function statusOf(base: readonly Answer[], [answer]: readonly Answer[]): Difference {
  const named = (status: number) => (status === NO_ANSWER.status ? 'no answer' : String(status));
  const known = [...new Set(base.map(({ status }) => named(status)))].join(' or ');
  const status = named((answer as Answer).status);
  return {
    of: 'content',
    at: 'status',
    base: { kind: known, came: null },
    head: { kind: status, came: null },
  };
}

function against(base: Alike, head: readonly Answer[]): Difference[] {
  const { answers } = base;
  return [...bodies(base, head), ...fields(answers, head), ...encodings(answers, head)];
}

function encodings(base: readonly Answer[], head: readonly Answer[]): Difference[] {
  const known = new Set(base.map(({ encoding }) => encoding));
  const other = head.find(({ encoding }) => !known.has(encoding));
  if (other === undefined) return [];
  const named = (encoding: string): Value => ({
    kind: encoding === '' ? 'nothing' : 'another coding',
    came: encoding === '' ? null : encoding,
  });
  return [
    {
      of: 'form',
      at: 'header content-encoding',
      base: named((base[0] as Answer).encoding),
      head: named(other.encoding),
    },
  ];
}

function fields(base: readonly Answer[], head: readonly Answer[]): Difference[] {
  const names = new Set([...base, ...head].flatMap((one) => [...one.fields.keys()]));
  return [...names].flatMap((name): Difference[] => {
    if (IGNORED_FIELDS.has(name)) return [];
    const known = new Set(base.map((one) => one.fields.get(name)));
    const news = head.map((one) => one.fields.get(name)).filter((value) => !known.has(value));
    if (news.length === 0) return [];
    // It is sometimes this and sometimes that, of base itself: only a field that is gone, or new, is told.
    if (known.size > 1 && (known.has(undefined) || news.every((one) => one !== undefined))) {
      return [];
    }
    const was = base[0]?.fields.get(name);
    const is = news[0];
    const of = CONTENT_FIELDS.includes(name) && !isSameType(name, was, is) ? 'content' : 'form';
    return [
      { of, at: placeOfField(name), base: fieldValue(name, was), head: fieldValue(name, is) },
    ];
  });
}

function placeOfField(name: string): string {
  return name.startsWith('trailer ') ? name : `header ${name}`;
}

/** `text/html` and `text/html; charset=utf-8`. */
function isSameType(name: string, was: string | undefined, is: string | undefined): boolean {
  if (name !== 'content-type' || was === undefined || is === undefined) return false;
  return mediaType(was) === mediaType(is);
}

function mediaType(value: string): string {
  return (value.split(';')[0] as string).trim().toLowerCase();
}

function fieldValue(name: string, value: string | undefined): Value {
  if (value === undefined) return NOTHING;
  const type = name === 'content-type' ? mediaType(value) : '';
  const isPlain = /^[\w!#$&^.+-]{1,60}\/[\w!#$&^.+-]{1,60}$/.test(type);
  const isCode = name.endsWith('grpc-status') && /^\d{1,3}$/.test(value);
  return { kind: isPlain ? type : isCode ? value : 'a value', came: value };
}

function bodies(base: Alike, head: readonly Answer[]): Difference[] {
  const news = head.filter(({ sha256 }) => !base.hashes.has(sha256));
  if (news.length === 0) return [];
  const isWhole = [...base.answers, ...news].every(({ body, bytes }) => body.length === bytes);
  const known = isWhole ? base.json : null;
  return known === null ? textDifferences(base, news) : jsonDifferences(known, news);
}

type Parts = Map<string, JsonPart>;

function partsOf({ body }: Answer): Parts | null {
  return jsonParts(body.toString('utf8'));
}

/** What base's bodies hold, by its path. */
interface KnownJson {
  parts: Map<string, KnownPart>;
  answers: number;
  /** Worked out where a path of head's is none of base's. */
  alike: () => AlikePlaces;
}

/** Null: one of them is no JSON. */
function knownJson(base: readonly Answer[]): KnownJson | null {
  const known = new Map<string, KnownPart>();
  for (const answer of base) {
    const parts = partsOf(answer);
    if (parts === null) return null;
    for (const [path, part] of parts) {
      const one = known.get(path) ?? { first: part, values: new Set(), types: new Set(), seen: 0 };
      one.values.add(`${part.type} ${part.value}`);
      one.types.add(part.type);
      one.seen += 1;
      known.set(path, one);
    }
  }
  let alike: AlikePlaces | undefined;
  return { parts: known, answers: base.length, alike: () => (alike ??= new AlikePlaces(known)) };
}

function jsonDifferences(known: KnownJson, head: readonly Answer[]): Difference[] {
  const found = new Map<string, Difference>();
  for (const answer of head) {
    const parts = partsOf(answer);
    if (parts === null) return [noJson(known, answer)];
    for (const one of jsonAgainst(known, parts)) {
      if (!found.has(one.at)) found.set(one.at, one);
    }
  }
  return [...found.values()];
}

function jsonAgainst({ parts: known, answers, alike }: KnownJson, head: Parts): Difference[] {
  const found: Difference[] = [];
  const tell = (at: string, base: Value, other: Value) =>
    found.push({ of: 'content', at, base, head: other });
  /** Whether what is in it, and what is not, can be compared: it is there, and in base always with the same keys or length. */
  const isSteady = (parent: string | null) => {
    if (parent === null) return true;
    const was = known.get(parent);
    return was !== undefined && was.seen === answers && was.values.size === 1 && head.has(parent);
  };
  const others: [string, JsonPart][] = [];
  for (const [path, part] of head) {
    const was = known.get(path);
    if (was === undefined) {
      if (!isSteady(part.parent)) others.push([path, part]);
      else if (isObject(known.get(part.parent ?? '')?.first)) tell(path, NOTHING, jsonValue(part));
      continue;
    }
    const isNoise = was.values.size > 1 || was.seen < answers;
    const isKnown = isNoise
      ? was.types.has(part.type)
      : was.values.has(`${part.type} ${part.value}`);
    // An object's keys are told one by one.
    if (isKnown || (!isNoise && isObject(part) && isObject(was.first))) continue;
    tell(path, jsonValue(was.first), jsonValue(part));
  }
  if (others.length > 0) tellAlike(alike(), head, others, tell);
  for (const [path, was] of known) {
    const isAlways = was.seen === answers;
    if (!isAlways || head.has(path) || !isSteady(was.first.parent)) continue;
    const parent = was.first.parent === null ? undefined : head.get(was.first.parent);
    if (isObject(parent)) tell(path, jsonValue(was.first), NOTHING);
  }
  return found;
}

/** Under keys that are data, and behind the end of base's lists: what is of no kind that base has at any such place, or lacks what all of these have. */
function tellAlike(
  alike: AlikePlaces,
  head: Parts,
  others: readonly [string, JsonPart][],
  tell: (at: string, base: Value, other: Value) => void,
): void {
  const like = alike.of(head);
  for (const [path, part] of others) {
    const pool = like(path);
    if (pool === undefined) continue;
    if (!pool.types.has(part.type)) tell(pool.at, jsonValue(pool.first), jsonValue(part));
    if (part.type !== 'object') continue;
    const keys = JSON.parse(part.value) as string[];
    const own = new Set(keys.map((key) => `${pool.at}${stepTo(key)}`));
    for (const one of alike.inside(pool)) {
      if (!own.has(one.at)) tell(one.at, jsonValue(one.first), NOTHING);
    }
  }
}

function isObject(part: JsonPart | undefined): boolean {
  return part?.type === 'object' || part?.type === 'empty object';
}

function noJson({ parts }: KnownJson, answer: Answer): Difference {
  const whole = jsonValue((parts.get('$') as KnownPart).first);
  return { of: 'content', at: 'body', base: { ...whole, kind: 'JSON' }, head: bodyValue(answer) };
}

function jsonValue({ type, value }: JsonPart): Value {
  switch (type) {
    case 'null':
      return { kind: 'null', came: null };
    case 'boolean':
      return { kind: value, came: null };
    case 'number':
      return { kind: 'a number', came: value };
    case 'text':
      return { kind: `text of ${(JSON.parse(value) as string).length} characters`, came: value };
    case 'empty text':
      return { kind: 'an empty text', came: null };
    case 'array':
      return { kind: `a list of ${value}`, came: null };
    case 'empty array':
      return { kind: 'an empty list', came: null };
    case 'object':
      return { kind: 'an object', came: null };
    case 'empty object':
      return { kind: 'an empty object', came: null };
  }
}

function textDifferences({ answers, text }: Alike, head: readonly Answer[]): Difference[] {
  const [first] = answers as [Answer];
  for (const answer of head) {
    const leaves = text.leaves(answer.body);
    if (leaves !== null) {
      const isEmpty = answer.bytes === 0 || first.bytes === 0;
      const at = isEmpty ? 'body' : `body, byte ${leaves.byte} (line ${leaves.line})`;
      return [
        {
          of: 'content',
          at,
          base: bodyValue(first, leaves.byte),
          head: bodyValue(answer, leaves.byte),
        },
      ];
    }
  }
  return cutDifference(answers, head);
}

/** Of what was too long to be kept only its length and its hash are known; where base's own differ, they say nothing. */
function cutDifference(base: readonly Answer[], head: readonly Answer[]): Difference[] {
  const [first] = base as [Answer];
  const isSteady = new Set(base.map(({ sha256 }) => sha256)).size === 1;
  const other = head.find(({ body, bytes }) => body.length < bytes);
  if (!isSteady || other === undefined) return [];
  const at = `body, behind byte ${first.body.length}`;
  return [{ of: 'content', at, base: bodyValue(first), head: bodyValue(other) }];
}

/** Bytes that are shown of a body, from a little before the place. */
const SHOWN = { before: 20, bytes: 80 };

function bodyValue({ body, bytes, isUnreadable }: Answer, at = 0): Value {
  if (isUnreadable) return { kind: 'a body that cannot be unpacked', came: null };
  if (bytes === 0) return { kind: 'an empty body', came: null };
  const start = Math.max(0, at - SHOWN.before);
  const text = body.toString('utf8', start, start + SHOWN.bytes);
  return { kind: `${bytes} bytes`, came: JSON.stringify(text) };
}
