import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  commonScale,
  formatDifferences,
  formatQuantity,
  formatRate,
  formatValue,
  formatValues,
} from '../../../src/report/wording/values.ts';
import { fc } from '../../support/properties.ts';

test('Rates have thousands separators and at most four digits', () => {
  assert.equal(formatRate(41_234.56), '41,230 req/s');
  assert.equal(formatRate(1_234.56), '1,235 req/s');
  assert.equal(formatRate(12.3456), '12.35 req/s');
  assert.equal(formatRate(0), '0 req/s');
});

test('Values of a row share unit and decimals', () => {
  assert.deepEqual(formatValues('s', [950e-9, 1.2e-6]), ['950.0 ns', '1,200.0 ns']);
  assert.deepEqual(formatValues('s', [21.07e-6, 100.5e-6]), ['21.07 µs', '100.50 µs']);
  assert.deepEqual(formatValues('B', [48.2 * 1024 ** 2, null]), ['48.20 MiB', '–']);
  assert.deepEqual(formatValues('s', [1e-6, 2e-6]), ['1.000 µs', '2.000 µs']);
});

test('Values too far apart for one unit get one each', () => {
  assert.equal(commonScale('s', [3e-9, 7200]), null);
  assert.deepEqual(formatValues('s', [3e-9, 7200]), ['3.000 ns', '7,200 s']);
  assert.deepEqual(formatValues('req/s', [0.004, 1e11]), ['0.004 req/s', '100,000,000,000 req/s']);
});

test('A single quantity has no trailing zeros', () => {
  assert.equal(formatQuantity('B', 16 * 1024 ** 3), '16 GiB');
  assert.equal(formatQuantity('s', 0.001), '1 ms');
  assert.equal(formatQuantity('s', 0.0125), '12.5 ms');
});

test('Latencies have three digits and the unit that suits them', () => {
  assert.deepEqual(formatValues('s', [0.00231, 0.00312], null, 3), ['2.31 ms', '3.12 ms']);
  assert.equal(formatValue('s', 240e-6), '240 µs');
  assert.equal(formatValue('s', 0.0524), '52.4 ms');
});

test('Growth is counted by the thousand, and may be about nothing, or negative', () => {
  assert.deepEqual(formatValues('B/1k', [310, 12_700]), ['0.3 KiB/1,000', '12.4 KiB/1,000']);
  assert.deepEqual(formatValues('B/1k', [0, 0]), ['0 B/1,000', '0 B/1,000']);
  assert.deepEqual(formatValues('B/1k', [-2200, 9100]), ['−2.15 KiB/1,000', '8.89 KiB/1,000']);
  assert.equal(formatQuantity('B/1k', 100 * 1024), '100 KiB/1,000');
  assert.deepEqual(formatDifferences('B/1k', [12_700, -300, 0]), {
    texts: ['+12.4', '−0.3', '0.0'],
    label: 'KiB/1,000',
  });
});

test('Shares have two decimals, and more where two would hide that there is something', () => {
  assert.deepEqual(formatValues('share', [0, 0.001]), ['0.00%', '0.10%']);
  assert.deepEqual(formatValues('share', [0, 0.00012]), ['0.000%', '0.012%']);
  assert.deepEqual(formatValues('share', [null, 1]), ['–', '100.00%']);
  assert.equal(formatValue('share', 0.00001), '0.001%');
  assert.equal(formatQuantity('share', 0.001), '0.1%');
  assert.equal(formatQuantity('share', 0), '0%');
});

test('One dropped connection in 100,000 is never shown as none', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), (dropped) => {
      assert.match(formatValue('share', dropped / 100_000), /[1-9]/);
    }),
  );
});

test('Any finite values come out readable, and within a thousandth of themselves', () => {
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
