/** A job whose time is over before its subjects are decided. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Verdict } from '../../src/judge/verdict/verdict.ts';
import { Measurement } from '../../src/measure/observed/measurement.ts';
import { warningsOf } from '../support/english.ts';
import { type Installed, install, readJson } from './cli.ts';

const CONFIG = `
servers:
  api:
    start: node server.js
scenarios:
  plain: { connections: 8 }
  json: { path: /json, connections: 8 }
gate:
  tolerance: { throughput: 0.01%, cpu: 0.01% }
  metrics: [throughput, cpu]
`;

let cli: Installed;
before(() => {
  cli = install();
  for (const folder of ['base', 'head']) cli.fixture(folder);
  writeFileSync(join(cli.dir, 'gate.yml'), CONFIG);
});
after(() => {
  assert.deepEqual(cli.leftovers(), []);
  cli.remove();
});

test('The job limit ends it: what was measured is judged, and what was cut short says so', async () => {
  const { code, stderr } = await cli.run([
    ...['run', '--base-dir', 'base', '--head-dir', 'head', '--config', 'gate.yml', '--out', 'out'],
    ...[
      '--budget',
      '5s',
      '--job-budget',
      '6s',
      '--false-alarm-rate',
      '0.0001%',
      '--fail-on-inconclusive',
    ],
  ]);
  assert.match(stderr, /the job's limit is 6 s, so perhaps not every subject comes to its end/);
  const { plan, subjects } = Measurement.parse(readJson(join(cli.dir, 'out/measurement.json')));
  const verdict = Verdict.parse(readJson(join(cli.dir, 'out/verdict.json')));
  assert.equal(code, 4, 'a job that could not tell is not a pass');
  const planned = new Map(plan.subjects.map(({ scenario, looks }) => [scenario, looks.at(-1)]));
  const cut = subjects.filter(
    ({ scenario, blocks }) => blocks.length < (planned.get(scenario) ?? 0),
  );
  assert.ok(cut.length > 0, 'two budgets of 5 s do not fit into 6 s');
  for (const { scenario } of cut) {
    const told = verdict.subjects.find((subject) => subject.scenario === scenario);
    assert.equal(told?.verdict, 'inconclusive');
    assert.match(warningsOf(told).join('\n'), /`job-budget`, 6 s\) was reached/);
  }
});
