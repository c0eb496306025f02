/** Where a step of the action leaves its results when nobody says. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { CommandFiles } from '../../src/github/command-files.ts';
import { readInputs } from '../../src/github/inputs.ts';
import { resultsDir } from '../../src/github/question.ts';

test('Each step has a folder of its own for its results, also two that the runner calls alike, and the one that was asked for', (t) => {
  const temp = mkdtempSync(path.join(tmpdir(), 'tg-results-dir-'));
  t.after(() => rmSync(temp, { recursive: true }));
  const stepOf = (more: Record<string, string> = {}) => {
    const env = { RUNNER_TEMP: temp, GITHUB_RUN_ID: '7', GITHUB_ACTION: '__octo_gate', ...more };
    return { env, files: new CommandFiles({}), inputs: readInputs(env) };
  };
  const first = resultsDir(stepOf());
  assert.equal(first, path.join(temp, 'throughput-gate-results-7-__octo_gate'));
  assert.equal(resultsDir(stepOf()), first);
  mkdirSync(first);
  const second = resultsDir(stepOf());
  assert.equal(second, `${first}-2`);
  mkdirSync(second);
  assert.equal(resultsDir(stepOf()), `${first}-3`);
  const asked = { INPUT_OUT: first, GITHUB_WORKSPACE: temp };
  assert.equal(resultsDir(stepOf(asked)), first);
});
