import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Experiment, SubjectId } from '../../src/config/experiment/experiment.ts';
import { coresFor, placeSubjects } from '../../src/preflight/core-placement.ts';
import { splitCores } from '../../src/system/cpus/core-split.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import type { Cores } from '../../src/terms/core-sets.ts';
import { httpScenario, measurementOf } from '../support/measurement.ts';

/** `api/plain@4` is the server `api` under `plain` at four cores. */
function experimentOf(...names: string[]): Experiment {
  const subjects = names.map((name): SubjectId => {
    const [server, scenario] = name.split('/') as [string, string];
    return { server, scenario };
  });
  return measurementOf({
    subjects: subjects.map((subject) => ({ ...subject, blocks: [] })),
    load: (name) => {
      const count = name.split('@')[1];
      return httpScenario(name, { serverCores: count === undefined ? null : Number(count) });
    },
  }).experiment;
}

const machine = (count: number, threads: number | null = null) =>
  splitCores({
    allowed: Array.from({ length: count }, (_, i) => i),
    siblingsOf: (cpu) =>
      threads === null
        ? null
        : Array.from({ length: threads }, (_, i) => threads * Math.floor(cpu / threads) + i),
    nodeOf: () => null,
    quota: null,
  });
const names = (subjects: readonly SubjectId[]) =>
  subjects.map(({ server, scenario }) => `${server}/${scenario}`);

describe('subjects at numbers of server cores', () => {
  const all = experimentOf('api/plain@1', 'api/plain@2', 'api/plain@4', 'api/other', 'web/plain@4');

  it('Subjects at numbers of server cores are measured where the generator keeps a core, and named where it would not', () => {
    const { experiment, lacking, warnings } = placeSubjects(all, machine(2));
    assert.deepEqual(names(experiment.subjects), ['api/plain@1', 'api/other']);
    assert.deepEqual(lacking, [
      { server: 'api', scenario: 'plain@2', cores: 2 },
      { server: 'api', scenario: 'plain@4', cores: 4 },
      { server: 'web', scenario: 'plain@4', cores: 4 },
    ]);
    const why = 'this machine has 2 cores, and the load generator needs one of them';
    assert.deepEqual(warnings, [
      `scenario plain at 2 server cores is not measured: ${why}`,
      `scenario plain at 4 server cores is not measured: ${why}`,
    ]);
    // Nothing is built in vain; scenarios stay, as the report names them.
    assert.deepEqual(
      experiment.servers.map(({ name }) => name),
      ['api'],
    );
    assert.equal(experiment.scenarios.length, all.scenarios.length);
  });

  it('Subjects at numbers of server cores are all measured by a machine with one core more', () => {
    assert.deepEqual(placeSubjects(all, machine(5)), {
      experiment: all,
      lacking: [],
      warnings: [],
    });
    assert.equal(placeSubjects(all, machine(4)).lacking.length, 2);
  });

  it('Subjects at numbers of server cores leave the generator a whole physical core, and count its threads as CPUs', () => {
    const { experiment, warnings } = placeSubjects(all, machine(4, 2));
    assert.deepEqual(names(experiment.subjects), ['api/plain@1', 'api/plain@2', 'api/other']);
    assert.deepEqual(warnings, [
      'scenario plain at 4 server cores is not measured: this machine has 4 CPUs = 2 cores × 2, and the load generator needs one physical core of its own, which is 2 of the CPUs',
    ]);
    assert.equal(placeSubjects(all, machine(6, 2)).lacking.length, 0);
  });

  it('Subjects at numbers of server cores are not measured where nothing can be pinned', () => {
    const unpinned: Cores = { generator: null, servers: null, note: 'this is darwin' };
    const { experiment, warnings } = placeSubjects(all, unpinned);
    assert.deepEqual(names(experiment.subjects), ['api/other']);
    assert.equal(
      warnings[0],
      'scenario plain at 1 server core is not measured: servers cannot be kept to cores of their own here (this is darwin)',
    );
    assert.equal(warnings.length, 3);
    assert.deepEqual(placeSubjects(all, machine(1)).lacking.length, 4);
  });

  it('Subjects at numbers of server cores that leave nothing to measure are refused', () => {
    assert.throws(
      () => placeSubjects(experimentOf('api/plain@4', 'web/plain@4'), machine(2)),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.match(
          error.message,
          /^nothing is left to measure: api\/plain@4, web\/plain@4 .*has 2 cores.*\n.*more cores/,
        );
        return true;
      },
    );
  });
});

describe('the cores of a subject', () => {
  it('The cores of a subject are those of the run where its scenario says nothing', () => {
    const experiment = experimentOf('api/plain');
    const [subject] = experiment.subjects as [SubjectId];
    assert.equal(coresFor(experiment, subject, machine(8)), null);
  });

  it('The cores of a subject leave to the generator of all points what the largest one leaves', () => {
    const whole = experimentOf('api/plain@1', 'api/plain@4', 'api/plain@6', 'api/other@2');
    const { experiment } = placeSubjects(whole, machine(8));
    const found = experiment.subjects.map((subject) => coresFor(experiment, subject, machine(8)));
    assert.deepEqual(found, [
      { generator: [0, 1], servers: [7], note: null },
      { generator: [0, 1], servers: [4, 5, 6, 7], note: null },
      { generator: [0, 1], servers: [2, 3, 4, 5, 6, 7], note: null },
      { generator: [0, 1, 2, 3], servers: [6, 7], note: null },
    ]);
  });

  it('The cores of a subject heed only the points that are measured', () => {
    const { experiment } = placeSubjects(experimentOf('api/plain@1', 'api/plain@8'), machine(4));
    const [subject] = experiment.subjects as [SubjectId];
    assert.deepEqual(coresFor(experiment, subject, machine(4)), {
      generator: [0, 1],
      servers: [3],
      note: null,
    });
  });
});
