import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatChange,
  formatChangeWithInterval,
  formatClock,
  formatDuration,
  formatInterval,
  formatProbability,
  formatRoughDuration,
  formatSetting,
  formatSize,
  plural,
} from '../../src/report/format.ts';
import { commonScale, formatQuantity, formatRate, formatValues } from '../../src/report/values.ts';

test('rates have thousands separators and at most four digits', () => {
  assert.equal(formatRate(41_234.56), '41,230 req/s');
  assert.equal(formatRate(1_234.56), '1,235 req/s');
  assert.equal(formatRate(12.3456), '12.35 req/s');
  assert.equal(formatRate(0), '0 req/s');
});

test('values of a row share unit and decimals', () => {
  assert.deepEqual(formatValues('s', [950e-9, 1.2e-6]), ['950.0 ns', '1,200.0 ns']);
  assert.deepEqual(formatValues('s', [21.07e-6, 100.5e-6]), ['21.07 µs', '100.50 µs']);
  assert.deepEqual(formatValues('B', [48.2 * 1024 ** 2, null]), ['48.20 MiB', '–']);
  assert.deepEqual(formatValues('s', [1e-6, 2e-6]), ['1.000 µs', '2.000 µs']);
});

test('values too far apart for one unit get one each', () => {
  assert.equal(commonScale('s', [3e-9, 7200]), null);
  assert.deepEqual(formatValues('s', [3e-9, 7200]), ['3.000 ns', '7,200 s']);
  assert.deepEqual(formatValues('req/s', [0.004, 1e11]), ['0.004 req/s', '100,000,000,000 req/s']);
});

test('a single quantity has no trailing zeros', () => {
  assert.equal(formatQuantity('B', 16 * 1024 ** 3), '16 GiB');
  assert.equal(formatQuantity('s', 0.001), '1 ms');
  assert.equal(formatQuantity('s', 0.0125), '12.5 ms');
});

test('changes are signed with a true minus, and zero has no sign', () => {
  assert.equal(formatChange(-0.0812), '−8.1%');
  assert.equal(formatChange(0.05), '+5.0%');
  assert.equal(formatChange(-0.00001), '0.0%');
  assert.equal(formatChange(12.5), '+1,250%');
  assert.equal(formatChange(1e9), '>+10,000%');
  assert.equal(formatChange(null), '–');
  assert.equal(formatInterval([-0.09, -0.072]), '[−9.0%, −7.2%]');
  assert.equal(formatChangeWithInterval(-0.081, [-0.09, -0.072]), '−8.1% [−9.0%, −7.2%]');
  assert.equal(formatChangeWithInterval(0.6, [-0.2, 1.4]), '+60% [−20%, +140%]');
  assert.equal(formatChangeWithInterval(0.1, null), '+10.0%');
  assert.equal(formatChangeWithInterval(null, [-1, 1]), '–');
});

test('sizes and settings are unsigned', () => {
  assert.equal(formatSize(0.0238), '2.4%');
  assert.equal(formatSize(-0.0238), '2.4%');
  assert.equal(formatSetting(0.05), '5%');
  assert.equal(formatSetting(0.025), '2.5%');
});

test('durations read as people say them', () => {
  assert.equal(formatDuration(0), '0 ms');
  assert.equal(formatDuration(850), '850 ms');
  assert.equal(formatDuration(12_400), '12.4 s');
  assert.equal(formatDuration(59_960), '1 min');
  assert.equal(formatDuration(90_000), '1 min 30 s');
  assert.equal(formatDuration(3_900_000), '1 h 5 min');
  assert.equal(formatRoughDuration(31_000), '40 s');
  assert.equal(formatRoughDuration(327_000), '6 min');
  assert.equal(formatRoughDuration(9_000_000), '3 h');
  assert.equal(formatClock(42_999), '0:42');
  assert.equal(formatClock(3_725_000), '1:02:05');
  assert.equal(formatClock(-5), '0:00');
});

test('probabilities have two digits', () => {
  assert.equal(formatProbability(0.00002), '<0.0001');
  assert.equal(formatProbability(0.0123), '0.012');
  assert.equal(formatProbability(1), '1');
  assert.equal(formatProbability(null), '–');
});

test('plural', () => {
  assert.equal(plural(1, 'row'), '1 row');
  assert.equal(plural(1200, 'row'), '1,200 rows');
});

test('any finite values come out readable, and within a thousandth of themselves', () => {
  const factors = { ns: 1e-9, µs: 1e-6, ms: 1e-3, s: 1 } as Record<string, number>;
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1e-9, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 4 }),
      (values) => {
        formatValues('s', values).forEach((text, index) => {
          const [digits = '', unit = ''] = text.split(' ');
          const read = Number(digits.replaceAll(',', '')) * (factors[unit] as number);
          const value = values[index] as number;
          assert.ok(Math.abs(read / value - 1) <= 1e-3, `${value} became ${text}`);
        });
      },
    ),
  );
});
