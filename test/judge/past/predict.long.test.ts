import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asShare, type Setting, simulate, slower } from './simulated.ts';

/** By 20,000 jobs each a share of 0.5 % is good to 0.05 points (one standard error). */
const JOBS = 20_000;
const ALPHA = 0.005;
const NOISE = [
  { between: 0.006, within: 0.012 },
  { between: 0.01, within: 0.012, lightness: 0.15, slope: 0.6 },
  { between: 0.02, within: 0.012 },
  { between: 0, within: 0.02 },
];

describe('the rule against earlier runs, by simulation', () => {
  for (const h of [10, 20, 30]) {
    for (const noise of NOISE) {
      const setting: Setting = {
        ...{ h, ...noise, blocks: 6, tolerance: 0.005, effect: 0 },
        ...{ alpha: ALPHA, jobs: JOBS, seed: 100 * h + 1 },
      };
      const name = `${h} earlier runs, ${100 * noise.between} % between runs and ${100 * noise.within} % within${'slope' in noise ? ', on a machine that changes' : ''}`;

      let simulated: ReturnType<typeof simulate> | undefined;
      /** Two tests look at the same jobs. */
      const unchanged = () => {
        simulated ??= simulate(setting);
        return simulated;
      };

      it(`Unchanged runs are red as rarely as they should be: ${name}`, () => {
        const { regression, improvement, covered } = unchanged();
        assert.ok(regression <= ALPHA * 1.3, `red: ${regression}`);
        assert.ok(improvement <= ALPHA * 1.3, `better: ${improvement}`);
        assert.ok(covered >= 0.945, `covered: ${covered}`);
      });

      it(`They are as rarely red where odd runs are left out, and those before a level: ${name}`, () => {
        const { regression, improvement } = simulate({ ...setting, leavesOut: true });
        assert.ok(regression <= ALPHA * 1.3, `red: ${regression}`);
        assert.ok(improvement <= ALPHA * 1.3, `better: ${improvement}`);
      });

      it(`The printed smallest visible change is red in 80 of 100 runs: ${name}`, () => {
        const { visible } = unchanged();
        const { regression } = simulate({ ...setting, effect: visible, seed: setting.seed + 1 });
        assert.ok(regression > 0.74 && regression < 0.86, `${asShare(visible)}: ${regression}`);
      });

      it(`A change of the tolerance is called unchanged in 5 of 100 runs at most: ${name}`, () => {
        const at = { ...setting, tolerance: 0.05, effect: slower(0.05) };
        const passed = simulate(at).unchanged;
        assert.ok(passed <= 0.055, `${passed}`);
      });
    }
  }
});
