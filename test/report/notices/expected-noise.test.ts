import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { outOfReach, unreportedSteal } from '../../../src/report/notices/expected-noise.ts';

describe('a tolerance out of reach', () => {
  const given = { sliceSd: 0.3, spentMs: 12_000, tolerance: 0.05 };

  it('A tolerance out of reach is told with what was seen, what can be shown and what would do', () => {
    assert.equal(
      outOfReach({ resolvable: 0.0822, budgetNeededMs: 41_000 }, given),
      'one and the same build differs by 30.0% from one slice to the next, so 12 s of measuring will show a throughput tolerance of 5% to be kept in fewer than 80 of 100 runs: a budget of about 50 s or a tolerance of 8.5% would do',
    );
  });

  it('A tolerance out of reach proposes only what would do', () => {
    const ending = (resolvable: number, budgetNeededMs: number | null) =>
      outOfReach({ resolvable, budgetNeededMs }, given)?.split(': ')[1];
    assert.equal(ending(0.12, null), 'a tolerance of 12% would do');
    assert.equal(ending(0.6, 300_000), 'a budget of about 5 min would do');
    assert.equal(ending(0.6, null), 'only a quieter machine or a heavier scenario would do');
  });

  it('A tolerance out of reach is not told when it is within reach', () => {
    assert.equal(outOfReach({ resolvable: 0.05, budgetNeededMs: null }, given), null);
  });
});

it('Steal that is not reported is told, with what stands in for it', () => {
  assert.equal(unreportedSteal({ steal: 0, spinWallUs: [] }), null);
  assert.match(unreportedSteal({ steal: null, spinWallUs: [2000] }) ?? '', /spins .* stand in/);
  assert.match(unreportedSteal({ steal: null, spinWallUs: [] }) ?? '', /nothing else shows it/);
});
