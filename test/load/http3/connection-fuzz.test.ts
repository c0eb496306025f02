/** Whatever events a connection of HTTP/3 tells of: what a strict reading of the same events says of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Connection, type ConnectionOwner } from '../../../src/load/http3/connection.ts';
import { Exchange } from '../../../src/load/http3/exchange.ts';
import type { Variant } from '../../../src/load/http3/variant.ts';
import { EVENT, type TakeEvents, type WireEvent } from '../../../src/load/http3/wire.ts';
import { fc } from '../../support/properties.ts';

const BODY = 'abc';
const STREAMS = 3;
const IDS = [0, 4, 8, 12];

const VARIANTS: readonly Variant[] = [
  { isHead: false, expectedBody: null },
  { isHead: false, expectedBody: Buffer.from(BODY) },
  { isHead: true, expectedBody: null },
].map((given) => ({
  fields: [],
  body: null,
  isCall: false,
  isIdempotent: true,
  expectedStatus: 200,
  ...given,
}));

/** What may be told of one stream, by a letter each, as the oracle reads it. */
const WORDS: Record<string, Omit<WireEvent, 'streamId'>> = {
  // Informational, final and wrong answers, with and without a length, and trailers.
  i: { eventType: EVENT.headers, headers: [{ name: ':status', value: '103' }] },
  s: { eventType: EVENT.headers, headers: [{ name: ':status', value: '200' }] },
  l: {
    eventType: EVENT.headers,
    headers: [
      { name: ':status', value: '200' },
      { name: 'content-length', value: '3' },
    ],
  },
  w: { eventType: EVENT.headers, headers: [{ name: ':status', value: '500' }] },
  t: { eventType: EVENT.headers, headers: [{ name: 'x', value: '1' }] },
  n: { eventType: EVENT.headers },
  a: { eventType: EVENT.data, data: Buffer.from('a') },
  b: { eventType: EVENT.data, data: new Uint8Array([98]) },
  c: { eventType: EVENT.data, data: Buffer.from('c') },
  e: { eventType: EVENT.data, data: Buffer.alloc(0) },
  // A head and a body in one.
  A: {
    eventType: EVENT.headers,
    headers: [{ name: ':status', value: '200' }],
    data: Buffer.from('ab'),
  },
  f: { eventType: EVENT.finished },
  r: { eventType: EVENT.reset, meta: { errorCode: 0x10c } },
  x: { eventType: EVENT.error },
  d: { eventType: EVENT.drain },
  '?': { eventType: 99 },
};

const CONNECTION_WORDS: Record<string, (id: number) => WireEvent> = {
  closed: () => ({ eventType: EVENT.closed, streamId: -1, meta: { errorCode: 0x100 } }),
  broken: () => ({ eventType: EVENT.error, streamId: -1 }),
  'go away': (streamId) => ({ eventType: EVENT.goAway, streamId }),
  'write ready': () => ({ eventType: EVENT.writeReady, streamId: -1 }),
};

interface Told {
  word: string;
  stream: number;
}

const told: fc.Arbitrary<Told> = fc.record({
  word: fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...Object.keys(WORDS)) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(CONNECTION_WORDS)) },
  ),
  stream: fc.constantFrom(...IDS),
});
/** An answer as it should be, so that not all that is told is nonsense. */
const answer: fc.Arbitrary<Told[]> = fc
  .tuple(
    fc.constantFrom('sf', 'lf', 'sabcf', 'labcf', 'isaebctf', 'Acf', 'labf', 'sabf', 'swf', 'sff'),
    fc.constantFrom(...IDS),
  )
  .map(([word, stream]) => [...word].map((letter) => ({ word: letter, stream })));
const story = fc
  .array(fc.oneof(answer, fc.array(told, { maxLength: 4 })), { maxLength: 6 })
  .map((parts) => parts.flat());
