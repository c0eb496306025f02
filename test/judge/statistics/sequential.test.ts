import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import {
  nominalLevels,
  oneAttempt,
  type Schedule,
  spendAlpha,
} from '../../../src/judge/statistics/sequential.ts';
import { sequentialP } from '../../../src/judge/statistics/sequential-p.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import { criticalValues } from '../../support/critical-values.ts';
import { normals } from '../../support/measurement.ts';
import { fc } from '../../support/properties.ts';

const LOOKS = looksFor(20);
const PLAN = oneAttempt(LOOKS);
/** What of alpha is spent after so many blocks of a plan that goes on. */
const spent = (blocks: number) => 0.9 * (blocks / (blocks + 10)) ** 2;
const alphas = fc.double({ min: 1e-5, max: 0.2, noNaN: true });
const budgets = fc.integer({ min: 4, max: 60 });

const BOUNDS: [number, number[]][] = [
  [0.05, [6.51, 4.54, 3.74, 3.18, 2.87, 1.9]],
  [0.01, [11.34, 6.75, 5.22, 4.22, 3.71, 2.69]],
  [0.01 / 2, [14.34, 7.92, 5.93, 4.69, 4.05, 3]],
  [0.01 / 4, [18.11, 9.26, 6.71, 5.17, 4.39, 3.29]],
];

