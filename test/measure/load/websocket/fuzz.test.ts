/** Whatever bytes come after a valid handshake: no crash, no hang, never more successes than echoes. */
import assert from 'node:assert/strict';
import { type Duplex, duplexPair } from 'node:stream';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { WebSocketSession } from '../../../../src/measure/load/websocket/session.ts';
import {
  ALONE,
  assertComplete,
  type Behaviour,
  CLOSE,
  type Frame,
  frame,
  PING,
  serveStream,
  target,
} from './peer.ts';

/** What a peer does with one message. */
type Deed =
  | { kind: 'echo' | 'twice' | 'earlier' | 'other type' | 'end' | 'reset' | 'silent' }
  | { kind: 'pieces'; size: number }
  | { kind: 'fragments'; at: number }
  | { kind: 'noise'; bytes: Uint8Array }
  | { kind: 'mutated'; at: number; change: number }
  | { kind: 'cut'; at: number }
  | { kind: 'inserted'; at: number; bytes: Uint8Array }
  | { kind: 'header'; opcode: number; fin: boolean; rsv: number; masked: boolean; length: number }
  | { kind: 'close'; code: number };

const HONEST = new Set<Deed['kind']>(['echo', 'pieces', 'fragments']);

const kind = fc.constantFrom(
  ...(['echo', 'echo', 'twice', 'earlier', 'other type', 'end', 'reset'] as const),
);
const honest: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('echo' as const) }),
  fc.record({ kind: fc.constant('pieces' as const), size: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ kind: fc.constant('fragments' as const), at: fc.nat(300) }),
);
const noise = fc.uint8Array({ minLength: 1, maxLength: 40 });
const dishonest: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind }),
  fc.record({ kind: fc.constant('noise' as const), bytes: noise }),
  fc.record({
    kind: fc.constant('mutated' as const),
    // Half of them in the header.
    at: fc.oneof(fc.nat(5), fc.nat(300)),
    change: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(300) }),
  fc.record({ kind: fc.constant('inserted' as const), at: fc.nat(300), bytes: noise }),
  fc.record({
    kind: fc.constant('header' as const),
    opcode: fc.nat(15),
    fin: fc.boolean(),
    rsv: fc.constantFrom(0, 0, 1, 2, 4, 7),
    masked: fc.boolean(),
    length: fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536, 2 ** 30, 2 ** 53, 2 ** 62),
  }),
  fc.record({ kind: fc.constant('close' as const), code: fc.nat(65_535) }),
);
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
  it('end every slice with exact accounts, and flatter nobody', async () => {
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

  for (const mode of ['echo', 'fan-out'] as const) {
    it(`end by the timeout where they stop in the middle, in ${mode} too`, async () => {
      const many = fc.array(hanging, { minLength: 40, maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(many, async (batch) => {
          const played = await Promise.all(batch.map((one) => play(one, { mode, timeoutMs: 15 })));
          for (const { good, echoed } of played) assert.ok(good <= echoed, `${good} of ${echoed}`);
        }),
        // 600 cases, not 10,000 as above: each that hangs lasts as long as its timeout.
        { numRuns: 15 },
      );
    });
  }
});

interface Play {
  mode?: 'echo' | 'fan-out';
  /** With one, the peer leaves broken answers as they are; without, it ends the connection after each. */
  timeoutMs?: number;
}

/** One slice with as much work as there are deeds, one deed for each answer. */
async function play(
  { message, connections, deeds }: Case,
  { mode = 'echo', timeoutMs }: Play = {},
): Promise<{ good: number; echoed: number }> {
  const counter = { messages: 0 };
  const audience = new Set<Duplex>();
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
    onOpen: (stream) => audience.add(stream),
    onMessage(from, sent, index) {
      const others = [...audience].filter((one) => one !== from && !one.destroyed);
      for (const to of mode === 'echo' ? [from] : others) answer(to, sent, previous[index - 1]);
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
  const scenario = { mode, message, connections, timeoutMs: timeoutMs ?? 5000 };
  using session = new WebSocketSession(target(1, scenario), ALONE, () => {}, connect);
  await session.open();
  const slice = await session.slice(deeds.length);
  assertComplete(slice, deeds.length);
  return { good: slice.good, echoed };
}

function answerTo(
  deed: Deed,
  data: Buffer,
  opcode: number,
  earlier: Buffer = Buffer.from('none'),
): Buffer {
  const whole = frame(data, { opcode });
  switch (deed.kind) {
    case 'twice':
      return Buffer.concat([whole, whole]);
    case 'earlier':
      return frame(earlier, { opcode });
    case 'other type':
      return frame(data, { opcode: 3 - opcode });
    case 'fragments': {
      const at = deed.at % (data.length + 1);
      const parts = [
        frame(data.subarray(0, at), { opcode, fin: false }),
        frame('', { opcode: PING }),
      ];
      return Buffer.concat([...parts, frame(data.subarray(at), { opcode: 0 })]);
    }
    case 'noise':
      return Buffer.from(deed.bytes);
    case 'mutated': {
      const at = deed.at % whole.length;
      whole[at] = (whole[at] as number) ^ deed.change;
      return whole;
    }
    case 'cut':
      return whole.subarray(0, deed.at % whole.length);
    case 'inserted': {
      const at = 1 + (deed.at % (whole.length - 1));
      return Buffer.concat([whole.subarray(0, at), deed.bytes, whole.subarray(at)]);
    }
    case 'header':
      return frame(data, deed);
    case 'close':
      return frame(Buffer.from([deed.code >> 8, deed.code & 255]), { opcode: CLOSE });
    case 'end':
    case 'reset':
    case 'silent':
      return Buffer.alloc(0);
    default:
      return whole;
  }
}

function perform(stream: Duplex, deed: Deed, bytes: Buffer, ending: boolean): void {
  if (stream.destroyed || stream.writableEnded) return;
  const size = deed.kind === 'pieces' ? deed.size : Math.max(1, bytes.length);
  for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size));
  if (deed.kind === 'reset') stream.destroy();
  else if (deed.kind === 'end') stream.end();
  else if (ending && !HONEST.has(deed.kind) && deed.kind !== 'twice') stream.end();
}
