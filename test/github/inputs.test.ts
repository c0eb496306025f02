import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  commentMode,
  INPUT_NAMES,
  type InputName,
  likelyCommentMode,
  readInputs,
  refuseMisspelt,
  seedInput,
  settingsOf,
} from '../../src/github/inputs.ts';

/** The environment as the runner makes it: every input of action.yml is there. */
function given(inputs: Partial<Record<InputName, string>>) {
  const env = Object.fromEntries(
    INPUT_NAMES.map((name) => [`INPUT_${name.toUpperCase()}`, inputs[name] ?? '']),
  );
  return readInputs(env);
}

test('The action reads every input by the runner’s name, trimmed; the body as written', () => {
  const inputs = readInputs({
    INPUT_START: '  node server.js\n',
    'INPUT_EXPECT-STATUS': '201',
    INPUT_BODY: ' {"a": 1}\n',
    INPUT_EXPECT_STATUS: 'not this one',
  });
  assert.equal(inputs.start, 'node server.js');
  assert.equal(inputs['expect-status'], '201');
  assert.equal(inputs.body, ' {"a": 1}\n');
  assert.deepEqual(Object.keys(inputs), [...INPUT_NAMES]);
  assert.equal(inputs.token, '');
});

test('The experiment’s inputs become settings under the name that the user knows', () => {
  const values = Object.fromEntries(INPUT_NAMES.map((name) => [name, `<${name}>`]));
  const settings = settingsOf(given(values));
  assert.deepEqual(settings.expectStatus, {
    value: '<expect-status>',
    origin: 'input `expect-status`',
  });
  assert.deepEqual(settings.only, [{ value: '<only>', origin: 'input `only`' }]);
  const origins = Object.values(settings)
    .flat()
    .map((setting) => setting?.origin);
  assert.equal(new Set(origins).size, Object.keys(settings).length);
  for (const [key, setting] of Object.entries(settings)) {
    const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    assert.equal([setting].flat()[0]?.value, `<${name}>`);
  }
});

test('A misspelt input is refused with the one that was meant; the runner would only warn of it', () => {
  assert.throws(
    () => refuseMisspelt({ INPUT_TOLERENCE: '2%', INPUT_STRAT: 'x', INPUT_EXPECT_STATUS: '201' }),
    {
      message:
        'input `tolerence`: there is none of this name\n  write `tolerance`\n' +
        'input `strat`: there is none of this name\n  write `start`\n' +
        'input `expect_status`: there is none of this name\n  write `expect-status`',
    },
  );
});

test('A key that only a config file has, and another tool’s word for an input, are refused too', () => {
  const told = (name: string) => {
    try {
      refuseMisspelt({ [`INPUT_${name.toUpperCase()}`]: 'x' });
      return '';
    } catch (error) {
      return (error as Error).message.split('\n  ')[1];
    }
  };
  const inFile = (home: string) => `${home} of a config file, such as .github/throughput-gate.yml`;
  assert.equal(told('before'), inFile('`before` belongs in a server'));
  assert.equal(told('latency'), inFile('`latency` belongs in a scenario'));
  // The input that is spelt most alike is another thing.
  assert.equal(told('scenarios'), inFile('`scenarios` belongs in the top level'));
  assert.equal(told('expect'), 'write `expect-status`');
  assert.equal(told('stop'), 'write `stop-signal`, `stop-timeout`, `stop-command`');
  assert.equal(told('start_timeout'), 'write `ready-timeout`');
  assert.equal(told('working-directory'), 'write `workdir`');
  assert.equal(told('github-token'), 'write `token`');
  assert.equal(told('claim'), 'write `claims`');
});

test('What is like no input, is empty, or is one, is no misspelt input', () => {
  const known = Object.fromEntries(INPUT_NAMES.map((name) => [`INPUT_${name.toUpperCase()}`, '1']));
  const others = { INPUT_NODE_OPTIONS: 'x', INPUT_TOLERENCE: '', MY_INPUT_STRAT: 'x' };
  refuseMisspelt({ ...known, ...others });
});

test('What was not given is no setting', () => {
  assert(Object.values(settingsOf(given({}))).every((setting) => setting === undefined));
});

test('The action comments when the input and the verdict ask for it', () => {
  assert.equal(commentMode(given({})), 'always');
  for (const comment of ['always', 'on-change', 'never']) {
    assert.equal(commentMode(given({ comment })), comment);
  }
  assert.throws(() => commentMode(given({ comment: 'sometimes' })), {
    name: 'UserError',
    message: /input `comment`: "sometimes" is none of always, on-change, never/,
  });
});

test('While other inputs may be wrong, `never` already means none', () => {
  assert.equal(likelyCommentMode({ comment: 'never' }), 'never');
  assert.equal(likelyCommentMode({ comment: '' }), 'always');
  assert.equal(likelyCommentMode({ comment: 'nevr' }), 'always');
});

test('The seed is a whole number', () => {
  assert.equal(seedInput(given({})), null);
  assert.equal(seedInput(given({ seed: '0' })), 0);
  assert.equal(seedInput(given({ seed: '42' })), 42);
  for (const seed of ['-1', '1.5', '1e3', 'x', '99999999999999999999']) {
    assert.throws(() => seedInput(given({ seed })), { name: 'UserError', message: /input `seed`/ });
  }
});

test('An input that a message names is one that there is', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' });
  const named = sources
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [
      ...readFileSync(join('src', name), 'utf8').matchAll(/\binput \\?`([a-z-]+)(?:: [^`]*)?`/g),
    ])
    .map(([, name = '']) => name);
  assert.ok(named.includes('token'), 'they are found');
  const unknown = named.filter((name) => !INPUT_NAMES.some((known) => known === name));
  assert.deepEqual(unknown, []);
});
