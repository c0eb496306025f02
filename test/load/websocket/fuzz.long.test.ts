/** Whatever bytes come after a valid handshake: no crash, no hang, never more successes than echoes. */
import assert from 'node:assert/strict';
import { type Duplex, duplexPair } from 'node:stream';
import { describe, it } from 'node:test';
import { WebSocketSession } from '../../../src/load/websocket/session.ts';
import { fc } from '../../support/properties.ts';
import { answerTo, type Deed, dishonest, HONEST, honest, perform } from './deeds.ts';
import {
  ALONE,
  assertComplete,
  type Behaviour,
  type Frame,
  frame,
  serveStream,
  target,
} from './peer.ts';

const cases = fc.record({
  message: fc.record({ bytes: fc.integer({ min: 4, max: 200 }), binary: fc.boolean() }),
  connections: fc.integer({ min: 1, max: 2 }),
  deeds: fc.array(fc.oneof(honest, dishonest), { minLength: 1, maxLength: 3 }),
});

const hanging = cases.chain((one) => {
  const deed = fc.oneof(honest, dishonest, fc.constant<Deed>({ kind: 'silent' }));
  return fc
    .array(deed, { minLength: 1, maxLength: 6 })
    .map((deeds) => ({ ...one, deeds, message: { ...one.message, bytes: one.message.bytes + 2 } }));
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

describe('any bytes after the handshake', () => {
  it('Any bytes after the handshake end every slice with exact accounts, and flatter nobody', async () => {
    // 500 times 20 cases: those that wait do so together.
    const many = fc.array(cases, { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(many, async (batch) => {
        const played = await Promise.all(batch.map((one) => play(one)));
        for (const [index, { good, echoed }] of played.entries()) {
          const { deeds } = batch[index] as Case;
          assert.ok(good <= echoed, `${good} successes, ${echoed} echoes`);
          if (deeds.every(({ kind }) => HONEST.has(kind))) assert.equal(good, deeds.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('Any bytes after the handshake end by the timeout where they stop in the middle', async () => {
    const many = fc.array(hanging, { minLength: 40, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(many, async (batch) => {
        const played = await Promise.all(batch.map((one) => play(one, 15)));
        for (const { good, echoed } of played) assert.ok(good <= echoed, `${good} of ${echoed}`);
      }),
      // 600 cases, not 10,000 as above: each that hangs lasts as long as its timeout.
      { numRuns: 15 },
    );
  });
});

/**
 * One slice with as much work as there are deeds, one deed for each answer. With a timeout, the peer
 * leaves broken answers as they are; without, it ends the connection after each.
 */
async function play(
  { message, connections, deeds }: Case,
  timeoutMs?: number,
): Promise<{ good: number; echoed: number }> {
  const counter = { messages: 0 };
  const previous: Buffer[] = [];
  let echoed = 0;
  let answers = 0;
  const answer = (to: Duplex, { data, opcode }: Frame, earlier: Buffer | undefined) => {
    const deed = deeds[answers++ % deeds.length] as Deed;
    const bytes = answerTo(deed, data, opcode, earlier);
    // Also what is inserted can be what comes next anyway.
    const honest = frame(data, { opcode });
    if (HONEST.has(deed.kind) || honest.equals(bytes.subarray(0, honest.length))) echoed++;
    // In a turn of its own, as over a network.
    setImmediate(() => perform(to, deed, bytes, timeoutMs === undefined));
  };
  const behaviour: Behaviour = {
    onMessage(from, sent, index) {
      answer(from, sent, previous[index - 1]);
      previous[index] = sent.data;
    },
  };
  const connect = () => {
    const [near, far] = duplexPair();
    // As a socket whose peer has reset the connection.
    far.on('close', () => near.destroy());
    serveStream(far, behaviour, counter);
    return near;
  };
  const scenario = { message, connections, timeoutMs: timeoutMs ?? 5000 };
  using session = new WebSocketSession(target(1, scenario), ALONE, () => {}, connect);
  await session.open();
  const slice = await session.slice(deeds.length);
  assertComplete(slice, deeds.length);
  return { good: slice.good, echoed };
}
