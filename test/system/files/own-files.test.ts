import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { OwnFiles, ownFiles } from '../../../src/system/files/own-files.ts';
import { UserError } from '../../../src/system/messages/problem.ts';

/** Longer than a tick of the clock that stamps files. */
const TICK_MS = 30;

async function program(t: TestContext, before: (file: string) => void = () => {}) {
  const dir = mkdtempSync(join(tmpdir(), 'tg-own-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'generator.cjs');
  writeFileSync(file, 'one');
  utimesSync(file, 1000, 1000);
  before(file);
  const own = new OwnFiles([file, join(dir, 'absent.cjs')]);
  await sleep(TICK_MS);
  return { dir, file, own };
}

it('The gate finds its own files as they were, and says so of those that run now', async (t) => {
  const { own } = await program(t);
  assert.equal(own.trouble(), null);
  own.assertUnchanged();
  assert.equal(ownFiles.trouble(), null);
});

const CHANGES: Record<string, (file: string) => void> = {
  'written over': (file) => writeFileSync(file, 'two'),
  removed: (file) => rmSync(file),
  'replaced by a copy': (file) => {
    cpSync(file, `${file}.new`, { preserveTimestamps: true });
    renameSync(`${file}.new`, file);
  },
  'written over, and put back with its old times': (file) => {
    writeFileSync(file, 'two');
    writeFileSync(file, 'one');
    utimesSync(file, 1000, 1000);
  },
  'moved away, and back again': (file) => {
    renameSync(file, `${file}.old`);
    renameSync(`${file}.old`, file);
  },
  'given other rights': (file) => chmodSync(file, 0o755),
  'given a second name, written over by it, and put back': (file) => {
    linkSync(file, `${file}.link`);
    writeFileSync(`${file}.link`, 'two');
    writeFileSync(`${file}.link`, 'one');
    utimesSync(file, 1000, 1000);
  },
};
for (const [how, change] of Object.entries(CHANGES)) {
  it(`The gate does not believe in a file of its own that was ${how}`, async (t) => {
    const { file, own } = await program(t);
    change(file);
    const trouble = own.trouble() ?? '';
    assert.match(
      trouble,
      /^files of the gate itself were changed while it ran \(.*generator\.cjs\)/,
    );
    assert.throws(
      () => own.assertUnchanged(),
      (error) => error instanceof UserError && error.message === trouble,
    );
  });
}

it('The gate names files of its own that were not there before', async (t) => {
  const { dir, own } = await program(t);
  writeFileSync(join(dir, 'absent.cjs'), '');
  assert.match(own.trouble() ?? '', /\(.*absent\.cjs\)/);
});

it('A package manager that gives a file in its store another name changes nothing', async (t) => {
  const { file, own } = await program(t, (file) => linkSync(file, `${file}.store`));
  linkSync(file, `${file}.project`);
  assert.equal(own.trouble(), null);
});
