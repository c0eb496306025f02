import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { burstSeconds } from '../../src/plan/burst-length.ts';

describe('the opening burst', () => {
  it('The opening burst of a fast server takes half a second', () => {
    assert.equal(burstSeconds(320), 0.5);
    assert.equal(burstSeconds(25_000), 0.5);
  });

  it('The opening burst takes twenty latencies of a slower one, and never more than a second', () => {
    assert.equal(burstSeconds(40_000), 0.8);
    assert.equal(burstSeconds(50_000), 1);
    assert.equal(burstSeconds(3_000_000), 1);
  });
});
