/** What a peer may do with a message, rightly or wrongly. */
import type { Duplex } from 'node:stream';
import { fc } from '../../support/properties.ts';
import { CLOSE, frame, PING } from './peer.ts';

/** What a peer does with one message. */
export type Deed =
  | { kind: 'echo' | 'twice' | 'earlier' | 'other type' | 'end' | 'reset' | 'silent' }
  | { kind: 'pieces'; size: number }
  | { kind: 'fragments'; at: number }
  | { kind: 'noise'; bytes: Uint8Array }
  | { kind: 'mutated'; at: number; change: number }
  | { kind: 'cut'; at: number }
  | { kind: 'inserted'; at: number; bytes: Uint8Array }
  | { kind: 'header'; opcode: number; fin: boolean; rsv: number; masked: boolean; length: number }
  | { kind: 'close'; code: number };

export const HONEST = new Set<Deed['kind']>(['echo', 'pieces', 'fragments']);

const kind = fc.constantFrom(
  ...(['echo', 'echo', 'twice', 'earlier', 'other type', 'end', 'reset'] as const),
);
export const honest: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('echo' as const) }),
  fc.record({ kind: fc.constant('pieces' as const), size: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ kind: fc.constant('fragments' as const), at: fc.nat(300) }),
);
const noise = fc.uint8Array({ minLength: 1, maxLength: 40 });
export const dishonest: fc.Arbitrary<Deed> = fc.oneof(
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
/** The bytes that the deed makes of a message. `earlier`: the message before it. */
export function answerTo(
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

/** Writes them; `ending`: and ends the connection behind what is not honest. */
export function perform(stream: Duplex, deed: Deed, bytes: Buffer, ending: boolean): void {
  if (stream.destroyed || stream.writableEnded) return;
  const size = deed.kind === 'pieces' ? deed.size : Math.max(1, bytes.length);
  for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size));
  if (deed.kind === 'reset') stream.destroy();
  else if (deed.kind === 'end') stream.end();
  else if (ending && !HONEST.has(deed.kind) && deed.kind !== 'twice') stream.end();
}
