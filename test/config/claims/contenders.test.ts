/** Claims in a comparison of servers speak of the contenders by the names that they have there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Claim } from '../../../src/config/experiment/claim.ts';
import { selectSubjects } from '../../../src/config/settings/only.ts';
import type { Settings } from '../../../src/config/settings/settings.ts';
import { assembleVersus } from '../../../src/config/versus/assemble.ts';
import { readContenders } from '../../../src/config/versus/read.ts';
import { parseSpecs } from '../../../src/config/versus/spec.ts';
import { CONFIG, complaint, repository } from '../repository.ts';

const FILE = `servers:
  api: { start: x }
  edge: { start: y }
scenarios:
  default: {}
  idle: { mode: hold, connections: 100 }
claims:
  - edge.throughput >= fast.throughput * 1.1
`;

async function experimentOf(contenders: string[], settings: Settings = {}) {
  await using folder = await repository({ [CONFIG]: FILE });
  const specs = parseSpecs(contenders.map((value) => ({ value, origin: 'contender' })));
  const { root } = folder;
  const read = await readContenders({ specs, root, cwd: root, settings });
  return assembleVersus(read, () => '0').experiment;
}

test('A contender is claimed about by its own name, in the config and in a flag', async () => {
  const claims = [{ value: 'fast.p99 <= 5ms', origin: '--claim' }];
  const experiment = await experimentOf(['fast=api', 'edge'], { claims });
  assert.deepEqual(
    experiment.claims.map(({ left, right }) => [left.server, left.scenario, right?.server ?? null]),
    [
      ['edge', 'default', 'fast'],
      ['fast', 'default', null],
      ['fast', 'idle', null],
    ],
  );
});

test('A server that is no contender is no one to claim about, and the place is told', async () => {
  const said = await complaint(experimentOf(['fast=api', 'other=edge']));
  assert.match(said, /:8:5: claims\[0\]: found `edge`; expected a server\n/);
  assert.match(said, /servers are fast, other$/);
});

test('Claims go with the pairs that `--only` leaves out', async () => {
  const experiment = await experimentOf(['fast=api', 'edge']);
  const only = [{ value: '*/idle', origin: '--only' }];
  assert.deepEqual(selectSubjects(experiment, only).experiment.claims, []);
  assert.equal(selectSubjects(experiment, []).experiment.claims.length, 1);
});

test('A claim has its keys in the order of its schema, so that a file of it is read and written alike', async () => {
  const { claims } = await experimentOf(['fast=api', 'edge']);
  assert.equal(claims.length, 1);
  for (const claim of claims)
    assert.equal(JSON.stringify(Claim.parse(claim)), JSON.stringify(claim));
});
