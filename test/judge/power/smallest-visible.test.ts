import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mean } from 'simple-statistics';
import { procedureOf } from '../../../src/judge/power/power.ts';
import { cautiousSd, smallestVisible } from '../../../src/judge/power/smallest-visible.ts';
import { logCost } from '../../../src/judge/rule/decide.ts';
import { oneAttempt } from '../../../src/judge/statistics/sequential.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import { powerAtMde, printedVisible } from '../../support/calibration.ts';
import { httpScenario, normals } from '../../support/measurement.ts';
import { fc } from '../../support/properties.ts';
import { stopped, wholeRule } from '../../support/whole-rule.ts';
import { one, spread } from '../judged.ts';

const DELTA = logCost('throughput', 0.05);
const visible = (sd: number, alpha = 0.01, blocks = 20, delta = DELTA) =>
  smallestVisible(
    sd,
    delta,
    procedureOf(oneAttempt(looksFor(blocks)), alpha, looksFor(blocks).length - 1),
  );

describe('the smallest visible change', () => {
  it('The smallest visible change has these values, on every machine', () => {
    const drops = [0, 0.003, 0.0115, 0.03, 0.08, 0.3].map(
      (sd) => -Math.expm1(-visible(sd, 0.0025)),
    );
    assert.deepEqual(
      drops.map((drop) => Number(drop.toFixed(4))),
      [0.0253, 0.0268, 0.0305, 0.0351, 0.0731, 0.2474],
    );
  });

  for (const { sd, blocks, tolerance } of [
    { sd: 0.0115, blocks: 20, tolerance: 0.05 },
    { sd: 0.03, blocks: 10, tolerance: 0.03 },
    { sd: 0.08, blocks: 6, tolerance: 0.05 },
  ]) {
    it(`The smallest visible change is a regression in 80 of 100 jobs by the whole rule: noise ${100 * sd} %, ${blocks} blocks, tolerance ${100 * tolerance} %`, () => {
      const rule = { sd, tolerance, alpha: 0.01 / 4, looks: looksFor(blocks) };
      const { share, se } = powerAtMde({ ...rule, jobs: 3000, seed: 8 });
      assert.ok(Math.abs(share - 0.8) < 3 * Math.hypot(se, 0.0044), `${share}`);
    });
  }

  for (const [sd, blocks, least] of [
    [0.01, 20, 0.78],
    [0.02, 20, 0.78],
    [0.04, 20, 0.78],
    [0.03, 8, 0.74],
  ] as const) {
    it(`The smallest visible change that runs print, by the noise that each of them saw before it stopped, is red in about 80 of 100: noise ${100 * sd} %, ${blocks} blocks`, () => {
      const rule = { sd, tolerance: 0.05, alpha: 0.01 / 4, looks: looksFor(blocks) };
      const z = normals(21);
      const powers = Array.from({ length: 60 }, (_, seed) => {
        const values = Array.from({ length: blocks }, () => sd * z());
        const { estimate } = stopped(values, oneAttempt(rule.looks), rule);
        const effect = printedVisible({ ...rule, sd: cautiousSd(estimate) });
        return wholeRule({ ...rule, effect, jobs: 150, seed }).regression.share;
      });
      const power = mean(powers);
      assert.ok(power > least && power < 0.88, `${power}`);
    });
  }

  it('The smallest visible change goes by a noise that is larger than that of few blocks, and hardly than that of many', () => {
    const by = (degreesOfFreedom: number) => cautiousSd({ sd: 1, degreesOfFreedom }).toFixed(2);
    assert.deepEqual([3, 5, 19, 59].map(by), ['1.38', '1.25', '1.09', '1.05']);
  });

  it('The smallest visible change is half the tolerance where there is no noise, and never less', () => {
    const sds = fc.double({ min: 1e-6, max: 2, noNaN: true });
    assert.equal(visible(0), DELTA / 2);
    fc.assert(
      fc.property(sds, (sd) => visible(sd) >= DELTA / 2),
      { seed: 1, numRuns: 50 },
    );
  });

  it('The smallest visible change grows with noise and with caution, and shrinks with blocks', () => {
    assert.ok(visible(0.04) > visible(0.03));
    assert.ok(visible(0.03, 0.001) > visible(0.03));
    assert.ok(visible(0.08, 0.01, 40) < visible(0.08));
  });

  it('The smallest visible change scales with the tolerance: twice the noise and twice the tolerance see twice the change', () => {
    const scales = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(scales, (by) => {
        assert.ok(
          Math.abs(visible(0.03 * by, 0.01, 20, DELTA * by) / visible(0.03) / by - 1) < 1e-9,
        );
      }),
      { seed: 2, numRuns: 20 },
    );
  });

  it('The smallest visible change is what a metric prints, at its share of the false-alarm rate; of a latency at half of that', () => {
    const values = spread(20, 0, 0.0115);
    const blocks = values.map((value) => ({ throughput: value, cpu: value, p99: value }));
    const load = (name: string) => httpScenario(name, { latency: { perSecond: null } });
    const gate = { metrics: ['throughput' as const, 'cpu' as const, 'p99' as const] };
    const { metrics } = one({ blocks, looks: looksFor(20) }, { gate, load });
    const printed = (name: string) => metrics.find((metric) => metric.name === name);
    const [throughput, p99] = [printed('throughput'), printed('p99')];
    const rule = { tolerance: 0.05, looks: looksFor(20) };
    const of = (sd: number, alpha: number) => -Math.expm1(-printedVisible({ ...rule, sd, alpha }));
    const noise = (seen: typeof throughput) =>
      cautiousSd({ sd: seen?.sd as number, degreesOfFreedom: (seen?.blocks as number) - 1 });
    assert.equal(throughput?.mde, of(noise(throughput), 0.01 / 3));
    const delta = logCost('p99', 0.2);
    const half = visible(noise(p99), 0.01 / 6, 20, delta);
    assert.equal(p99?.mde, Math.expm1(half));
  });
});
