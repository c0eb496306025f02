import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as z from 'zod';
import { check } from '../../../src/config/check/check.ts';
import { nearest } from '../../../src/config/mistakes/nearest.ts';
import { parseSize, sizeMeant } from '../../../src/config/values/byte-size.ts';
import { parseDuration } from '../../../src/config/values/duration.ts';
import { parsePercentage } from '../../../src/config/values/percentage.ts';
import { duration, percentage, size } from '../../../src/config/values/quantities.ts';
import { fc } from '../../support/properties.ts';

const UNITS: [string, number][] = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

test('A duration is the sum of its parts, in any selection of units', () => {
  const part = fc.option(fc.nat(999), { freq: 2 });
  fc.assert(
    fc.property(fc.tuple(part, part, part, part), (amounts) => {
      const text = amounts.map((n, i) => (n === null ? '' : `${n}${UNITS[i]?.[0]}`)).join('');
      const sum = amounts.reduce<number>((ms, n, i) => ms + (n ?? 0) * (UNITS[i]?.[1] ?? 0), 0);
      assert.equal(parseDuration(text), text === '' ? null : sum);
    }),
  );
});

test('A decimal fraction of a unit counts, down to the millisecond', () => {
  fc.assert(
    fc.property(fc.nat(3_600_000), (ms) => {
      assert.equal(parseDuration(`${(ms / 1000).toFixed(3)}s`), ms);
    }),
  );
  assert.equal(parseDuration('1.5h'), 5_400_000);
});

test('What is not a duration is none', () => {
  for (const text of [
    '',
    '5',
    's',
    '-5s',
    '5 s',
    '1s1m',
    '5s5s',
    '0.5ms',
    '1e3s',
    '5S',
    '1d',
    '.5s',
  ]) {
    assert.equal(parseDuration(text), null, text);
  }
});

test('What is proposed in place of a bare number would be taken', () => {
  const hintFor = (schema: z.ZodType, found: unknown) => check(schema, found).mistakes[0]?.hint;
  const timeout = duration('10ms', '10m');
  for (const [schema, found, hint] of [
    [timeout, 5, 'a duration needs its unit: write 5s'],
    [timeout, '500', 'a duration needs its unit: write 500s or 500ms'],
    [timeout, 5000, 'a duration needs its unit: write 5000ms'],
    [timeout, 5_000_000, 'a duration needs its unit'],
    [percentage('50%'), 5, /write 5%$/],
    [percentage('50%'), 95, undefined],
    [size('1KiB'), 512, 'a size needs its unit: write 512B'],
    [size('1KiB'), 4096, 'a size needs its unit'],
    [size('1KiB'), '1k', 'write 1KiB'],
    [size('1KiB'), '1M', undefined],
  ] as const) {
    const told = hintFor(schema, found);
    if (hint instanceof RegExp) assert.match(told ?? '', hint);
    else assert.equal(told, hint, String(found));
  }
});

test('A percentage and its fraction are the same, and the double nearest to it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9999 }), (hundredths) => {
      const fraction = hundredths / 10_000;
      const percent = (hundredths / 100).toFixed(2);
      assert.ok(Math.abs((parsePercentage(`${percent}%`) as number) - fraction) < 1e-15);
      assert.equal(parsePercentage(fraction), fraction);
      assert.equal(parsePercentage(fraction.toFixed(4)), fraction);
    }),
  );
  assert.equal(parsePercentage('7%'), 0.07);
  assert.equal(parsePercentage('5 %'), 0.05);
  assert.equal(parsePercentage('150%'), 1.5);
});

test('A number without the sign counts only as a fraction', () => {
  for (const found of [
    5,
    1,
    0,
    -0.1,
    1.5,
    '5',
    '1',
    '1.5',
    '-5%',
    '5%%',
    'five',
    null,
    Number.NaN,
  ]) {
    assert.equal(parsePercentage(found), null, String(found));
  }
});

test('A size is its number of 1,024s', () => {
  const units: [string, number][] = [
    ['B', 1],
    ['KiB', 1024],
    ['MiB', 1024 ** 2],
    ['GiB', 1024 ** 3],
  ];
  fc.assert(
    fc.property(
      fc.nat(9999),
      fc.constantFrom(...units),
      fc.boolean(),
      (count, [unit, bytes], isSpaced) => {
        assert.equal(parseSize(`${count}${isSpaced ? ' ' : ''}${unit}`), count * bytes);
      },
    ),
  );
  assert.equal(parseSize('1.5KiB'), 1536);
  assert.equal(parseSize('0.1KiB'), 102);
});

test('What is not a size is none, and its unit is mended where it is clear', () => {
  for (const text of ['', '5', 'KiB', '-1B', '1 KB', '1kib', '1e3B', '1TiB', '5%', '1KiB ']) {
    assert.equal(parseSize(text), null, text);
  }
  assert.deepEqual(
    ['64k', '64 KB', '64kib', '1m', '1MB', '2g', '500b', '500', '5%', '1KiB2'].map(sizeMeant),
    ['64KiB', '64KiB', '64KiB', '1MiB', '1MiB', '2GiB', '500B', '500B', null, null],
  );
});

test('The nearest spelling looks past capitals and dashes, and keeps quiet about the far', () => {
  const keys = ['workdir', 'start', 'ready', 'false-alarm-rate'];
  assert.equal(nearest('redy', keys), 'ready');
  assert.equal(nearest('work_dir', keys), 'workdir');
  assert.equal(nearest('falseAlarmRate', keys), 'false-alarm-rate');
  assert.equal(nearest('command', keys), null);
  assert.equal(nearest('x', []), null);
});
