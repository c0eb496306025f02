import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  assertContinues,
  differencesBetween,
  hasBlocks,
  type Now,
  otherMachine,
} from '../../src/attempts/earlier.ts';
import { otherMachineText } from '../../src/report/notices/difference.ts';
import { repeat } from '../support/block.ts';
import type { Draft } from '../support/draft.ts';
import { type ClaimsToConfirm, draftOf, type Measurement } from '../support/draft.ts';
import { measurementOf } from '../support/measurement.ts';

const [BASE, HEAD] = ['b', 'c'].map((letter) => letter.repeat(40)) as [string, string];

function earlier(edit: (measurement: Measurement) => void = () => {}): Measurement {
  const measurement = measurementOf({
    subjects: [
      { server: 'api', scenario: 'one', blocks: repeat({}, 6) },
      { server: 'api', scenario: 'two', blocks: repeat({}, 6) },
    ],
  });
  const source = (commit: string) => ({ commit, description: 'x' });
  measurement.sources = { base: source(BASE), head: source(HEAD) };
  edit(measurement);
  return measurement;
}

/** What is about to be measured: the same, but for what `edit` changes. */
function now(edit: (now: Draft<Now>) => void = () => {}): Draft<Now> {
  const { tool, sources, experiment, confirmationOf, plan } = earlier();
  const own = { tool, sources, experiment, confirmationOf, plan };
  edit(own);
  return own;
}

const differences = (edit?: (now: Draft<Now>) => void) => differencesBetween(earlier(), now(edit));

