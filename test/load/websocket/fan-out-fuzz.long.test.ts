/** Whatever a fan-out's receivers are told: no crash, no hang, and a delivery is good only if it was one. */
import assert from 'node:assert/strict';
import { type Duplex, duplexPair } from 'node:stream';
import { describe, it } from 'node:test';
import type { SessionSlice } from '../../../src/load/session.ts';
import { WebSocketSession } from '../../../src/load/websocket/session.ts';
import { fc } from '../../support/properties.ts';
import { answerTo, type Deed, dishonest, HONEST, honest, perform } from './deeds.ts';
import { ALONE, assertComplete, type Behaviour, frame, serveStream, target } from './peer.ts';

/** Of each session, which is costly to open. */
const SLICES = 25;

/** What becomes of one delivery. */
type Delivery =
  | { kind: 'deed'; deed: Deed }
  /** Valid messages, but not just the one: another before it, or the last one with it. */
  | { kind: 'stranger'; bytes: Uint8Array; binary: boolean }
  | { kind: 'late' };

const deed = (of: fc.Arbitrary<Deed>): fc.Arbitrary<Delivery> =>
  of.map((one) => ({ kind: 'deed', deed: one }));
const honestly = deed(honest);
const silent = fc.constant<Deed>({ kind: 'silent' });
const wrongly: fc.Arbitrary<Delivery> = fc.oneof(
  { weight: 3, arbitrary: deed(dishonest) },
  deed(silent),
  fc.record({
    kind: fc.constant('stranger' as const),
    bytes: fc.uint8Array({ maxLength: 30 }),
    binary: fc.boolean(),
  }),
  fc.constant<Delivery>({ kind: 'late' }),
);
const honestOnly = fc.array(honestly, { minLength: 1, maxLength: 3 });
const mixed = fc.array(fc.oneof(honestly, honestly, wrongly), { minLength: 1, maxLength: 6 });

/** Of each slice, its work and what becomes of its deliveries, in turns. */
function slicesOf(deliveries: fc.Arbitrary<Delivery[]>) {
  const slice = fc.record({ work: fc.integer({ min: 1, max: 6 }), deliveries });
  return fc.array(slice, { minLength: SLICES, maxLength: SLICES });
}

const sessions = fc.record({
  message: fc.record({ bytes: fc.integer({ min: 6, max: 200 }), binary: fc.boolean() }),
  receivers: fc.integer({ min: 1, max: 2 }),
  slices: fc.oneof(
    { weight: 1, arbitrary: slicesOf(honestOnly) },
    { weight: 5, arbitrary: slicesOf(fc.oneof(honestOnly, mixed)) },
  ),
});

type Fuzzed = typeof sessions extends fc.Arbitrary<infer T> ? T : never;

const AT_ONCE = 100;
/** As long as each that hangs lasts; not for honest peers, which a busy machine may hold up. */
const TIMEOUT_MS = 15;
const LONG_MS = 30_000;

describe('a WebSocket fan-out, whatever its receivers are told', () => {
  it('A WebSocket fan-out, whatever its receivers are told counts a delivery as good only where the very message reached a receiver for the first time', async () => {
    const seen = { cases: 0, good: 0, perfect: 0, faulty: 0 };
    const many = fc.array(sessions, { minLength: AT_ONCE, maxLength: AT_ONCE });
    await fc.assert(
      fc.asyncProperty(many, async (batch) => {
        for (const results of await Promise.all(batch.map(play))) {
          for (const { good, isPerfect } of results) {
            seen.cases++;
            seen.good += good;
            seen[isPerfect ? 'perfect' : 'faulty']++;
          }
        }
      }),
      { numRuns: 4, endOnFailure: true },
    );
    assert.ok(seen.cases >= 10_000, `${seen.cases} slices`);
    assert.ok(seen.good > 5000 && seen.perfect > 1000 && seen.faulty > 1000, JSON.stringify(seen));
  });
});

/** What a peer wrote to one connection. */
interface Written {
  bytes: Buffer;
  /** Messages in it when the slice began. */
  before: number;
  /** The client has left. */
  isGone: boolean;
}

