import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { JsonCursor, MORE, UNSURE } from '../../../src/attempts/in-pieces/json-cursor.ts';
import { readerOf } from '../../../src/attempts/in-pieces/schema-reader.ts';
import { Measurement, SubjectMeasurement } from '../../../src/measure/observed/measurement.ts';
import { toJson } from '../../../src/system/results/results.ts';
import { repeat } from '../../support/block.ts';
import { fuzzCases } from '../../support/fuzz.ts';
import { measurementOf } from '../../support/measurement.ts';
import { fc } from '../../support/properties.ts';
import { mutated } from '../fuzz/mutations.ts';

/** What the reader makes of the text, or `UNSURE`. A full stop ends a number that stands alone, as a bracket does in a file. */
function read(schema: z.ZodType, text: string | Uint8Array): unknown {
  const cursor = new JsonCursor();
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  cursor.bytes = Buffer.concat([bytes, Buffer.from(']')]);
  try {
    const value = readerOf(schema)(cursor);
    return cursor.peek() === 0x5d && cursor.at >= bytes.length ? value : UNSURE;
  } catch (error) {
    if (error === UNSURE || error === MORE) return UNSURE;
    throw error;
  }
}

/** What `JSON.parse` and the schema make of it, or `UNSURE` where they refuse it. */
function wanted(schema: z.ZodType, text: string): unknown {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return UNSURE;
  }
}

/** Values and the order of keys. */
function assertSame(found: unknown, expected: unknown, what: string): void {
  assert.deepEqual(found, expected, what);
  assert.equal(JSON.stringify(found), JSON.stringify(expected), what);
}

const subject = measurementOf({
  subjects: [{ blocks: repeat({ throughput: 0.02, cpu: 0.01 }, 3) }],
}).subjects[0];

describe('the reader of a schema', () => {
  it('It reads a whole measurement, in either spelling, as JSON.parse and the schema do', () => {
    const measurement = measurementOf({ subjects: [{ blocks: repeat({ cpu: 0.01 }, 6) }] });
    for (const text of [JSON.stringify(measurement), toJson(measurement)]) {
      assertSame(read(Measurement, text), wanted(Measurement, text), text.slice(0, 80));
    }
  });

  it('It reads every number exactly as JSON.parse does, and nothing else as a number', () => {
    const plain = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.maxSafeInteger().map(String),
      fc.stringMatching(/^-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?$/),
      fc.stringMatching(/^[-+.0-9eE]{0,8}$/),
    );
    fc.assert(
      fc.property(plain, (text) => {
        const found = read(z.number(), text);
        const expected = wanted(z.number(), text);
        assert.ok(Object.is(found, expected), `${text}: ${String(found)}, ${String(expected)}`);
        assertSame(
          read(z.array(z.number()), `[${text},${text}]`),
          wanted(z.array(z.number()), `[${text},${text}]`),
          text,
        );
      }),
      { numRuns: fuzzCases(20_000) },
    );
  });

  it('It takes no list of numbers for whole that goes on behind the window, wherever that ends', () => {
    const text = '[12,3.5,-4,123456789,1234567890123,6e2, 7 ,0]';
    const readList = readerOf(z.array(z.number()));
    for (let length = 0; length <= text.length; length++) {
      const cursor = new JsonCursor();
      cursor.bytes = Buffer.from(text.slice(0, length));
      if (length === text.length) assert.deepEqual(readList(cursor), JSON.parse(text));
      else
        assert.throws(
          () => readList(cursor),
          (error) => error === MORE,
          text.slice(0, length),
        );
    }
  });

  it('It reads every string as JSON.parse does, or leaves it to JSON.parse', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (any, plain) => {
        for (const text of [JSON.stringify(any), JSON.stringify(plain), `"${plain}"`, `"${any}"`]) {
          const found = read(z.string(), text);
          if (found !== UNSURE) assert.equal(found, wanted(z.string(), text), text);
        }
        assert.equal(read(z.string(), JSON.stringify(plain)), plain);
      }),
      { numRuns: fuzzCases(20_000) },
    );
  });

  it('It accepts no damaged subject that the schema refuses, and reads the others alike', () => {
    const source = JSON.stringify(subject);
    let read1 = 0;
    for (let seed = 1; seed <= fuzzCases(20_000); seed++) {
      const { text, what } = mutated(source, seed);
      const found = read(SubjectMeasurement, text);
      if (found === UNSURE) continue;
      read1++;
      assertSame(found, wanted(SubjectMeasurement, text), `${seed}: ${what}`);
    }
    assert.ok(read1 > 0);
  });

  it('It gives the keys in the order of the schema, whatever order the file has them in', () => {
    const schema = z.strictObject({ a: z.int(), b: z.string().optional(), c: z.array(z.int()) });
    for (const text of [
      '{"c":[1],"a":2}',
      '{"c":[1],"b":"x","a":2}',
      '{"a":2,"c":[1]}',
      '{"b":"x","a":2,"c":[]}',
    ]) {
      assertSame(read(schema, text), wanted(schema, text), text);
    }
  });

  it('It is not sure of a key that stands twice, is unknown or is missing', () => {
    const schema = z.strictObject({ a: z.int(), b: z.int().optional() });
    const strange = [
      '{"a":1,"a":1}',
      '{"a":1,"x":1}',
      '{"b":1}',
      '{}',
      '{"a":1,}',
      '{"a":1',
      '[]',
      '{"a":1}}',
    ];
    for (const text of [...strange, '{"a":1,"__proto__":{}}', '{"\\u0061":1}']) {
      assert.equal(read(schema, text), UNSURE, text);
    }
    assert.deepEqual(read(schema, ' {\n"a" : 1 }\t'), { a: 1 });
  });

  it('It holds numbers to the bounds of their schema, at the bounds too', () => {
    const bounds = [
      z.int().nonnegative(),
      z.number().positive(),
      z.number().lt(1),
      z.int().min(1).max(3),
      z.number().nonnegative().lt(1),
    ];
    for (const schema of bounds) {
      for (const value of [-1, 0, 1e-9, 0.5, 1, 2, 3, 3.5, 4, 2 ** 53]) {
        const text = JSON.stringify(value);
        assert.equal(read(schema, text), wanted(schema, text), text);
        const list = z.array(schema).min(1);
        assertSame(read(list, `[${text}]`), wanted(list, `[${text}]`), text);
        assert.equal(read(list, '[]'), UNSURE);
      }
    }
  });

  it('What it does not know it leaves to zod, with its bounds and its values that are filled in', () => {
    const schema = z.strictObject({
      kind: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('x'), n: z.int() })]),
      filled: z.strictObject({ ms: z.number().default(5) }),
      text: z.string().min(2),
      words: z.record(z.string(), z.string()),
    });
    const sound =
      '{"kind":{"kind":"x","n":1},"filled":{},"text":"ab","words":{"a":"}","b":"\\"]"}}';
    assertSame(read(schema, sound), wanted(schema, sound), sound);
    for (const [from, to] of [
      ['"n":1', '"n":1.5'],
      ['"ab"', '"a"'],
      ['"b":', '"a":'],
    ] as const) {
      assert.equal(read(schema, sound.replace(from, to)), UNSURE, to);
    }
  });

  it('It is not sure of bytes that are no UTF-8, or are zero', () => {
    for (const bytes of [[0x22, 0xff, 0x22], [0x22, 0, 0x22], [0x22, 0xc3, 0x22], [0]]) {
      assert.equal(read(z.string(), Uint8Array.from(bytes)), UNSURE);
    }
    assert.equal(read(z.string(), '"für"'), 'für');
  });
});
