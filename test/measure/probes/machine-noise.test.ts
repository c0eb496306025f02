import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Neighbours } from '../../../src/measure/beside/neighbours.ts';
import { RunnerObservation } from '../../../src/measure/observed/measurement.ts';
import { parseSteal, RunnerProbe } from '../../../src/measure/probes/machine-noise.ts';

const STAT = `cpu  100 0 50 900 0 0 0 12 0 0
cpu0 60 0 20 400 0 0 0 2 0 0
cpu1 40 0 30 500 0 0 0 10 0 0
intr 1 2 3
`;

describe('steal', () => {
  it('Steal is read of the cores in use', () => {
    assert.deepEqual(parseSteal(STAT, [1]), { ticks: 10, cores: 1, isReported: true });
    assert.deepEqual(parseSteal(STAT, [0, 1]), { ticks: 12, cores: 2, isReported: true });
    assert.deepEqual(parseSteal(STAT, null), { ticks: 12, cores: 2, isReported: true });
  });

  it('Steal that was never counted is not reported', () => {
    const none = STAT.replaceAll(/ 12 0 0| 2 0 0| 10 0 0/g, ' 0 0 0');
    assert.equal(parseSteal(none, null)?.isReported, false);
  });

  it("Steal is unknown without the kernel's file", () => {
    assert.equal(parseSteal('', null), null);
  });
});

describe('the probe of the runner', () => {
  it('The probe of the runner observes what the contract says, with a wall and a CPU time for each spin', () => {
    const probe = new RunnerProbe({
      cores: { generator: [0], servers: [0], note: null },
      marker: 'nobody.',
      neighbours: new Neighbours(),
    });
    for (let i = 0; i < 5; i++) probe.spin();
    const observed = RunnerObservation.parse(probe.observed());
    if (process.platform !== 'linux') return;
    assert.equal(observed.spinWallUs.length, 5);
    assert.equal(observed.spinCpuUs.length, 5);
    for (const [i, cpuUs] of observed.spinCpuUs.entries()) {
      assert.ok(cpuUs <= Math.ceil(observed.spinWallUs[i] as number));
    }
  });
});