async function play({ message, receivers, slices }: Fuzzed) {
  const audience = new Map<Duplex, Written>();
  const writtenTo = (stream: Duplex) => audience.get(stream) as Written;
  const sent: Buffer[] = [];
  let deliveries: readonly Delivery[] = [];
  let turn = 0;
  let sender: Duplex | null = null;
  const behaviour: Behaviour = {
    onMessage(from, { data, opcode }) {
      sender = from;
      sent.push(data);
      for (const [to, written] of audience) {
        if (to === from || to.destroyed || to.writableEnded || written.isGone) continue;
        const delivery = deliveries[turn++ % deliveries.length] as Delivery;
        const { deed, bytes } = deliver(delivery, data, opcode, sent.at(-2));
        written.bytes = Buffer.concat([written.bytes, bytes]);
        // In a turn of its own, as over a network.
        setImmediate(() => perform(to, deed, bytes, false));
      }
    },
  };
  const connect = () => {
    const [near, far] = duplexPair();
    audience.set(far, { bytes: Buffer.alloc(0), before: 0, isGone: false });
    far.on('close', () => near.destroy());
    near.on('close', () => {
      writtenTo(far).isGone = true;
    });
    serveStream(far, behaviour, { messages: 0 });
    return near;
  };
  const mode = 'fan-out' as const;
  const isHonest = slices.every(({ deliveries }) => deliveries.every(isHonestDelivery));
  const timeoutMs = isHonest ? LONG_MS : TIMEOUT_MS;
  const scenario = { mode, message, connections: receivers, timeoutMs };
  using session = new WebSocketSession(target(1, scenario), ALONE, () => {}, connect);
  await session.open();
  const results: { good: number; isPerfect: boolean }[] = [];
  for (const { work, deliveries: next } of slices) {
    deliveries = next;
    const first = sent.length;
    for (const written of audience.values()) written.before = messagesIn(written.bytes).length;
    const slice = await session.slice(work);
    assertComplete(slice, work);
    const own = sent.slice(first).map((data) => spelled(data, message.binary));
    const heard = [...audience]
      .filter(([stream]) => stream !== sender)
      .map(([, { bytes, before, isGone }]) => ({ words: messagesIn(bytes).slice(before), isGone }));
    const all = heard.map(({ words }) => words);
    assertDelivered(slice, own, all);
    const isPerfect = slice.good === work;
    const left = heard.filter(({ isGone }) => !isGone).map(({ words }) => words);
    if (isPerfect) assertNothingElse(own, left, work);
    else assert.equal(isHonest, false, JSON.stringify(slice));
    results.push({ good: slice.good, isPerfect });
  }
  return results;
}

function isHonestDelivery(delivery: Delivery): boolean {
  return delivery.kind === 'deed' && HONEST.has(delivery.deed.kind);
}

/** Never more successes than there are receivers and messages of which one has reached the other whole. */
function assertDelivered(
  { good }: SessionSlice,
  own: readonly string[],
  heard: readonly (readonly string[])[],
): void {
  const reached = heard.map((words) => own.filter((word) => words.includes(word)).length);
  const most = reached.reduce((sum, count) => sum + count, 0);
  assert.ok(good <= most, `${good} successes of ${most} deliveries`);
}

/** A slice without a fault: until its last message, nobody heard anything but its messages in order. */
function assertNothingElse(
  own: readonly string[],
  heard: readonly (readonly string[])[],
  work: number,
): void {
  const listeners = heard.filter((words) => words.length > 0);
  assert.ok(listeners.length * own.length >= work);
  for (const words of listeners) assert.deepEqual(words.slice(0, own.length), own);
}

function deliver(
  delivery: Delivery,
  data: Buffer,
  opcode: number,
  earlier: Buffer | undefined,
): { deed: Deed; bytes: Buffer } {
  const whole = frame(data, { opcode });
  switch (delivery.kind) {
    case 'deed': {
      const { deed } = delivery;
      return { deed, bytes: answerTo(deed, data, opcode, earlier) };
    }
    case 'stranger': {
      const other = frame(Buffer.from(delivery.bytes), { opcode: delivery.binary ? 2 : 1 });
      return { deed: { kind: 'twice' }, bytes: Buffer.concat([other, whole]) };
    }
    case 'late': {
      const late = frame(earlier ?? '', { opcode });
      return { deed: { kind: 'twice' }, bytes: Buffer.concat([late, whole]) };
    }
  }
}

function spelled(data: Buffer, binary: boolean): string {
  return `${binary ? 2 : 1} ${data.toString('latin1')}`;
}

/** The whole messages at the beginning of these bytes, by a strict reading of RFC 6455, 5. */
function messagesIn(bytes: Buffer): string[] {
  const messages: string[] = [];
  let opcode = 0;
  let parts: Buffer[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const [first, second] = [bytes[at] as number, bytes[at + 1] as number];
    const sizeBytes = second === 127 ? 8 : second === 126 ? 2 : 0;
    const start = at + 2 + sizeBytes;
    // Reserved bits, or a mask, which a server has not.
    if ((first & 0x70) !== 0 || second >= 128 || start > bytes.length) break;
    const length =
      sizeBytes === 8
        ? Number(bytes.readBigUInt64BE(at + 2))
        : sizeBytes === 2
          ? bytes.readUInt16BE(at + 2)
          : second;
    const data = bytes.subarray(start, start + length);
    const [type, isLast] = [first & 15, first >= 128];
    if (data.length < length) break;
    at = start + length;
    if (type === 9 || type === 10) {
      if (isLast && length <= 125) continue;
      break;
    }
    const isContinued = type === 0 && opcode !== 0;
    const isNew = (type === 1 || type === 2) && opcode === 0;
    if (!isContinued && !isNew) break;
    if (isNew) opcode = type;
    parts.push(data);
    if (!isLast) continue;
    messages.push(spelled(Buffer.concat(parts), opcode === 2));
    opcode = 0;
    parts = [];
  }
  return messages;
}
