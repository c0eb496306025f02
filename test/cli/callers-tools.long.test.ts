/**
 * What runs the gate must not stand between it and the arms: npm's PATH, a workspace in a variable, a path of the user's in a
 * command. Head's server ends at once and base's works, so that nothing is measured and each must have run its own.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Measurement } from '../../src/measure/observed/measurement.ts';
import { initRepo, sh } from '../support/git.ts';
import { type Installed, install, readJson } from './cli.ts';

let cli: Installed;
let repo: string;
before(() => {
  cli = install();
  repo = initRepo(join(cli.dir, 'repo'));
  writeFileSync(join(repo, 'package.json'), '{ "name": "app", "version": "1.0.0" }');
  const up = "require('node:http').createServer((q, a) => a.end('ok')).listen(process.env.PORT);";
  writeFileSync(join(repo, 'up.js'), up);
  for (const [version, rest] of [
    ['base', "require('node:http').createServer((q, a) => a.end('ok')).listen(process.env.PORT);"],
    ['head', 'process.exit(3);'],
  ]) {
    for (const file of ['node_modules/.bin/srv', 'bin/tool']) {
      mkdirSync(join(repo, file, '..'), { recursive: true });
      const note = `require('node:fs').appendFileSync(process.env.NOTES, process.env.ARM + ' runs ${version}\\n');`;
      writeFileSync(join(repo, file), `#!/usr/bin/env node\n${note}\n${rest}\n`);
      chmodSync(join(repo, file), 0o755);
    }
    sh(repo, 'add', '--all', '--force');
    sh(repo, 'commit', '--quiet', '-m', version as string);
  }
});
after(() => {
  // npm, which calls the gate here, keeps a cache of its own there.
  const left = cli.leftovers().filter((name) => name !== 'node-compile-cache');
  assert.deepEqual(left, []);
  cli.remove();
});

/** Each run has a folder of its own for what its servers note. */
function gate(name: string, start: string, env: Record<string, string> = {}, argv = ['sh', '-c']) {
  const notes = join(cli.dir, `notes-${name}`);
  writeFileSync(notes, '');
  const config = join(cli.dir, `${name}.yml`);
  const server = { start, env: { ARM: '{arm}' } };
  writeFileSync(config, JSON.stringify({ servers: { api: server } }));
  const { PATH, HOME } = process.env;
  const temp = join(cli.dir, 'temp');
  const node = cli.node.split(' ')[0];
  const bundle = join(cli.dir, 'installed/dist/cli.cjs');
  const out = join(cli.dir, `out-${name}`);
  const command = `${node} ${bundle} run --base HEAD~1 --config ${config} --budget 5s --out ${out}`;
  const ran = spawnSync(argv[0] as string, [...argv.slice(1), command], {
    cwd: repo,
    encoding: 'utf8',
    timeout: 110_000,
    env: {
      PATH,
      HOME,
      TMPDIR: temp,
      RUNNER_TEMP: temp,
      NOTES: notes,
      npm_config_offline: 'true',
      ...env,
    },
  });
  const ran2 = readFileSync(notes, 'utf8').trim().split('\n');
  return { ...ran, out, ran: [...new Set(ran2)].sort() };
}

function failedArm(out: string): string | null | undefined {
  const { subjects } = Measurement.parse(readJson(join(out, 'measurement.json')));
  return subjects[0]?.failure?.arm;
}

const EACH_ITS_OWN = ['base runs base', 'head runs head'];

test('Each arm runs its own program under npm exec, whose PATH has the caller’s first', () => {
  const { status, out, ran, stderr } = gate('npm', 'srv', {}, ['npm', 'exec', '-c']);
  assert.deepEqual(ran, EACH_ITS_OWN, stderr);
  assert.equal(failedArm(out), 'head');
  assert.equal(status, 3);
});

test('And with the workspace in PATH, or in a variable that the command uses', () => {
  const path = gate('path', 'tool', { PATH: `${join(repo, 'bin')}:${process.env.PATH}` });
  assert.deepEqual(path.ran, EACH_ITS_OWN, path.stderr);
  assert.equal(failedArm(path.out), 'head');
  const workspace = gate('workspace', 'exec $GITHUB_WORKSPACE/bin/tool', {
    GITHUB_WORKSPACE: repo,
  });
  assert.deepEqual(workspace.ran, EACH_ITS_OWN, workspace.stderr);
});

test('A command that names the working copy is refused, before anything is started', () => {
  const { status, stderr, ran } = gate('absolute', `cd ${repo} && exec bin/tool`);
  assert.equal(status, 2);
  assert.match(
    stderr,
    /servers\.api\.start: it names \S+\/repo, which is your working copy: both arms/,
  );
  assert.deepEqual(ran, ['']);
});

test('What both arms share is told by the name of its variable', () => {
  mkdirSync(join(repo, '.venv'), { recursive: true });
  writeFileSync(join(repo, '.git/info/exclude'), '.venv\n');
  const { stderr } = gate('shared', 'bin/tool', { VIRTUAL_ENV: join(repo, '.venv') });
  assert.match(stderr, /VIRTUAL_ENV leads into your working copy/);
});

test('A script from elsewhere that changes into the working copy is told once its server runs there', () => {
  const script = join(cli.dir, 'led.sh');
  writeFileSync(script, `cd ${repo} && exec node up.js\n`);
  const { status, stdout } = gate('led', `sh ${script}`);
  assert.equal(status, 3, stdout);
  assert.match(stdout, /runs\s+files\s+of\s+your\s+working\s+copy\s+\(\S*repo\/up\.js\)/);
});
