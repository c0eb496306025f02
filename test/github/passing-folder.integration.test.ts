/** A history in a folder that the runner empties is told before anything is measured for it. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { passingFolder } from '../../src/github/passing-folder.ts';
import { makeSandbox } from '../support/git.ts';

test('A folder that the runner empties is named while nothing is in it, and one that stays never', (t) => {
  const { dir } = makeSandbox(t);
  const workspace = `${dir}/work`;
  mkdirSync(workspace);
  const own = {
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: `${dir}/temp`,
    RUNNER_ENVIRONMENT: 'self-hosted',
  };
  const asked = (path: string, env: Record<string, string> = own) =>
    passingFolder({ kind: 'directory', path }, workspace, env);
  assert.equal(asked('.history'), `${workspace}/.history`);
  assert.equal(asked(`${dir}/temp/history`), `${dir}/temp/history`);
  assert.equal(asked(`${dir}/workshop/history`), null);
  assert.equal(asked('../history'), null);
  const hosted = { ...own, RUNNER_ENVIRONMENT: 'github-hosted' };
  assert.equal(asked(`${dir}/workshop/history`, hosted), `${dir}/workshop/history`);
  // As a step before has brought it back.
  mkdirSync(`${workspace}/.history/api`, { recursive: true });
  writeFileSync(`${workspace}/.history/api/plain.ndjson`, '');
  assert.equal(asked('.history', hosted), null);
  assert.equal(passingFolder({ kind: 'cache' }, workspace, hosted), null);
});
