import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { holm } from '../../../src/judge/statistics/holm.ts';
import { fc } from '../../support/properties.ts';

const at = (alpha: number, family: number, before = 0) => ({ alpha, family, before });

describe('Holm', () => {
  it('Holm steps down until one fails', () => {
    // .01 ≤ .05/4, .013 ≤ .05/3, .03 > .05/2: stop, although .04 ≤ .05 would do on its own.
    assert.deepEqual(holm([0.01, 0.04, 0.03, 0.013], at(0.05, 4)), [true, false, false, true]);
  });

  it('Holm rejects nothing when the smallest fails', () => {
    assert.deepEqual(holm([0.03, 0.02], at(0.03, 2)), [false, false]);
  });

  it('Holm rejects all when each step holds, at equality too', () => {
    assert.deepEqual(holm([0.04, 0.02], at(0.04, 2)), [true, true]);
  });

  it('Holm counts hypotheses that are not open against the open ones', () => {
    assert.deepEqual(holm([0.006], at(0.01, 2)), [false]);
    assert.deepEqual(holm([0.006], at(0.01, 2, 1)), [true]);
  });

  it('Holm rejects nothing of nothing', () => {
    assert.deepEqual(holm([], at(0.01, 3)), []);
  });

  it('Holm rejects at least what Bonferroni does, and only what plain tests do', () => {
    const p = fc.double({ min: 0, max: 0.1, noNaN: true });
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 8 }), (ps) => {
        for (const [i, rejected] of holm(ps, at(0.05, ps.length)).entries()) {
          if ((ps[i] as number) <= 0.05 / ps.length) assert.ok(rejected);
          if (rejected) assert.ok((ps[i] as number) <= 0.05);
        }
      }),
      { seed: 1 },
    );
  });
});
