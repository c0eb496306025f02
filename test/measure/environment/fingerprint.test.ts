import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  differingParts,
  fingerprintOf,
  hashOf,
} from '../../../src/measure/environment/fingerprint.ts';
import type { Measurement } from '../../support/draft.ts';
import { buildMeasurement, commandScenario, httpScenario } from '../../support/measurement.ts';

const SUBJECT = { server: 'api', scenario: 'plain' };

function fingerprint(edit: (measurement: Measurement) => void = () => {}, calibrator = 'ab') {
  const measurement = buildMeasurement({ subjects: [{ blocks: [] }] });
  measurement.environment.machine = {
    flags: 'aaaa',
    microcode: '0x1',
    hypervisor: 'Some Cloud',
    topology: '1 sockets, 2 cores, 4 threads, 1 NUMA nodes',
  };
  measurement.environment.programs = { node: 'v24.1.0', go: 'go1.25' };
  edit(measurement);
  return fingerprintOf(measurement, SUBJECT, calibrator);
}

const USUAL = fingerprint();

test('The same machine, tool and load have the same fingerprint', () => {
  assert.deepEqual(fingerprint(), USUAL);
  assert.match(USUAL.hash, /^[0-9a-f]{16}$/);
});

test('Whatever a figure depends on is a part of the fingerprint, and is named when it differs', () => {
  const changes: Record<string, (measurement: Measurement) => void> = {
    cpu: ({ environment }) => Object.assign(environment, { cpuModel: 'Model B' }),
    'cpu-flags': ({ environment: { machine } }) => Object.assign(machine ?? {}, { flags: 'bbbb' }),
    microcode: ({ environment: { machine } }) => Object.assign(machine ?? {}, { microcode: '0x2' }),
    hypervisor: ({ environment: { machine } }) =>
      Object.assign(machine ?? {}, { hypervisor: 'Other Cloud' }),
    topology: ({ environment: { machine } }) => Object.assign(machine ?? {}, { topology: 'one' }),
    os: ({ environment }) => Object.assign(environment, { os: 'Debian 13' }),
    kernel: ({ environment }) => Object.assign(environment, { kernel: '6.12.0' }),
    image: ({ environment }) => Object.assign(environment, { runnerImage: 'ubuntu24 20260101' }),
    node: ({ environment }) => Object.assign(environment, { node: 'v26.0.0' }),
    cores: ({ plan }) => Object.assign(plan.cores, { servers: [1, 2] }),
    programs: ({ environment }) => Object.assign(environment, { programs: { node: 'v24.2.0' } }),
    tool: ({ tool }) => Object.assign(tool, { version: '0.2.0' }),
    scenario: ({ experiment }) =>
      Object.assign(experiment, { scenarios: [httpScenario('plain', { connections: 64 })] }),
  };
  for (const [part, edit] of Object.entries(changes)) {
    const other = fingerprint(edit);
    assert.deepEqual(differingParts(USUAL.parts, other.parts), [part]);
    assert.notEqual(other.hash, USUAL.hash, part);
  }
  assert.deepEqual(differingParts(USUAL.parts, fingerprint(undefined, 'cd').parts), ['calibrator']);
});

test('Two folders are two servers, whatever both are called; the root is no part of it', () => {
  const inFolder = (workdir: string) =>
    fingerprint(({ experiment }) => Object.assign(experiment.servers[0] ?? {}, { workdir }));
  assert.deepEqual(inFolder('.'), USUAL);
  assert.deepEqual(differingParts(USUAL.parts, inFolder('services/a').parts), ['workdir']);
  assert.notEqual(inFolder('services/a').hash, inFolder('services/b').hash);
  assert.deepEqual(inFolder('./services/a/'), inFolder('services/a'));
});

test('What a server’s own change brings is no part of it: it is what is judged', () => {
  const other = fingerprint(({ experiment, environment }) => {
    const [server] = experiment.servers;
    Object.assign(server ?? {}, { start: 'node server.js --fast' });
    environment.memoryBytes /= 2;
  });
  assert.deepEqual(other, USUAL);
});

test('A program that no command names is no part of it', () => {
  const other = fingerprint(({ environment }) => {
    environment.programs = { node: 'v24.1.0', go: 'go1.26' };
  });
  assert.equal(other.hash, USUAL.hash);
});

test('The version of a load tool is a part of it under a load of that tool', () => {
  const of = (wrk: string) =>
    fingerprint(({ experiment, environment }) => {
      experiment.scenarios = [commandScenario('plain')];
      environment.programs = { node: 'v24.1.0', wrk };
    });
  assert.deepEqual(differingParts(of('wrk 4.1').parts, of('wrk 4.2').parts), ['programs']);
  const unused = fingerprint(({ environment }) => {
    environment.programs = { node: 'v24.1.0', go: 'go1.25', wrk: 'wrk 4.1' };
  });
  assert.equal(unused.hash, USUAL.hash);
});

test('What stands for a value that no file may hold is left out, as it is another in each run', () => {
  const withheld = (salt: string) =>
    fingerprint(({ experiment }) => {
      const load = httpScenario('plain');
      experiment.scenarios = [{ ...load, withheld: `${salt.repeat(32)}:${salt.repeat(64)}` }];
    });
  assert.equal(withheld('a').hash, withheld('b').hash);
});

test('The order of the parts does not matter', () => {
  assert.equal(hashOf({ a: '1', b: '2' }), hashOf({ b: '2', a: '1' }));
  assert.notEqual(hashOf({ a: '1', b: '2' }), hashOf({ a: '2', b: '1' }));
});
