/** Nobody but the step itself speaks through the runner's files. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CommandFiles, tamperedText } from '../../src/github/command-files.ts';
import { takeEnvironment } from '../../src/github/secrets.ts';

const NAMES = {
  GITHUB_OUTPUT: 'set_output_1',
  GITHUB_ENV: 'set_env_1',
  GITHUB_PATH: 'add_path_1',
  GITHUB_STATE: 'save_state_1',
  GITHUB_STEP_SUMMARY: 'step_summary_1',
  GITHUB_NEW_KIND: 'new_kind_1',
};

function runnerFolder(t: TestContext): Record<keyof typeof NAMES, string> {
  const temp = mkdtempSync(join(tmpdir(), 'tg-runner-'));
  t.after(() => rmSync(temp, { recursive: true, force: true }));
  const folder = join(temp, '_runner_file_commands');
  mkdirSync(folder);
  const entries = Object.entries(NAMES).map(([name, file]) => [name, join(folder, file)]);
  for (const [, file] of entries) writeFileSync(file as string, '');
  return Object.fromEntries(entries);
}

test('What the change runs inherits no input, no credential and no command file', () => {
  const env: NodeJS.ProcessEnv = {
    PATH: '/bin',
    GITHUB_SHA: 'abc',
    GITHUB_EVENT_PATH: '/temp/_github_workflow/event.json',
    RUNNER_TEMP: '/temp',
    INPUT_TOKEN: 't',
    'INPUT_READY-PATH': '/health',
    ACTIONS_RUNTIME_TOKEN: 'r',
    ACTIONS_OF_THE_FUTURE: 'f',
    GITHUB_OUTPUT: '/elsewhere/out',
    OUTPUT_COPY: '/elsewhere/out',
    GITHUB_ENV: '/temp/_runner_file_commands/set_env_1',
    GITHUB_NEW_KIND: '/temp/_runner_file_commands/new_kind_1',
    GITHUB_ARTIFACTS: '/temp/x',
    GITHUB_ARTIFACTS_LIST: '/temp/y',
    GITHUB_STEP_SUMMARY: '',
    EMPTY: '',
  };
  const before = { ...env };
  assert.deepEqual({ ...takeEnvironment(env) }, before);
  assert.deepEqual(env, {
    PATH: '/bin',
    GITHUB_SHA: 'abc',
    GITHUB_EVENT_PATH: '/temp/_github_workflow/event.json',
    RUNNER_TEMP: '/temp',
    EMPTY: '',
  });
});

test('Files that only the step wrote are as they should be', (t) => {
  const env = runnerFolder(t);
  const files = new CommandFiles(env);
  files.append('GITHUB_OUTPUT', 'a=1\n');
  files.append('GITHUB_OUTPUT', 'a=2\n');
  files.append('GITHUB_STEP_SUMMARY', '# größer\n');
  rmSync(env.GITHUB_STATE);
  assert.deepEqual(files.restore(), []);
  assert.equal(readFileSync(env.GITHUB_OUTPUT, 'utf8'), 'a=1\na=2\n');
  assert.equal(tamperedText(files.restore()), null);
});

for (const [how, tamper] of [
  ['a line that is added', (file: string) => appendFileSync(file, 'confirmation=not-needed\n')],
  ['other text of the same length', (file: string) => writeFileSync(file, 'a=9\n')],
  ['a file in its place', (file: string) => replace(file, () => writeFileSync(file, 'x=1\n'))],
  [
    'a link in its place',
    (file: string) => replace(file, () => symlinkSync('/etc/hostname', file)),
  ],
  ['a pipe in its place', (file: string) => replace(file, () => execFileSync('mkfifo', [file]))],
] as const) {
  test(`${how} is noticed, for every kind of file, and taken back`, { timeout: 10_000 }, (t) => {
    const env = runnerFolder(t);
    const files = new CommandFiles(env);
    files.append('GITHUB_OUTPUT', 'a=1\n');
    for (const file of Object.values(env)) tamper(file);
    assert.deepEqual(files.restore(), Object.keys(NAMES).sort());
    for (const [name, file] of Object.entries(env)) {
      assert.equal(readFileSync(file, 'utf8'), name === 'GITHUB_OUTPUT' ? 'a=1\n' : '', name);
    }
    assert.match(tamperedText(files.restore()) ?? '', /GITHUB_ENV.*nothing that was measured/);
  });
}

test('What was noticed once stays known, also when the step itself writes over it', (t) => {
  const env = runnerFolder(t);
  const files = new CommandFiles(env);
  files.append('GITHUB_OUTPUT', 'verdict=invalid\n');
  appendFileSync(env.GITHUB_OUTPUT, 'verdict=unchanged\n');
  files.append('GITHUB_OUTPUT', 'verdict=regression\n');
  assert.equal(readFileSync(env.GITHUB_OUTPUT, 'utf8'), 'verdict=invalid\nverdict=regression\n');
  assert.deepEqual(files.restore(), ['GITHUB_OUTPUT']);
});

test('A link is never written through', (t) => {
  const env = runnerFolder(t);
  const files = new CommandFiles(env);
  const victim = join(env.GITHUB_ENV, '..', 'victim');
  writeFileSync(victim, 'precious');
  replace(env.GITHUB_OUTPUT, () => symlinkSync(victim, env.GITHUB_OUTPUT));
  files.append('GITHUB_OUTPUT', 'a=1\n');
  assert.equal(readFileSync(victim, 'utf8'), 'precious');
  assert.equal(readFileSync(env.GITHUB_OUTPUT, 'utf8'), 'a=1\n');
});

test('A file that cannot be written accuses nobody', (t) => {
  const env = runnerFolder(t);
  const missing = { GITHUB_OUTPUT: join(env.GITHUB_ENV, 'no', 'such', 'folder') };
  const files = new CommandFiles(missing);
  assert.throws(() => files.append('GITHUB_OUTPUT', 'a=1\n'), /ENOTDIR/);
  assert.deepEqual(files.restore(), []);
  files.append('GITHUB_ENV', 'without a file it does nothing');
  assert.ok(!existsSync(missing.GITHUB_OUTPUT));
});

test('A hard link to a file of somebody else’s is told from ours by what it holds', (t) => {
  const env = runnerFolder(t);
  const files = new CommandFiles(env);
  const other = join(env.GITHUB_ENV, '..', 'other');
  writeFileSync(other, 'PATH=/evil\n');
  replace(env.GITHUB_ENV, () => linkSync(other, env.GITHUB_ENV));
  assert.deepEqual(files.restore(), ['GITHUB_ENV']);
  assert.equal(readFileSync(env.GITHUB_ENV, 'utf8'), '');
});

function replace(file: string, put: () => void): void {
  rmSync(file);
  put();
}