const cases = fc.record({
  told: story,
  variants: fc.array(fc.nat(VARIANTS.length - 1), { minLength: STREAMS, maxLength: STREAMS }),
  /** The same events in batches of these sizes, again and again. */
  batches: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

describe('a connection of HTTP/3, whatever it is told', () => {
  it('A connection of HTTP/3, whatever it is told counts what a strict reading of the events counts, and ends each request once', () => {
    const seen = { cases: 0, good: 0, bad: 0 };
    fc.assert(
      fc.property(cases, (one) => {
        const { endings, isOpen } = play(one);
        const expected = read(one);
        assert.deepEqual([...endings], [...expected.endings]);
        assert.equal(isOpen, expected.isOpen);
        seen.cases++;
        for (const ending of endings.values()) seen[ending === 'good' ? 'good' : 'bad']++;
      }),
      { numRuns: 20_000 },
    );
    assert.ok(seen.cases >= 10_000, `${seen.cases} cases`);
    assert.ok(seen.good > 2000 && seen.bad > 2000, JSON.stringify(seen));
  });
});

/** By stream, in the order in which they end. */
type Endings = Map<number, string>;

interface Outcome {
  endings: Endings;
  isOpen: boolean;
}

/** What the connection's owner hears. */
function play({ told, variants, batches }: Case): Outcome {
  const endings: Endings = new Map();
  const end = ({ stream }: Exchange<unknown>, how: string) => {
    assert.equal(endings.has(stream), false, `stream ${stream} ends twice`);
    endings.set(stream, how);
  };
  const owner: ConnectionOwner = {
    onOpen() {},
    onOpenFailure: () => assert.fail('it was open'),
    onAnswer: (exchange) => end(exchange, 'good'),
    onFailure: (exchange, kind) => end(exchange, kind),
    onRefusal: (exchange) => end(exchange, 'refused'),
  };
  let tell: TakeEvents = () => {};
  let next = 0;
  let isClosed = false;
  const wire = {
    request: () => IDS[next++] as number,
    send: () => assert.fail('there is no body'),
    cancel() {},
    close() {
      isClosed = true;
    },
  };
  const options = { address: '127.0.0.1:1', serverName: 'localhost', ca: null };
  const connection = new Connection(
    (_options, take) => {
      tell = take;
      return wire;
    },
    options,
    owner,
  );
  connection.open();
  tell([{ eventType: EVENT.open, streamId: -1 }]);
  for (const variant of variants) {
    connection.submit(new Exchange(connection, VARIANTS[variant] as Variant));
  }
  for (let at = 0, batch = 0; at < told.length; batch++) {
    const size = batches[batch % batches.length] as number;
    tell(told.slice(at, at + size).map(eventOf));
    at += size;
  }
  assert.equal(connection.state === 'closed', isClosed);
  assert.equal(connection.isBusy, !isClosed && endings.size < STREAMS);
  return { endings, isOpen: !isClosed };
}

function eventOf({ word, stream }: Told): WireEvent {
  const ofStream = WORDS[word];
  if (ofStream !== undefined) return { ...ofStream, streamId: stream };
  return (CONNECTION_WORDS[word] as (id: number) => WireEvent)(stream);
}

/**
 * The same by letters: what came of an answer so far is a word, and a word in which something is
 * wrong is told from one that may go on by its shape.
 */
function read({ told, variants }: Case): Outcome {
  const endings: Endings = new Map();
  const words = new Map(variants.map((_, index) => [IDS[index] as number, '']));
  const end = (stream: number, how: string) => {
    words.delete(stream);
    endings.set(stream, how);
  };
  let isLeaving = false;
  for (const { word, stream } of told) {
    if (word === 'closed' || word === 'broken') {
      for (const id of [...words.keys()]) end(id, word === 'closed' ? 'closed' : 'protocol');
      return { endings, isOpen: false };
    }
    if (word === 'go away') {
      isLeaving = true;
      for (const id of [...words.keys()]) if (id >= stream) end(id, 'refused');
    }
    const before = words.get(stream);
    if (WORDS[word] !== undefined && before !== undefined) {
      const variant = VARIANTS[variants[IDS.indexOf(stream)] as number] as Variant;
      const came = before + word.replace('A', 'sab').replace(/[d?]/, '');
      words.set(stream, came);
      const how = endingOf(came, variant);
      if (how !== null) end(stream, how);
    }
    if (isLeaving && words.size === 0) return { endings, isOpen: false };
  }
  return { endings, isOpen: true };
}

/** Null: it may go on. */
function endingOf(came: string, { isHead, expectedBody }: Variant): string | null {
  if (came.endsWith('r')) return 'closed';
  const shape = /^i*(?:([slw])([abce]*)([tn]?))?(f?)$/.exec(came);
  if (shape === null) return 'protocol';
  const [, status = '', pieces = '', , isEnd] = shape;
  const body = pieces.replaceAll('e', '');
  if (isHead ? body !== '' : status === 'l' && body.length > 3) return 'protocol';
  if (isEnd === '') return null;
  if (status === '') return 'protocol';
  if (status === 'l' && !isHead && body.length !== 3) return 'protocol';
  if (status === 'w') return 'status';
  return expectedBody === null || body === expectedBody.toString() ? 'good' : 'body';
}
