/** Which configuration file is read, and which folders it may name. */
import assert from 'node:assert/strict';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadExperiment } from '../../../src/config/load.ts';
import { SMALLEST } from '../defaults.ts';
import { CONFIG, complaint, flags, repository } from '../repository.ts';

test('Which file is read', async (t) => {
  const named = (name: string) => `servers: { ${name}: { start: x } }`;
  const serverOf = async (root: string, settings = {}, cwd?: string) => {
    const found = await loadExperiment({ root, settings, ...(cwd === undefined ? {} : { cwd }) });
    return [found.configFile, found.experiment.servers[0]?.name];
  };

  await t.test('The .yaml spelling is found too', async () => {
    await using folder = await repository({ '.github/throughput-gate.yaml': named('b') });
    assert.deepEqual(await serverOf(folder.root), ['.github/throughput-gate.yaml', 'b']);
  });
  await t.test('The one asked for, before the default, and relative to cwd', async () => {
    await using folder = await repository({ [CONFIG]: named('a'), 'sub/c.yml': named('c') });
    assert.deepEqual(await serverOf(folder.root, flags({ config: 'sub/c.yml' })), [
      'sub/c.yml',
      'c',
    ]);
    const cwd = join(folder.root, 'sub');
    assert.deepEqual(await serverOf(folder.root, flags({ config: 'c.yml' }), cwd), [
      'sub/c.yml',
      'c',
    ]);
  });
  await t.test(
    'One in a folder whose name begins with two dots is named from the root, too',
    async () => {
      await using folder = await repository({ '..conf/d.yml': named('d') });
      assert.deepEqual(await serverOf(folder.root, flags({ config: '..conf/d.yml' })), [
        '..conf/d.yml',
        'd',
      ]);
    },
  );
  await t.test('There may not be two default files', async () => {
    await using folder = await repository({
      [CONFIG]: SMALLEST,
      '.github/throughput-gate.yaml': SMALLEST,
    });
    assert.equal(
      await complaint(loadExperiment({ root: folder.root, settings: {} })),
      `.github/throughput-gate.yaml: there are two config files, this and ${CONFIG}\n  remove one of them`,
    );
  });
  await t.test('A file that is missing is refused', async () => {
    await using folder = await repository({ [CONFIG]: SMALLEST });
    const settings = flags({ config: 'nope.yml' });
    assert.equal(
      await complaint(loadExperiment({ root: folder.root, settings })),
      `--config: there is no file ${join(folder.root, 'nope.yml')}\n  the default is ${CONFIG}, and needs no setting`,
    );
  });
  await t.test('A folder is refused as a file', async () => {
    await using folder = await repository({ 'c.yml/x': '' });
    const settings = flags({ config: 'c.yml' });
    assert.equal(
      await complaint(loadExperiment({ root: folder.root, settings })),
      `--config: ${join(folder.root, 'c.yml')} is a folder, not a file`,
    );
  });
  await t.test(
    'What has no end, or more than anybody writes, is refused before it is read',
    async () => {
      await using folder = await repository({ 'large.yml': `# ${'x'.repeat(1024 * 1024)}` });
      await mkdir(join(folder.root, '.github'));
      await symlink('/dev/zero', join(folder.root, CONFIG));
      assert.equal(
        await complaint(loadExperiment({ root: folder.root, settings: {} })),
        `${CONFIG}: ${join(folder.root, CONFIG)} is no regular file`,
      );
      assert.equal(
        await complaint(
          loadExperiment({ root: folder.root, settings: flags({ config: 'large.yml' }) }),
        ),
        `--config: ${join(folder.root, 'large.yml')} has 2 MiB; a config file may have 1`,
      );
    },
  );
});

test('A workdir that is a file, or a link that leads out, is refused', async () => {
  await using folder = await repository({
    [CONFIG]:
      'servers: { a: { start: x, workdir: file }, b: { start: x, workdir: out }, c: { start: x, workdir: in } }',
    file: '',
    'real/x': '',
  });
  await symlink('/', join(folder.root, 'out'));
  await symlink('real', join(folder.root, 'in'));
  assert.equal(
    await complaint(loadExperiment({ root: folder.root, settings: {} })),
    `${CONFIG}:1:36: servers.a.workdir: found "file"; allowed: a folder (this is a file)
${CONFIG}:1:68: servers.b.workdir: found "out"; allowed: a folder inside the repository (this is a link that leads out of it)`,
  );
});

test('A root that is itself reached by a link is no way out', async () => {
  await using folder = await repository({ [`tree/${CONFIG}`]: SMALLEST });
  await mkdir(join(folder.root, 'links'));
  await symlink('../tree', join(folder.root, 'links/tree'));
  const root = join(folder.root, 'links/tree');
  const { experiment } = await loadExperiment({ root, settings: {} });
  assert.equal(experiment.servers[0]?.name, 'api');
});
