/** Every kind of scenario goes the same way: a pilot run, a plan, and then block by block. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { HoldScenario } from '../../../src/config/experiment/scenario.ts';
import type { ArmObservation } from '../../../src/measure/observed/arm-observation.ts';
import { BlockMeasurement } from '../../../src/measure/observed/measurement.ts';
import { pilotSubject } from '../../../src/measure/subjects/subject-pilot.ts';
import { pairsOf, planSubject } from '../../../src/plan/make.ts';
import { markedProcesses } from '../../../src/system/processes/process-tree.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import { httpRequest } from '../../support/measurement.ts';
import { experimentOf, fixture } from '../fixtures.ts';
import { makeContext } from '../run-context.ts';
import { withNextBlock } from '../steps.ts';

const BOTH: Arm[] = ['base', 'head'];
const SUBJECT = { server: 'server', scenario: 'many' };
const HOLD: HoldScenario = {
  kind: 'hold',
  name: 'many',
  protocol: 'http1',
  tls: null,
  connections: 40,
  openPerSecond: 2000,
  holdMs: 100,
  perSecond: 200,
  timeoutMs: 5000,
  request: httpRequest(),
  socket: null,
  serverCores: null,
};

it('A hold has its pilot run, is planned and measured, one arm after the other', async (t) => {
  // It has processes of its own, so the generator of the others is never asked.
  const context = makeContext(t);
  const server = fixture('node-http');
  const experiment = experimentOf(server, HOLD);
  const met = await pilotSubject(context, experiment, SUBJECT, BOTH);
  assert.ok(met.kind === 'met');
  for (const arm of BOTH) assert.equal(met.pilot.arms[arm]?.rate, null);
  const { plan } = planSubject({
    subject: SUBJECT,
    scenario: HOLD,
    arms: BOTH,
    pairs: pairsOf(server, HOLD),
    cores: null,
    budgetMs: 1000,
    estimate: met.estimate,
    seed: 1,
    load: { kind: 'sized', warmUpMs: null },
    looks: { kind: 'after-each' },
  });
  const measured = await withNextBlock(context, experiment, plan);
  assert.equal(measured.failure, null);
  const [block] = measured.blocks;
  BlockMeasurement.parse(block);
  assert.equal(block?.pairs, 'exclusive');
  assert.deepEqual([block?.sliceOrder, block?.sliceUs], ['', []]);
  for (const arm of BOTH) {
    const seen: ArmObservation | undefined = block?.arms[arm];
    assert.equal(seen?.hold?.opened, HOLD.connections);
    assert.equal(seen?.attempted, 20);
    assert.equal(seen?.steady, null);
  }
  assert.deepEqual(markedProcesses(context.marker), []);
});

it('A hold on a server that does not start is begun again a few times, then fails with its arm', async (t) => {
  const context = makeContext(t);
  const server = fixture('node-http');
  const experiment = experimentOf(server, HOLD);
  const met = await pilotSubject(context, experiment, SUBJECT, ['head']);
  assert.ok(met.kind === 'met');
  const { plan } = planSubject({
    subject: SUBJECT,
    scenario: HOLD,
    arms: ['head'],
    pairs: 'exclusive',
    cores: null,
    budgetMs: 1000,
    estimate: met.estimate,
    seed: 1,
    load: { kind: 'sized', warmUpMs: null },
    looks: { kind: 'after-each' },
  });
  const broken = experimentOf({ ...server, start: 'exit 3' }, HOLD);
  const measured = await withNextBlock(context, broken, plan);
  assert.deepEqual(measured.blocks, []);
  assert.equal(measured.restarts, 2);
  assert.equal(measured.failure?.arm, 'head');
  assert.match(measured.failure?.message ?? '', /exit code 3/);
});
