import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CommandFiles } from '../../src/github/command-files.ts';
import { readEvent } from '../../src/github/event.ts';
import { readPayload } from '../../src/github/event-file.ts';
import { readInputs } from '../../src/github/inputs.ts';
import { shellInputs } from '../../src/github/shell-inputs.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import { commit, initRepo, makeSandbox } from '../support/git.ts';

const FILE = '.github/throughput-gate.yml';

/** As a step with these inputs reads them, in a repository with this config file. */
async function read(t: TestContext, given: Record<string, string>, config: string) {
  const { dir } = makeSandbox(t);
  const repo = initRepo(join(dir, 'repo'));
  commit(repo, { [FILE]: config, 'server.js': '' });
  const inputs = Object.entries(given).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  const env = {
    GITHUB_WORKSPACE: repo,
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_RUN_ID: '1',
    GITHUB_EVENT_PATH: new URL('events/pull_request.json', import.meta.url).pathname,
    ...Object.fromEntries(inputs),
  };
  const step = { env, inputs: readInputs(env), files: new CommandFiles({}) };
  const context = readEvent(env, readPayload(env));
  return shellInputs(step, context, new AbortController().signal);
}

async function places(reading: Promise<unknown>): Promise<(string | undefined)[]> {
  const error = await reading.then(
    () => assert.fail('it is all right'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof UserError, String(error));
  return error.problems.map(({ where }) => where);
}

const GOOD = 'servers: { api: { start: node server.js } }\n';

test('Every mistake in the action’s inputs and in the config is told by one run, before anything is asked of a network', async (t) => {
  const given = {
    ...{ base: 'main', 'base-dir': '../old', 'config-from': 'main', publish: 'yes', seed: 'x' },
    ...{ 'allow-unattributed-head': '1', comment: 'sometimes', 'output-in-comment': 'on' },
    ...{ budget: 'long', 'save-measurement': 'm.json' },
  };
  const config = `${GOOD}gate: { tolerance: much }\n`;
  assert.deepEqual(await places(read(t, given, config)), [
    'input `save-measurement`',
    'input `base`, input `base-dir`',
    'input `config-from`',
    'input `publish`',
    'input `seed`',
    'input `allow-unattributed-head`',
    'input `comment`',
    'input `output-in-comment`',
    `${FILE}:2:20`,
    'input `budget`',
  ]);
});

test('Every mistake in the inputs of a versus is told by one run, each once, with those of its contenders', async (t) => {
  const given = { versus: 'api', seed: 'x', comment: 'sometimes' };
  assert.deepEqual(await places(read(t, given, GOOD)), [
    'input `seed`',
    'input `comment`',
    'input `versus` `api`',
  ]);
  const refused = { versus: 'api api', base: 'main', comment: 'sometimes' };
  assert.deepEqual(await places(read(t, refused, GOOD)), ['input `base`', 'input `comment`']);
});

test('Inputs that are right are read, and true and false may be written as GitHub’s own inputs may', async (t) => {
  const given = { seed: '7', comment: 'on-change', 'output-in-comment': 'True', publish: 'FALSE' };
  assert.deepEqual(await read(t, given, GOOD), {
    mode: 'on-change',
    outputInComment: true,
    seed: 7,
    versus: null,
  });
  assert.deepEqual(await read(t, {}, GOOD), {
    mode: 'always',
    outputInComment: false,
    seed: null,
    versus: null,
  });
});