describe('an attempt may be continued', () => {
  it('An attempt may be continued by the same, however long it measures, wherever it runs', () => {
    const edit = ({ experiment: { gate }, sources }: Draft<Now>) => {
      gate.budgetMs = 30_000;
      gate.jobBudgetMs = 60_000;
      if (sources.head) sources.head.description = 'HEAD of another name';
    };
    assert.deepEqual(differences(edit), []);
    assertContinues(now(edit), { measurement: earlier(), where: 'm.json' });
  });

  it('An attempt may be continued not on other commits, and never of folders', () => {
    assert.deepEqual(
      differences(({ sources }) => {
        sources.head = { commit: 'd'.repeat(40), description: '' };
      }),
      ['head was cccccccccc, is dddddddddd'],
    );
    assert.deepEqual(
      differences(({ sources }) => {
        sources.head = { commit: 'd'.repeat(40), description: '', isSnapshot: true };
      }),
      [
        'head was cccccccccc, is dddddddddd, with uncommitted changes: a new file that git does not ignore is one',
      ],
    );
    const folders = (sources: Measurement['sources']) => {
      sources.base = { commit: null, description: 'folder' };
    };
    const told = ['the commit of base is not known: folders cannot be told apart'];
    assert.deepEqual(
      differences(({ sources }) => folders(sources)),
      told,
    );
    assert.deepEqual(
      differencesBetween(
        earlier(({ sources }) => folders(sources)),
        now(),
      ),
      told,
    );
    assert.deepEqual(
      differencesBetween(
        earlier(({ sources }) => folders(sources)),
        now(({ sources }) => folders(sources)),
      ),
      told,
    );
  });

  it('An attempt may be continued not with other settings or another version; all differences are told at once', () => {
    const edit = ({ tool, experiment: { servers, scenarios, gate } }: Draft<Now>) => {
      tool.version = '9.9.9';
      for (const server of servers) server.env.LEVEL = '2';
      for (const one of scenarios) if (one.name === 'two') one.serverCores = 2;
      gate.tolerance.throughput = 0.5;
      gate.falseAlarmRate = 0.2;
      gate.metrics = ['throughput'];
      gate.limits.errors = 0.5;
      gate.failOnInconclusive = true;
      gate.failOnNoBaseline = true;
      gate.onRegression = 'confirm-on-fresh-runner';
    };
    const told = [
      `Throughput Gate was ${earlier().tool.version}, is 9.9.9`,
      'the server `api` has changed',
      'the scenario `two` has changed',
      'the tolerances have changed',
      'the limits have changed',
      'the false-alarm rate has changed',
      'the metrics that can fail the job have changed',
      '`fail-on-inconclusive` has changed',
      '`fail-on-no-baseline` has changed',
      '`on-regression` has changed',
    ];
    assert.deepEqual(differences(edit), told);
    assert.throws(
      () => assertContinues(now(edit), { measurement: earlier(), where: 'm.json' }),
      ({ problems }) => {
        assert.deepEqual(
          problems.map(({ where, message }: { where: string; message: string }) => [
            where,
            message,
          ]),
          told.map((message) => ['m.json', message]),
        );
        assert.match(problems[0].hint, /same commits.*remove the file/);
        return true;
      },
    );
  });

  it('An attempt may be continued not without a subject that was measured, nor with another one', () => {
    assert.deepEqual(
      differences(({ experiment: { subjects } }) => {
        subjects[1] = { server: 'api', scenario: 'three' };
      }),
      ['api/two was measured, and is not now', 'api/three was not measured, and is now'],
    );
  });

  it('An attempt may be continued on a machine with more cores, where a subject is measured for the first time; not with fewer', () => {
    const more = earlier(({ experiment, plan }) => {
      experiment.subjects.pop();
      plan.lacking.push({ server: 'api', scenario: 'two', cores: 8 });
    });
    assert.deepEqual(differencesBetween(more, now()), []);
    assert.deepEqual(
      differences(({ experiment, plan }) => {
        experiment.subjects.pop();
        plan.lacking.push({ server: 'api', scenario: 'two', cores: 8 });
      }),
      ['api/two was measured, and this machine does not have the cores for it'],
    );
  });

  it('Only as a pair, and only if it was a gate', () => {
    const past = { from: 'a folder', calibrator: 'c', fingerprints: {}, subjects: [] };
    const alone = (sources: Measurement['sources'], plan: Draft<Now>['plan']) => {
      delete sources.base;
      plan.arms = ['head'];
    };
    for (const [measurement, told] of [
      [{ ...earlier(), past }, 'it was compared with earlier runs, not with a base'],
      [earlier(({ sources, plan }) => alone(sources, plan)), 'head was measured alone'],
      [
        { ...earlier(), injection: { env: { base: {}, head: {} }, pauses: 0 } },
        'it is a measurement of the self-test',
      ],
    ] as const) {
      assert.deepEqual(differencesBetween(measurement, now()), [told]);
    }
    assert.deepEqual(
      differences(({ sources, plan }) => alone(sources, plan)),
      ['there is no base now'],
    );
  });

  it('An attempt may be continued as a confirmation on the same claims, whichever attempt made them', () => {
    const confirmationOf = (metric: 'cpu' | 'throughput'): ClaimsToConfirm => ({
      startedAt: new Date().toISOString(),
      environment: earlier().environment,
      claims: [{ server: 'api', scenario: 'one', metric, change: 0.1, interval: null, blocks: 6 }],
    });
    const [one, other] = [confirmationOf('cpu'), confirmationOf('throughput')];
    const second = (own: ClaimsToConfirm | null) => ({ ...now(), confirmationOf: own });
    const first = { ...earlier(), confirmationOf: one };
    assert.deepEqual(
      differencesBetween(first, second({ ...draftOf(one), startedAt: 'later' })),
      [],
    );
    for (const own of [other, null]) {
      assert.deepEqual(differencesBetween(first, second(own)), [
        'one of the two is a confirmation, or of another measurement',
      ]);
    }
  });
});

it('Another machine is told by what is different of it', () => {
  const [then, is] = [earlier(), earlier()];
  assert.deepEqual(otherMachine(then, is), []);
  is.environment.cpuModel = 'Model B';
  is.environment.memoryBytes = 1;
  assert.match(
    otherMachineText(otherMachine(then, is)),
    /another machine.*CPU model was Model A, is Model B\./,
  );
});

it('A file without a block leaves nothing to continue', () => {
  assert.ok(hasBlocks(earlier()));
  assert.ok(
    !hasBlocks(
      earlier(({ subjects }) => {
        for (const subject of subjects) subject.blocks = [];
      }),
    ),
  );
});
