import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { varianceComponent } from '../../src/self-test/variance-component.ts';
import { normals } from '../support/measurement.ts';

const near = (found: number | undefined, wanted: number, within = 1e-9) =>
  assert.ok(Math.abs((found as number) - wanted) <= within, `${found} is not ${wanted}`);

/** Runs of blocks with known standard deviations. */
function simulated(
  draw: () => number,
  {
    runs,
    blocks,
    between,
    within,
  }: { runs: number; blocks: number; between: number; within: number },
): number[][] {
  return Array.from({ length: runs }, () => {
    const effect = between * draw();
    return Array.from({ length: blocks }, () => 0.02 + effect + within * draw());
  });
}

describe('the variance component of runs', () => {
  it('It is that of a worked example: mean squares, F, component and both intervals', () => {
    const seen = varianceComponent(
      [
        [1, 3],
        [5, 7],
        [3, 5],
      ],
      2,
    );
    // Means 2, 6, 4: between 2·(4 + 4 + 0)/2 = 8, within (2 + 2 + 2)/3 = 2, n0 = 2.
    assert.deepEqual([seen?.runs, seen?.blocks, seen?.blocksPerRun], [3, 6, 2]);
    near(seen?.sdWithin, Math.SQRT2);
    near(seen?.f, 4);
    near(seen?.sdBetween, Math.sqrt(3));
    // F(2, 3): P(F > 4) = (1 + 2·4/3)^(-3/2), and quantile(q) = 1.5·((1 − q)^(-2/3) − 1).
    near(seen?.p, (1 + 8 / 3) ** -1.5, 1e-7);
    const quantile = (q: number) => 1.5 * ((1 - q) ** (-2 / 3) - 1);
    const end = (q: number) => {
      // χ² with two degrees of freedom is twice an exponential variable.
      const chi = -2 * Math.log(1 - q);
      return Math.sqrt(Math.max(0, (16 * (1 - quantile(q) / 4)) / (2 * chi)));
    };
    near(seen?.sdBetweenInterval[0], end(0.975), 1e-6);
    near(seen?.sdBetweenInterval[1], end(0.025), 1e-6);
    near(seen?.inflation, 4);
    near(seen?.inflationInterval[0], 1);
    near(seen?.inflationInterval[1], 4 / quantile(0.025), 1e-4);
  });

  it('It is none where runs differ by less than their blocks would make them, and its lower end is zero', () => {
    const seen = varianceComponent(
      [
        [0, 2],
        [1, 1.5],
        [2, 0],
      ],
      9,
    );
    assert.equal(seen?.sdBetween, 0);
    assert.equal(seen?.sdBetweenInterval[0], 0);
    assert.equal(seen?.inflation, 1);
    assert.ok((seen?.p as number) > 0.5);
  });

  it('It takes runs of unequal size, and leaves out those of one block', () => {
    const seen = varianceComponent([[0, 1, 2], [4, 6], [9], [1, 3, 5, 7]], 4);
    assert.deepEqual([seen?.runs, seen?.blocks], [3, 9]);
    // n0 = (9 − (9 + 4 + 16)/9)/2.
    const size = (9 - 29 / 9) / 2;
    near(seen?.inflation, 1 + (4 * ((seen?.f as number) - 1)) / size);
  });

  it('It is not told from two runs, nor where no block differs from another', () => {
    assert.equal(
      varianceComponent(
        [
          [0, 1],
          [1, 2],
        ],
        2,
      ),
      null,
    );
    assert.equal(
      varianceComponent(
        [
          [1, 1],
          [2, 2],
          [3, 3],
        ],
        2,
      ),
      null,
    );
  });

  it('Of independent blocks the F test rejects one time in twenty, and its p-values are even', () => {
    const draw = normals(5);
    const ps = Array.from({ length: 2000 }, () => {
      const groups = simulated(draw, { runs: 16, blocks: 9, between: 0, within: 0.0115 });
      return varianceComponent(groups, 9)?.p as number;
    });
    const share = ps.filter((p) => p < 0.05).length / ps.length;
    assert.ok(Math.abs(share - 0.05) < 0.015, String(share));
    const middle = ps.reduce((all, p) => all + p, 0) / ps.length;
    assert.ok(Math.abs(middle - 0.5) < 0.03, String(middle));
  });

  it('Its intervals hold what is true in 95 % of the cases, with few runs and with many', () => {
    for (const [runs, blocks, between] of [
      [10, 9, 0.0045],
      [40, 4, 0.0045],
      [16, 9, 0.002],
    ] as const) {
      const draw = normals(runs);
      const within = 0.0115;
      const inflation = 1 + 9 * (between / within) ** 2;
      let [sds, inflations] = [0, 0];
      for (let i = 0; i < 1500; i++) {
        const seen = varianceComponent(simulated(draw, { runs, blocks, between, within }), 9);
        assert.ok(seen !== null);
        const [low, high] = seen.sdBetweenInterval;
        if (low <= between && between <= high) sds++;
        const [least, most] = seen.inflationInterval;
        if (least <= inflation && inflation <= most) inflations++;
      }
      assert.ok(sds / 1500 > 0.935 && sds / 1500 < 0.995, `sd ${runs}: ${sds / 1500}`);
      assert.ok(
        Math.abs(inflations / 1500 - 0.95) < 0.02,
        `inflation ${runs}: ${inflations / 1500}`,
      );
    }
  });

  it('Sixteen runs of nine blocks show the run effect that the correlation of neighbours could not', () => {
    const draw = normals(8);
    const shown = Array.from({ length: 300 }, () => {
      const groups = simulated(draw, { runs: 16, blocks: 9, between: 0.0056, within: 0.0117 });
      return (varianceComponent(groups, 9)?.p as number) < 0.05;
    });
    assert.ok(shown.filter(Boolean).length / shown.length > 0.85);
  });
});
