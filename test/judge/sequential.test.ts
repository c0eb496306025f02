import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import fc from 'fast-check';
import { criticalValues, nominalLevels, spent } from '../../src/judge/sequential.ts';
import { sequentialP } from '../../src/judge/sequential-p.ts';
import { looksFor } from '../../src/plan/looks.ts';
import { normals } from '../support/measurement.ts';

const LOOKS = [6, 10, 14, 20];
const alphas = fc.double({ min: 1e-5, max: 0.2, noNaN: true });
const budgets = fc.integer({ min: 6, max: 60 });

describe('group-sequential bounds', () => {
  // The table of DESIGN.md, section 4.
  for (const [alpha, expected] of [
    [0.05, [4.14, 2.82, 2.32, 1.86]],
    [0.01, [6.03, 3.86, 3.22, 2.7]],
    [0.01 / 3, [7.67, 4.63, 3.81, 3.22]],
    [0.01 / 6, [8.89, 5.14, 4.2, 3.54]],
  ] as const) {
    it(`gives the design's critical values for alpha ${alpha.toFixed(5)}`, () => {
      const found = criticalValues(alpha, LOOKS);
      for (const [k, t] of expected.entries()) {
        // Half a unit of the second decimal, and a little for 3.865, printed as 3.86.
        assert.ok(Math.abs((found[k] as number) - t) < 0.0056, `look ${k}: ${found[k]}, not ${t}`);
      }
    });
  }

  it('gives the nominal levels of the research for alpha .01', () => {
    const levels = nominalLevels(0.01, LOOKS);
    for (const [k, level] of [0.0009, 0.00191, 0.00338, 0.00716].entries()) {
      assert.ok(Math.abs((levels[k] as number) - level) < 0.000005, `${levels[k]}`);
    }
  });

  it('is a plain t test when there is one look', () => {
    for (const looks of [[6], [20], [60]]) {
      const df = (looks[0] as number) - 1;
      assert.ok(Math.abs((criticalValues(0.01, looks)[0] as number) - tQuantile(0.99, df)) < 1e-9);
    }
    assert.ok(Math.abs((criticalValues(0.01, [6])[0] as number) - 3.365) < 0.001);
  });

  it('spends alpha times the square of the fraction, at any budget', () => {
    // Brownian motion observed at the looks: what crosses must be what may be spent.
    for (const blocks of [7, 10, 12, 60]) {
      const looks = looksFor(blocks);
      const alpha = 0.1;
      const bounds = nominalLevels(alpha, looks).map((p) => tQuantile(1 - p, 1e9));
      const z = normals(blocks);
      const paths = 60_000;
      const crossed = looks.map(() => 0);
      for (let path = 0; path < paths; path++) {
        let sum = 0;
        let at = 0;
        for (const [k, look] of looks.entries()) {
          sum += Math.sqrt(look - at) * z();
          at = look;
          if (sum / Math.sqrt(look) > (bounds[k] as number)) {
            crossed[k] = (crossed[k] as number) + 1;
            break;
          }
        }
      }
      let total = 0;
      for (const [k, look] of looks.entries()) {
        total += (crossed[k] as number) / paths;
        const may = spent(alpha, look / blocks);
        // Five standard errors.
        assert.ok(
          Math.abs(total - may) < 5 * Math.sqrt(may / paths),
          `${blocks}, look ${k}: ${total} of ${may}`,
        );
      }
    }
  });

  it('never asks for less when less may be spent, and never spends more than alpha at a look', () => {
    fc.assert(
      fc.property(alphas, alphas, budgets, (a, b, blocks) => {
        const looks = looksFor(blocks);
        const [strict, lax] = [Math.min(a, b), Math.max(a, b)];
        const [s, l] = [nominalLevels(strict, looks), nominalLevels(lax, looks)];
        for (const k of looks.keys()) {
          assert.ok((s[k] as number) <= (l[k] as number) + 1e-12);
          assert.ok((l[k] as number) > 0 && (l[k] as number) <= lax + 1e-9);
        }
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('asks for less at every further look of the usual plan', () => {
    for (const blocks of [12, 20, 60]) {
      const levels = nominalLevels(0.01, looksFor(blocks));
      assert.deepEqual(
        levels,
        levels.toSorted((a, b) => a - b),
      );
    }
  });

  it('refuses to work without looks', () => {
    assert.throws(() => nominalLevels(0.01, []), RangeError);
  });
});

describe('sequential p-values', () => {
  it('are the inverse of the nominal levels', () => {
    fc.assert(
      fc.property(alphas, fc.constantFrom(6, 7, 10, 12, 20, 60), (alpha, blocks) => {
        const looks = looksFor(blocks);
        for (const [k, level] of nominalLevels(alpha, looks).entries()) {
          const p = sequentialP(level, looks, k);
          assert.ok(Math.abs(p / alpha - 1) < 0.005, `look ${k} of ${looks}: ${p}, not ${alpha}`);
        }
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it('grow with the p-value of the look, and stay between it and 1', () => {
    const level = fc.double({ min: 1e-30, max: 1, noNaN: true });
    fc.assert(
      fc.property(level, level, fc.integer({ min: 0, max: 3 }), (a, b, k) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((p) =>
          sequentialP(p, LOOKS, k),
        ) as [number, number];
        assert.ok(low <= high && high <= 1);
        // A look costs: the price of having looked more than once.
        assert.ok(low >= Math.min(a, b) * 0.995);
      }),
      { seed: 3 },
    );
  });

  it('stay sensible at the extremes', () => {
    for (const k of LOOKS.keys()) {
      assert.equal(sequentialP(1, LOOKS, k), 1);
      const tiny = sequentialP(1e-14, LOOKS, k);
      assert.ok(tiny > 0 && tiny < 1e-11, `${tiny}`);
      assert.ok(sequentialP(0, LOOKS, k) >= 0 && sequentialP(0, LOOKS, k) < 1e-11);
    }
    assert.equal(sequentialP(0.003, [6], 0), 0.003);
  });
});
