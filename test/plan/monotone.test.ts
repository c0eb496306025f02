import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { medianSlope, monotone } from '../../src/plan/monotone.ts';
import { normals } from '../support/measurement.ts';
import { fc } from '../support/properties.ts';

const near = (value: number, wanted: number, within: number) =>
  assert.ok(Math.abs(value - wanted) <= within, `${value} is not ${wanted}`);

describe("Mann's test against trend", () => {
  it("Mann's test against trend is that of the formula: five pairs of six rise", () => {
    // S = 4; variance 4 · 3 · 13 / 18; z = 3 / 2.944.
    const { tau, p } = monotone([10, 15, 14, 20]);
    near(tau, 4 / 6, 1e-12);
    near(p, 0.30818, 1e-5);
  });

  it("Mann's test against trend of values in order has a τ of one, and counts equal ones for neither side", () => {
    assert.equal(monotone([1, 2, 3, 4, 5, 6, 7, 8]).tau, 1);
    assert.equal(monotone([8, 7, 6, 5, 4, 3, 2, 1]).tau, -1);
    assert.deepEqual(monotone([5, 5, 5, 5]), { tau: 0, p: 1 });
  });

  it("Mann's test against trend heeds the order alone, and turns with it", () => {
    const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(values, (list) => {
        const own = monotone(list);
        assert.deepEqual(monotone(list.map((v) => 2 ** v + v)), own);
        assert.deepEqual(monotone(list.toReversed()), { tau: 0 - own.tau, p: own.p });
      }),
    );
  });

  it("Mann's test against trend rejects as often as it says where there is no trend", () => {
    const draw = normals(5);
    let rejected = 0;
    for (let i = 0; i < 4000; i++) {
      if (monotone(Array.from({ length: 16 }, draw)).p < 0.05) rejected++;
    }
    // 200 expected, standard deviation 14; the discrete statistic stays a little below.
    assert.ok(rejected > 140 && rejected < 245, `${rejected} of 4000`);
  });
});

describe('the median slope', () => {
  it('The median slope is that of the line, however far a few values are off it', () => {
    const times = Array.from({ length: 20 }, (_, i) => i * i + 1);
    const values = times.map((t) => 3 - 0.25 * t);
    near(medianSlope(times, values), -0.25, 1e-12);
    for (const i of [0, 7, 12]) values[i] = 1e6;
    near(medianSlope(times, values), -0.25, 1e-12);
  });
});
