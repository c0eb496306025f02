import assert from 'node:assert/strict';
import { it } from 'node:test';
import { lineSplitter } from '../../../src/system/output/lines.ts';
import { fc } from '../../support/properties.ts';

function split(chunks: Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = lineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.write(chunk);
  splitter.flush();
  return lines;
}

it('Lines do not depend on how the bytes were cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 5 }), (text, size) => {
      const bytes = Buffer.from(text);
      const chunks = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      assert.deepEqual(split(chunks), split([bytes]));
    }),
  );
});

it('Line ends of every kind, an empty line, an unfinished line, a progress bar', () => {
  assert.deepEqual(split([Buffer.from('a\r\nb\n\n10 %\r50 %\r100 %\nü')]), [
    'a',
    'b',
    '',
    '100 %',
    'ü',
  ]);
});

it('An endless line is cut', () => {
  const lines = split(Array.from({ length: 100 }, () => Buffer.alloc(1000, 'x')));
  assert.equal(lines.join('').length, 100_000);
  assert.ok(lines.length > 1 && lines.every((line) => line.length <= 16_384));
});
