import assert from 'node:assert/strict';
import { it } from 'node:test';
import { gatingMetrics, hypothesesOf } from '../../../src/config/experiment/gating.ts';
import type { GateableMetric } from '../../../src/config/experiment/metrics.ts';
import { httpScenario, measurementOf } from '../../support/measurement.ts';

it('What gates is what is named and measured; the false-alarm rate is shared over all of it', () => {
  const metrics: GateableMetric[] = ['memory', 'throughput', 'p99', 'refused'];
  assert.deepEqual(gatingMetrics({ metrics }, httpScenario('plain')), ['throughput', 'memory']);
  const openLoop = httpScenario('open-loop', { latency: { perSecond: null } });
  assert.deepEqual(gatingMetrics({ metrics }, openLoop), ['throughput', 'p99', 'memory']);
  const { experiment } = measurementOf({
    gate: { metrics },
    load: (name) => (name === 'open-loop' ? openLoop : httpScenario(name)),
    subjects: ['plain', 'open-loop', 'other'].map((scenario) => ({ scenario, blocks: [] })),
  });
  assert.equal(hypothesesOf(experiment), 2 + 3 + 2);
});
