import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it, type TestContext } from 'node:test';
import { selfTestFolder } from '../../src/self-test/folder.ts';
import { RULER } from '../../src/self-test/record.ts';
import { blocksOfRun, turnsOf } from '../../src/self-test/turns.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import { repeat } from '../support/block.ts';
import { measurementOf } from '../support/measurement.ts';
import { buildSelfTest } from './build.ts';

function folderOf(t: TestContext) {
  const dir = mkdtempSync(path.join(tmpdir(), 'throughput-gate-self-test-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return selfTestFolder(dir);
}

const ruler = { drop: 0.2, units: 1000, dearer: () => 1 };
const doses = [
  { asked: 0, blocks: 4 },
  { asked: 0.05, blocks: 4 },
];

it('Runs in which doses take turns are read as what each run has of each dose', async (t) => {
  const folder = folderOf(t);
  const { record } = buildSelfTest({ doses, sd: 0.01, ruler });
  folder.begin(record);
  for (const index of [1, 2]) {
    assert.ok(!folder.hasRun(index));
    const blocks = repeat({ cpu: 0.01 }, blocksOfRun(record));
    const injection = turnsOf(record, index);
    folder.keepRun(index, { ...measurementOf({ subjects: [{ blocks }] }), injection });
    assert.ok(folder.hasRun(index));
  }
  const { chunks } = await folder.read();
  assert.deepEqual([...chunks.keys()], ['none', '5pc', RULER]);
  for (const runs of chunks.values()) {
    assert.deepEqual(
      runs.map(({ subjects }) => subjects[0]?.blocks.length),
      [4, 4],
    );
  }
});

it('A folder of the first form, whose runs have one dose each, is still read', async (t) => {
  const folder = folderOf(t);
  const whole = doses.map((dose) => ({ ...dose, blocks: 10 }));
  const { record, chunks } = buildSelfTest({ doses: whole, sd: 0.01 });
  const { takesTurns: _, ruler: __, ...first } = record;
  writeFileSync(
    path.join(folder.dir, 'self-test.json'),
    JSON.stringify({ ...first, schemaVersion: 1 }),
  );
  mkdirSync(path.join(folder.dir, 'blocks'));
  for (const [dose, [chunk]] of chunks) {
    writeFileSync(path.join(folder.dir, 'blocks', `${dose}-001.json`), JSON.stringify(chunk));
  }
  const read = await folder.read();
  assert.deepEqual([read.record.takesTurns, read.record.ruler], [false, null]);
  assert.deepEqual(read.chunks.get('5pc'), chunks.get('5pc'));
});

it('A record of a newer form is refused by the version that wrote it', async (t) => {
  const folder = folderOf(t);
  const { record } = buildSelfTest({ doses, sd: 0.01, ruler });
  const newer = { ...record, schemaVersion: 3, tool: { name: 'throughput-gate', version: '9.9' } };
  writeFileSync(path.join(folder.dir, 'self-test.json'), JSON.stringify(newer));
  await assert.rejects(folder.read(), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /was written by throughput-gate 9\.9, schema 3/);
    return true;
  });
});
