import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exactInterval, meanOf, rateOf, wilsonInterval } from '../../src/self-test/rates.ts';
import { fc } from '../support/properties.ts';

function near(found: readonly number[], wanted: readonly number[], digits: number): void {
  assert.deepEqual(
    found.map((value) => Number(value.toFixed(digits))),
    wanted,
  );
}

describe('the exact interval of a share', () => {
  it('The exact interval of a share is that of R: binom.test(682, 925)', () => {
    near(exactInterval(682, 925), [0.7076683, 0.7654066], 7);
  });

  it("The exact interval of a share is that of Newcombe's table (Stat. Med. 17, 1998, table I, method 5)", () => {
    near(exactInterval(81, 263), [0.2527, 0.3676], 4);
    near(exactInterval(15, 148), [0.0578, 0.1617], 4);
    near(exactInterval(0, 20), [0, 0.1684], 4);
    near(exactInterval(1, 29), [0.0009, 0.1776], 4);
  });

  it('The exact interval of a share has closed forms where none or all did', () => {
    near(exactInterval(0, 10), [0, Number((1 - 0.025 ** 0.1).toFixed(9))], 9);
    near(exactInterval(10, 10), [Number((0.025 ** 0.1).toFixed(9)), 1], 9);
  });

  it('The exact interval of a share is everything when there was nothing', () => {
    assert.deepEqual(rateOf(0, 0), { count: 0, of: 0, share: null, interval: [0, 1] });
  });

  it('The exact interval of a share holds the share, mirrors, and narrows with more trials', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (of, x) => {
          const count = Math.round(x * of);
          const [low, high] = exactInterval(count, of);
          assert.ok(low <= count / of && count / of <= high);
          near(
            exactInterval(of - count, of),
            [1 - high, 1 - low].map((v) => Number(v.toFixed(9))),
            9,
          );
          const [more, most] = exactInterval(4 * count, 4 * of);
          assert.ok(most - more < high - low);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("Wilson's interval", () => {
  it("Wilson's interval is that of Newcombe's table (method 3)", () => {
    near(wilsonInterval(81 / 263, 263), [0.2553, 0.3662], 4);
    near(wilsonInterval(15 / 148, 148), [0.0624, 0.1605], 4);
    near(wilsonInterval(0, 20), [0, 0.1611], 4);
    near(wilsonInterval(1 / 29, 29), [0.0061, 0.1718], 4);
  });

  it("Wilson's interval takes a number of trials that is not whole", () => {
    const [low, high] = wilsonInterval(0.5, 7.5);
    const [wideLow, wideHigh] = wilsonInterval(0.5, 7);
    assert.ok(wideLow < low && high < wideHigh);
  });
});

describe('the interval of a mean', () => {
  it('The interval of a mean is that of R: t.test(sleep$extra[sleep$group == 1])', () => {
    const { mean, interval } = meanOf([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]);
    assert.equal(Number(mean.toFixed(9)), 0.75);
    near(interval ?? [], [-0.5297804, 2.0297804], 7);
  });

  it('The interval of a mean is none of a single value, and a point of equal ones', () => {
    assert.deepEqual(meanOf([3]), { mean: 3, interval: null });
    assert.deepEqual(meanOf([3, 3]), { mean: 3, interval: [3, 3] });
    assert.throws(() => meanOf([]), RangeError);
  });
});
