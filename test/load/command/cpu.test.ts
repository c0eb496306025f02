import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { limitingCpuUs } from '../../../src/load/command/cpu.ts';

/** How busy the generator is called, when its tool used so many cores on average. */
function busy(coresUsed: number, cores: number, durationUs = 1e6): number {
  const wallUs = 2e6;
  return limitingCpuUs({ cpuUs: coresUsed * wallUs, wallUs, durationUs }, cores) / durationUs;
}

describe('the CPU time of a load tool', () => {
  it('The CPU time of a load tool is shared by the cores that it may use', () => {
    assert.equal(busy(0.5, 1), 0.5);
    assert.equal(busy(0.5, 2), 0.25);
    assert.equal(busy(3, 4), 0.75);
    assert.equal(busy(4, 4), 1);
  });

  it('The CPU time of a load tool is that of one thread at its limit when it is about one core of several', () => {
    assert.equal(busy(1, 8), 1);
    assert.equal(busy(0.95, 2), 0.95);
    assert.equal(busy(1.1, 4), 1);
    assert.ok(busy(0.85, 2) < 0.5);
    assert.equal(busy(1.2, 4), 0.3);
  });

  it('The CPU time of a load tool is taken over the run and told of the load, however short the tool says that was', () => {
    assert.equal(busy(0.5, 1, 100), 0.5);
    assert.equal(limitingCpuUs({ cpuUs: 900, wallUs: 1000, durationUs: 500 }, 1), 450);
  });

  it('The CPU time of a load tool is nothing without a time to set it against', () => {
    assert.equal(limitingCpuUs({ cpuUs: 10_000, wallUs: 0, durationUs: 0 }, 2), 0);
  });
});
