import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { toBaseline } from '../../src/attempts/baseline.ts';
import { fileStore } from '../../src/attempts/file-store.ts';
import { UserError } from '../../src/system/problem.ts';
import { repeat } from '../support/block.ts';
import { StoredBaseline } from '../support/draft.ts';
import { measurementOf, observed } from '../support/measurement.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'throughput-gate-store-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const measurement = measurementOf({
  subjects: [{ blocks: repeat({ cpu: 0.01 }, 6) }],
});

/** The message of the UserError that this must end in. */
async function refusal(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error.message;
  }
  throw new assert.AssertionError({ message: 'nothing was refused' });
}

describe('a file as a store', () => {
  it('A file as a store gives back what it kept, in folders that it makes', async () => {
    const store = fileStore(path.join(dir, 'new', 'base.json'));
    await store.keep(measurement);
    assert.deepEqual(await store.latest(), measurement);
    assert.deepEqual(readdirSync(path.join(dir, 'new')), ['base.json']);
    assert.equal(store.name, path.join(dir, 'new', 'base.json'));
  });

  it('A file as a store keeps the latest', async () => {
    const store = fileStore(path.join(dir, 'twice.json'));
    await store.keep(measurement);
    await store.keep({ ...measurement, startedAt: '2027-01-01T00:00:00.000Z' });
    assert.equal((await store.latest()).startedAt, '2027-01-01T00:00:00.000Z');
  });
});

describe('a baseline', () => {
  it('A baseline is the head of the kept run, with its load', () => {
    const stored = StoredBaseline.parse(toBaseline(measurement, 'base.json'));
    assert.deepEqual(stored.source, measurement.sources.head);
    assert.equal(stored.subjects[0]?.paired, true);
    assert.equal(stored.subjects[0]?.engine, 'http1');
    assert.deepEqual(stored.subjects[0]?.load, measurement.experiment.scenarios[0]);
    assert.deepEqual(stored.subjects[0]?.blocks, measurement.subjects[0]?.blocks);
    const alone = measurementOf({ arms: ['head'], subjects: [{ blocks: repeat({}, 6) }] });
    assert.equal(toBaseline(alone, 'base.json').subjects[0]?.paired, false);
  });

  it('A baseline knows of each subject whether base was loaded beside it', () => {
    const subjects = ['live', 'alone'].map((server) => ({ server, blocks: repeat({}, 6) }));
    const mixed = measurementOf({ subjects });
    Object.assign(mixed.plan.subjects[1] ?? {}, { pairs: 'exclusive' });
    const kept = toBaseline(mixed, 'base.json').subjects;
    assert.deepEqual(
      kept.map(({ server, paired }) => [server, paired]),
      [
        ['live', true],
        ['alone', false],
      ],
    );
  });

  it('A baseline leaves out what was not measured soundly', () => {
    const failure = { arm: 'head' as const, stage: 'block' as const, message: 'it crashed' };
    const kept = measurementOf({
      subjects: [
        { server: 'good', blocks: repeat({}, 6) },
        { server: 'crashed', blocks: repeat({}, 6), failure },
        { server: 'unmeasured', blocks: [] },
        {
          server: 'failing',
          blocks: repeat({}, 6),
          edit: (block) => {
            observed(block, 'head').good -= 40;
            observed(block, 'head').errors.status = 40;
          },
        },
        {
          server: 'failed-once',
          blocks: repeat({}, 6),
          edit: (block) => {
            observed(block, 'head').good -= 1;
            observed(block, 'head').errors.status = 1;
          },
        },
      ],
    });
    assert.deepEqual(
      toBaseline(kept, 'base.json').subjects.map(({ server }) => server),
      ['good', 'failed-once'],
    );
  });

  it('A baseline of nothing is refused, with what to do', async () => {
    const empty = measurementOf({ subjects: [{ blocks: [] }] });
    assert.match(
      await refusal(() => toBaseline(empty, 'base.json')),
      /^base\.json: holds no block.*\n.*--save-measurement FILE/,
    );
  });
});
