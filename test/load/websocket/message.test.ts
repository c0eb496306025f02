import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FEWEST_FAN_OUT_BYTES } from '../../../src/config/experiment/scenario.ts';
import { Messages } from '../../../src/load/websocket/message.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { fc } from '../../support/properties.ts';

const shapes = fc.record({ bytes: fc.integer({ min: 1, max: 300 }), binary: fc.boolean() });
const connections = fc.nat(100_000);

describe('messages', () => {
  it('Messages have exactly the size asked for, and differ from the ones before', () => {
    fc.assert(
      fc.property(shapes, connections, (shape, connection) => {
        const messages = new Messages(shape, connection);
        const seen = new Set<string>();
        for (let i = 0; i < 60; i++) {
          const message = messages.next();
          assert.equal(message.length, shape.bytes);
          seen.add(message.toString('hex'));
        }
        assert.equal(seen.size, 60);
      }),
    );
  });

  it('Messages are plain ASCII as text, and no text as bytes', () => {
    const text = new Messages({ bytes: 200, binary: false }, 7).next();
    assert.match(text.toString('latin1'), /^[\w-]{200}$/);
    const bytes = new Messages({ bytes: 200, binary: true }, 7).next();
    assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  });

  it('Messages never come again, on no connection, when they are long enough', () => {
    const seen = new Set<string>();
    for (let connection = 0; connection < 100; connection++) {
      const messages = new Messages({ bytes: 10, binary: false }, connection * 41);
      for (let i = 0; i < 200; i++) seen.add(messages.next().toString('latin1'));
    }
    assert.equal(seen.size, 100 * 200);
    const short = new Messages({ bytes: FEWEST_FAN_OUT_BYTES, binary: true }, 0);
    const numbers = new Set(Array.from({ length: 10_000 }, () => short.next().toString('latin1')));
    assert.equal(numbers.size, 10_000);
  });

  it('Messages are known again, whole, and as the type that was sent', () => {
    fc.assert(
      fc.property(shapes, connections, (shape, connection) => {
        const messages = new Messages(shape, connection);
        for (let i = 0; i < 3; i++) {
          const came = Buffer.from(messages.next());
          assert.equal(messages.judge(came, shape.binary), null);
          assert.equal(messages.judge(came, !shape.binary)?.kind, 'body');
          assert.equal(messages.judge(came.subarray(1), shape.binary)?.kind, 'body');
          const longer = Buffer.concat([came, Buffer.from('x')]);
          assert.equal(messages.judge(longer, shape.binary)?.kind, 'body');
        }
      }),
    );
  });

  it('Messages are never taken for another after any change of a byte', () => {
    fc.assert(
      fc.property(
        shapes,
        connections,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (shape, connection, at, change) => {
          const messages = new Messages(shape, connection);
          const came = Buffer.from(messages.next());
          const index = at % came.length;
          came[index] = (came[index] as number) ^ change;
          assert.notEqual(messages.judge(came, shape.binary), null);
        },
      ),
    );
  });

  it('Messages tell an earlier message from a damaged one', () => {
    const messages = new Messages({ bytes: 32, binary: false }, 5);
    const earlier = Array.from({ length: 200 }, () => Buffer.from(messages.next()));
    const last = earlier.pop() as Buffer;
    for (const came of earlier) assert.equal(messages.judge(came, false)?.kind, 'protocol');
    const damaged = Buffer.from(last);
    damaged[31] = 0;
    const fault = messages.judge(damaged, false);
    assert.equal(fault?.kind, 'body');
    assert.match(
      unmarked(fault.message),
      /^expected "\S{32}" \(32 bytes, text\), got "\S{31}\\u0000" \(.*; byte 31 differs$/,
    );
    const other = new Messages({ bytes: 32, binary: false }, 6).next();
    assert.equal(messages.judge(other, false)?.kind, 'body');
  });
});
