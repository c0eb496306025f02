/**
 * actionlint and zizmor over our own workflows and over every one that the documents show.
 * `scripts/test-tools.sh` installs both in CI; elsewhere they are used when they are on the PATH.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ownFile } from '../../src/system/program/runtime.ts';
import { workflowsInDocuments } from './documents.ts';

let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'tg-workflows-'));
  // A repository of its own, laid out as both linters expect one.
  mkdirSync(join(folder, '.git'));
  cpSync(ownFile('.github'), join(folder, '.github'), { recursive: true });
  for (const { where, text } of workflowsInDocuments()) {
    const name = `${where.replaceAll(/[^\w.-]+/g, '-')}.yml`;
    const titled = /^name:/m.test(text) ? text : `name: ${where}\n${text}`;
    writeFileSync(join(folder, '.github/workflows', name), titled);
  }
  // `uses: ./` of our own workflow is looked up.
  cpSync(ownFile('action.yml'), join(folder, 'action.yml'));
  cpSync(ownFile('dist/action.cjs'), join(folder, 'dist/action.cjs'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('Actionlint finds nothing in our workflows and in those of the documents', {
  skip: missing('actionlint'),
}, () => {
  const { status, output } = run('actionlint', ['-no-color']);
  assert.equal(status, 0, output);
});

test('Actionlint finds an expression that cannot be, so that it can fail', {
  skip: missing('actionlint'),
}, () => {
  const bad = join(folder, '.github/workflows/bad.yml');
  const steps = `[{ run: 'echo \${{ nothing.here }}' }]`;
  writeFileSync(bad, `on: push\njobs: { build: { runs-on: ubuntu-latest, steps: ${steps} } }\n`);
  const { status, output } = run('actionlint', ['-no-color']);
  assert.notEqual(status, 0);
  assert.match(output, /undefined variable "nothing"/);
  rmSync(bad);
});

test('Zizmor finds nothing in our workflows and in those of the documents', {
  skip: missing('zizmor'),
}, () => {
  const config = join(folder, '.github/zizmor.yml');
  const args = ['--offline', '--no-progress', '--color=never', '--config', config, '.'];
  const { status, output } = run('zizmor', args);
  assert.equal(status, 0, output);
});

test('Zizmor finds a checkout that keeps its token, so that it can fail', {
  skip: missing('zizmor'),
}, () => {
  const bad = join(folder, 'bad.yml');
  const steps = '[{ uses: actions/checkout@v7 }]';
  const job = `{ runs-on: ubuntu-latest, permissions: { contents: read }, steps: ${steps} }`;
  writeFileSync(bad, `name: bad\non: pull_request\npermissions: {}\njobs: { build: ${job} }\n`);
  const { status, output } = run('zizmor', ['--offline', '--no-progress', '--color=never', bad]);
  assert.notEqual(status, 0);
  assert.match(output, /artipacked/);
  rmSync(bad);
});

function run(tool: string, args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(tool, args, { cwd: folder, encoding: 'utf8' });
  return { status, output: `${stdout}\n${stderr}` };
}

function missing(tool: string): string | false {
  const { error } = spawnSync(tool, ['--version'], { stdio: 'ignore' });
  return error === undefined ? false : `${tool} is not on the PATH (scripts/test-tools.sh)`;
}