describe('group-sequential bounds', () => {
  // Some of the columns of the table of docs/how-it-decides.md.
  for (const [alpha, expected] of BOUNDS) {
    it(`Group-sequential bounds: the code gives the published critical values for alpha ${alpha.toFixed(5)}`, () => {
      const found = criticalValues(alpha, oneAttempt(looksFor(26)));
      const printed = [4, 6, 8, 12, 20, 26].map((look) =>
        Number((found[look - 4] as number).toFixed(2)),
      );
      assert.deepEqual(printed, expected);
    });
  }

  it('Group-sequential bounds is a plain t test when there is one look', () => {
    for (const looks of [[6], [20], [60]]) {
      const df = (looks[0] as number) - 1;
      assert.ok(
        Math.abs((criticalValues(0.01, oneAttempt(looks))[0] as number) - tQuantile(0.99, df)) <
          1e-9,
      );
    }
    assert.ok(Math.abs((criticalValues(0.01, oneAttempt([6]))[0] as number) - 3.365) < 0.001);
  });

  it('Group-sequential bounds spends nine tenths of alpha, and as much by a look as its blocks say, at any budget', () => {
    // Brownian motion observed at the looks: what crosses must be what may be spent.
    for (const blocks of [7, 12, 26, 60]) {
      const plan = oneAttempt(looksFor(blocks));
      const alpha = 0.1;
      const paths = 60_000;
      const crossed = simulated(alpha, plan, { paths, seed: blocks });
      for (const [k, look] of plan.looks.entries()) {
        const total = crossed[k] as number;
        const may = alpha * (look === blocks ? 0.9 : spent(look));
        assert.ok(
          Math.abs(total - may) < 5 * Math.sqrt(may / paths),
          `${blocks}, look ${k}: ${total} of ${may}`,
        );
      }
    }
  });

  it('Group-sequential bounds ask for the same at a look whatever the budget is, until its last look, which asks for no more', () => {
    fc.assert(
      fc.property(alphas, budgets, budgets, (alpha, a, b) => {
        const [short, long] = [Math.min(a, b), Math.max(a, b)].map((blocks) =>
          nominalLevels(alpha, oneAttempt(looksFor(blocks))),
        );
        assert.ok(short && long);
        if (short.length === 1) return;
        assert.deepEqual(short.slice(0, -1), long.slice(0, short.length - 1));
        assert.ok((short.at(-1) as number) >= (long[short.length - 1] as number));
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it('Group-sequential bounds: the code never asks for less when less may be spent, and never spends more than alpha at a look', () => {
    fc.assert(
      fc.property(alphas, alphas, budgets, (a, b, blocks) => {
        const plan = oneAttempt(looksFor(blocks));
        const [strict, lax] = [Math.min(a, b), Math.max(a, b)];
        const [s, l] = [nominalLevels(strict, plan), nominalLevels(lax, plan)];
        for (const k of plan.looks.keys()) {
          assert.ok((s[k] as number) <= (l[k] as number) + 1e-12);
          assert.ok((l[k] as number) > 0 && (l[k] as number) <= lax + 1e-9);
        }
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('Group-sequential bounds refuses to work without looks', () => {
    assert.throws(() => oneAttempt([]), RangeError);
    assert.throws(() => nominalLevels(0.01, { looks: [], ends: [] }), RangeError);
  });
});

describe('further attempts', () => {
  const TWICE: Schedule = { looks: [...LOOKS, ...LOOKS.map((look) => 20 + look)], ends: [20, 40] };

  it('Further attempts spend a tenth of the one before, by their own blocks', () => {
    const plan = { looks: [10, 20, 30, 40, 50], ends: [20, 40, 50] };
    for (const [blocks, share] of [
      [10, spent(10)],
      [20, 0.9],
      [30, 0.9 + 0.1 * spent(10)],
      [40, 0.99],
      [45, 0.99 + 0.01 * spent(5)],
      [50, 0.999],
    ] as const) {
      assert.ok(Math.abs(spendAlpha(0.01, blocks, plan) - 0.01 * share) < 1e-15, `${blocks}`);
    }
  });

  it('Further attempts spend less than alpha / 0.9 together, and never less for more blocks', () => {
    fc.assert(
      fc.property(alphas, schedules(8), (alpha, plan) => {
        const total = plan.looks.map((look) => spendAlpha(alpha, look, plan));
        assert.deepEqual(
          total,
          total.toSorted((a, b) => a - b),
        );
        assert.ok((total.at(-1) as number) < alpha / 0.9);
      }),
      { seed: 4 },
    );
  });

  it('Further attempts leave the looks of those before as they were', () => {
    fc.assert(
      fc.property(alphas, schedules(3), (alpha, plan) => {
        const levels = nominalLevels(alpha, plan);
        for (const end of plan.ends) {
          const before = upTo(plan, end);
          for (const [k, level] of nominalLevels(alpha, before).entries()) {
            assert.ok(Math.abs((levels[k] as number) / level - 1) < 1e-6, `look ${k}`);
          }
        }
      }),
      { numRuns: 30, seed: 5 },
    );
  });

  it('Further attempts ask for much more at their first look than the end of the one before did', () => {
    const levels = nominalLevels(0.01, TWICE);
    const [end, next] = [levels[16], levels[17]] as [number, number];
    assert.ok(next < end / 5, `${next} after ${end}`);
    assert.ok((levels.at(-1) as number) > next);
  });

  it('Further attempts keep the error of both together at 0.99 alpha (a million and more simulated looks)', () => {
    const [alpha, paths] = [0.05, 200_000];
    const crossed = simulated(alpha, TWICE, { paths, seed: 12 });
    for (const [k, look] of TWICE.looks.entries()) {
      const may = spendAlpha(alpha, look, TWICE);
      const error = Math.sqrt((may * (1 - may)) / paths);
      assert.ok(Math.abs((crossed[k] as number) - may) < 4 * error, `${look}: ${crossed[k]}`);
    }
    const [total, error] = [crossed.at(-1) as number, Math.sqrt(alpha / paths)];
    assert.ok(Math.abs(total - 0.99 * alpha) < 3 * error, `${total}`);
  });

  it('Further attempts have p-values that are the inverse of their levels', () => {
    fc.assert(
      fc.property(
        alphas,
        fc.constantFrom(TWICE, { looks: [6, 12, 18], ends: [6, 12, 18] }),
        (alpha, plan) => {
          for (const [k, level] of nominalLevels(alpha, plan).entries()) {
            const p = sequentialP(level, plan, k);
            assert.ok(Math.abs(p / alpha - 1) < 0.01, `look ${k}: ${p}, not ${alpha}`);
          }
        },
      ),
      { numRuns: 30, seed: 6 },
    );
  });
});

describe('sequential p-values', () => {
  it('Sequential p-values are the inverse of the nominal levels', () => {
    fc.assert(
      fc.property(alphas, fc.constantFrom(4, 5, 7, 12, 26), (alpha, blocks) => {
        const plan = oneAttempt(looksFor(blocks));
        for (const [k, level] of nominalLevels(alpha, plan).entries()) {
          const p = sequentialP(level, plan, k);
          assert.ok(Math.abs(p / alpha - 1) < 0.005, `look ${k} of ${blocks}: ${p}, not ${alpha}`);
        }
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it('Sequential p-values grow with the p-value of the look, and stay between it and 1', () => {
    const level = fc.double({ min: 1e-30, max: 1, noNaN: true });
    fc.assert(
      fc.property(level, level, fc.integer({ min: 0, max: 3 }), (a, b, k) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((p) =>
          sequentialP(p, PLAN, k),
        ) as [number, number];
        assert.ok(low <= high && high <= 1);
        // A look costs: the price of having looked more than once.
        assert.ok(low >= Math.min(a, b) * 0.995);
      }),
      { seed: 3 },
    );
  });

  it('Sequential p-values stay sensible at the extremes', () => {
    for (const k of LOOKS.keys()) {
      assert.equal(sequentialP(1, PLAN, k), 1);
      const tiny = sequentialP(1e-14, PLAN, k);
      assert.ok(tiny > 0 && tiny < 1e-11, `${tiny}`);
      assert.ok(sequentialP(0, PLAN, k) >= 0 && sequentialP(0, PLAN, k) < 1e-11);
    }
    assert.equal(sequentialP(0.003, oneAttempt([6]), 0), 0.003);
  });
});

/** Attempts of 4 to 60 blocks each, with the usual looks. */
function schedules(attempts: number): fc.Arbitrary<Schedule> {
  return fc.array(budgets, { minLength: 1, maxLength: attempts }).map((counts) => {
    const plan: { looks: number[]; ends: number[] } = { looks: [], ends: [] };
    for (const count of counts) {
      const begin = plan.ends.at(-1) ?? 0;
      plan.looks.push(...looksFor(count).map((look) => begin + look));
      plan.ends.push(begin + count);
    }
    return plan;
  });
}

function upTo({ looks, ends }: Schedule, blocks: number): Schedule {
  const within = (count: number) => count <= blocks;
  return { looks: looks.filter(within), ends: ends.filter(within) };
}

/** Brownian motion observed at the looks: the share of paths that has crossed a bound by each of them. */
function simulated(
  alpha: number,
  plan: Schedule,
  { paths, seed }: { paths: number; seed: number },
): number[] {
  // With so many degrees of freedom a quantile of t is one of the normal distribution.
  const bounds = nominalLevels(alpha, plan).map((p) => tQuantile(1 - p, 1e9));
  const z = normals(seed);
  const crossed = plan.looks.map(() => 0);
  for (let path = 0; path < paths; path++) {
    let [sum, at] = [0, 0];
    for (const [k, look] of plan.looks.entries()) {
      sum += Math.sqrt(look - at) * z();
      at = look;
      if (sum / Math.sqrt(look) > (bounds[k] as number)) {
        for (let later = k; later < crossed.length; later++) {
          crossed[later] = (crossed[later] as number) + 1;
        }
        break;
      }
    }
  }
  return crossed.map((count) => count / paths);
}
