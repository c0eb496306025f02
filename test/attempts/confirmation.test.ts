import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  assertConfirmable,
  assertSameComparison,
  claimsToConfirm,
  differencesOf,
  onlyClaimed,
  type Second,
} from '../../src/attempts/confirmation.ts';
import { repeat } from '../support/block.ts';
import type { Draft } from '../support/draft.ts';
import { type ClaimsToConfirm, draftOf, type Measurement } from '../support/draft.ts';
import { measurementOf } from '../support/measurement.ts';

const [BASE, HEAD] = ['b', 'c'].map((letter) => letter.repeat(40)) as [string, string];

/** Of three subjects; `one` and `two` are slower. */
function first(): Measurement {
  const slower = repeat({ throughput: 0.1 }, 20).map((ratios, i) => ({
    throughput: ratios.throughput + (i % 2 ? 0.01 : -0.01),
  }));
  const measurement = measurementOf({
    subjects: [
      { server: 'api', scenario: 'one', blocks: slower },
      { server: 'edge', scenario: 'two', blocks: slower },
      { server: 'other', scenario: 'one', blocks: repeat({}, 20) },
    ],
  });
  const source = (commit: string) => ({ commit, description: 'x' });
  return { ...measurement, sources: { base: source(BASE), head: source(HEAD) } };
}

const FIRST = first();
const CLAIMS = claimsToConfirm(FIRST) as ClaimsToConfirm;
const ABOUT = { measurement: FIRST, toConfirm: CLAIMS, where: 'first.json' };

/** What is about to be measured: the same, but for what `edit` changes. */
function second(edit: (second: Draft<Second>) => void = () => {}): Draft<Second> {
  const { tool, sources, experiment } = draftOf(FIRST);
  const own = { tool, sources, experiment };
  edit(own);
  return own;
}

const differences = (edit?: (second: Draft<Second>) => void) =>
  differencesOf(second(edit), FIRST, CLAIMS);

describe('a regression may wait for a confirmation', () => {
  const asked = (edit: (first: Measurement) => void = () => {}) => {
    const measurement = draftOf(FIRST);
    measurement.experiment.gate.onRegression = 'confirm-on-fresh-runner';
    edit(measurement);
    return () => assertConfirmable({ ...measurement, isSnapshot: false });
  };

  it('A regression may wait for a confirmation when two commits were compared, or there is no base', () => {
    assert.doesNotThrow(asked());
    assert.doesNotThrow(asked(({ sources }) => delete sources.base));
  });

  it('Waiting for a confirmation is refused, before anything is built, where no run could give one', () => {
    const folder = { commit: null, description: 'folder' };
    assert.throws(
      asked(({ sources }) => {
        sources.head = folder;
      }),
      /could not measure the same again: head is no commit\n.*compare two commits/,
    );
    assert.throws(
      asked((measurement) => {
        measurement.past = { from: 'a folder', calibrator: 'c', fingerprints: {}, subjects: [] };
      }),
      /earlier runs cannot be confirmed by another runner/,
    );
    const { experiment, sources } = draftOf(FIRST);
    experiment.gate.onRegression = 'confirm-on-fresh-runner';
    assert.throws(
      () => assertConfirmable({ experiment, sources, isSnapshot: true }),
      /head has uncommitted changes\n.*commit what is not/,
    );
    const plain = asked((measurement) => {
      measurement.experiment.gate.onRegression = 'fail';
      measurement.sources.head = folder;
    });
    plain();
  });
});

describe('what a confirmation measures', () => {
  it('What a confirmation measures is the subjects that have claims, and their servers', () => {
    const { servers, subjects } = onlyClaimed(FIRST.experiment, ABOUT);
    assert.deepEqual(
      subjects.map(({ server, scenario }) => `${server}/${scenario}`),
      ['api/one', 'edge/two'],
    );
    assert.deepEqual(
      servers.map(({ name }) => name),
      ['api', 'edge'],
    );
  });

  it('What a confirmation measures cannot be nothing', () => {
    const { experiment } = FIRST;
    const others = { ...experiment, subjects: [{ server: 'other', scenario: 'one' }] };
    assert.throws(() => onlyClaimed(others, ABOUT), {
      name: 'UserError',
      message: /first\.json: nothing of .* is measured here: api\/one, edge\/two/,
    });
  });
});

describe('a confirmation may confirm', () => {
  it('A confirmation may confirm the same, and what differs beside it does not matter', () => {
    assert.deepEqual(differences(), []);
    assert.deepEqual(
      differences(({ experiment: { gate, servers, subjects } }) => {
        gate.budgetMs = 30_000;
        gate.falseAlarmRate = 0.2;
        gate.tolerance.memory = 0.3;
        servers.pop();
        subjects.pop();
      }),
      [],
    );
  });

  it('A confirmation may confirm no other commits, and no folders', () => {
    assert.deepEqual(
      differences(({ sources }) => {
        sources.base = { commit: 'd'.repeat(40), description: '', isSnapshot: true };
        sources.head = { commit: null, description: 'folder' };
      }),
      [
        'base was bbbbbbbbbb, is dddddddddd, with uncommitted changes: a new file that git does not ignore is one',
        'the commit of head is not known in this one; a folder has none',
      ],
    );
    const folder = { ...FIRST, sources: { head: { commit: HEAD, description: 'x' } } };
    assert.deepEqual(differencesOf(second(), folder, CLAIMS), [
      'the commit of base is not known in the first measurement; a folder has none',
    ]);
  });

  it('A confirmation may confirm no other version, load, server or tolerance; all differences are told at once', () => {
    const edit = ({ tool, experiment: { servers, scenarios, subjects, gate } }: Draft<Second>) => {
      tool.version = '9.9.9';
      for (const server of servers) if (server.name === 'api') server.start = 'node other.js';
      for (const one of scenarios) if (one.name === 'one') one.serverCores = 2;
      subjects.splice(1, 1);
      gate.tolerance.throughput = 0.1;
    };
    assert.deepEqual(differences(edit), [
      `Throughput Gate was ${FIRST.tool.version}, is 9.9.9`,
      'edge/two is not measured here',
      'the server `api` has changed',
      'the scenario `one` has changed',
      'the gate held throughput to a tolerance of 0.05, and holds it to a tolerance of 0.1',
    ]);
    assert.throws(() => assertSameComparison(second(edit), ABOUT), {
      name: 'UserError',
      message: /first\.json: Throughput Gate was.*edge\/two.*`api`.*`one`.*0\.1/s,
    });
    assertSameComparison(second(), ABOUT);
  });

  it('A confirmation may confirm no confirmation, and nothing that had no base', () => {
    assert.deepEqual(differencesOf(second(), { ...FIRST, confirmationOf: CLAIMS }, CLAIMS), [
      'it is a confirmation itself: give the measurement that it confirmed',
    ]);
    const past = { from: 'a folder', calibrator: 'c', fingerprints: {}, subjects: [] };
    assert.deepEqual(differencesOf(second(), { ...FIRST, past }, CLAIMS), [
      'it was compared with earlier runs, not with a base',
    ]);
  });
});
