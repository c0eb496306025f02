/** Who may write a history on the command line, and which history a subcommand finds. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { storeAsked } from '../../src/commands/history/place.ts';
import { assertMayWriteHistory, localHistory } from '../../src/commands/local-history.ts';
import { judge } from '../../src/judge/judge.ts';
import { repeat } from '../support/block.ts';
import { commit, initRepo, makeSandbox, sh } from '../support/git.ts';
import { measurementOf } from '../support/measurement.ts';

const never = new AbortController().signal;

/** Kept, or why not. */
async function fate(
  dir: string,
  env: Record<string, string> = {},
  isByFlag = true,
): Promise<string> {
  const place = { kind: 'directory', path: `${dir}-history` } as const;
  const history = await localHistory(place, dir, {
    ...{ signal: never, namesBase: false, isByFlag, env },
  });
  const measurement = measurementOf({ subjects: [{ blocks: repeat({}, 8) }] });
  const source = { commit: sh(dir, 'rev-parse', 'HEAD'), description: 'HEAD' };
  const whole = { ...measurement, sources: { base: source, head: source } };
  history?.collect(whole, judge(whole));
  const outcome = await history?.keep(true);
  return outcome === undefined ? 'none' : 'why' in outcome ? outcome.why : outcome.kind;
}

test('On the command line the default branch writes, with nothing uncommitted, and no pull request of any service', async (t) => {
  const { dir } = makeSandbox(t);
  const code = initRepo(`${dir}/code`);
  commit(code, { 'a.txt': 'a' });
  assert.equal(await fate(code), 'kept');
  assert.equal(await fate(code, { CI_MERGE_REQUEST_IID: '7' }), 'pull-request');
  assert.equal(
    await fate(code, { BUILDKITE_PULL_REQUEST: 'false', TRAVIS_PULL_REQUEST: '' }),
    'kept',
  );
  writeFileSync(`${code}/a.txt`, 'b');
  assert.equal(await fate(code), 'not-clean');
  commit(code, { 'a.txt': 'b' });
  sh(code, 'switch', '--quiet', '--create', 'topic');
  assert.equal(await fate(code), 'other-branch');
  sh(code, 'switch', '--quiet', '--detach', 'main');
  assert.equal(await fate(code), 'other-branch');
  // As a service checks it out: a commit that is the tip of the default branch.
  sh(code, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
  assert.equal(await fate(code), 'kept');
  sh(code, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
  assert.equal(await fate(code), 'other-branch');
});

test('A commit that is not the tip of origin’s default branch, as the clone knows it, is not written for all', async (t) => {
  const { dir } = makeSandbox(t);
  const code = initRepo(`${dir}/code`);
  const old = commit(code, { 'a.txt': 'a' });
  const tip = commit(code, { 'a.txt': 'b' });
  sh(code, 'update-ref', 'refs/remotes/origin/main', tip);
  assert.equal(await fate(code), 'kept');
  commit(code, { 'a.txt': 'not pushed' });
  assert.equal(await fate(code), 'not-pushed');
  sh(code, 'reset', '--quiet', '--hard', old);
  assert.equal(await fate(code), 'not-pushed');
});

test('At a desk the history of the config file is only read, and nobody is asked for the right to write', async (t) => {
  const { dir } = makeSandbox(t);
  const code = initRepo(`${dir}/code`);
  commit(code, { 'a.txt': 'a' });
  assert.equal(await fate(code, {}, false), 'not-asked');
  for (const name of ['CI', 'TF_BUILD']) {
    assert.equal(await fate(code, { [name]: 'true' }, false), 'kept', name);
  }
  sh(code, 'remote', 'add', 'origin', `${dir}/nowhere.git`);
  const place = { kind: 'branch', name: 'kept' } as const;
  const asked = { signal: never, namesBase: false, env: {} };
  const open = (isByFlag: boolean, onlyLooks = false) =>
    localHistory(place, code, { ...asked, isByFlag, onlyLooks });
  assert.deepEqual([(await open(false))?.writes, (await open(true, true))?.writes], [false, true]);
  await assert.rejects(open(true), /history: branch:kept/);
});

test('What else writes a history is refused in every job that may not, and at nobody’s desk', async (t) => {
  const { dir } = makeSandbox(t);
  const code = initRepo(`${dir}/code`);
  const sha = commit(code, { 'a.txt': 'a' });
  const write = (env: Record<string, string>) =>
    assertMayWriteHistory('history import', code, never, env);
  await write({});
  await write({ CI: 'true' });
  await assert.rejects(write({ CHANGE_ID: '7' }), {
    message:
      'history import: nothing is written, because only runs of the default branch write it, and this one is of a pull request\n' +
      '  do it in a job of the default branch (a push, a schedule, a manual run of it), or in a clone of your own',
  });
  const repository = { full_name: 'octo/app', default_branch: 'main' };
  const event = (name: string, ref: string, payload: object = {}) => {
    writeFileSync(`${dir}/event.json`, JSON.stringify({ repository, ...payload }));
    const about = { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: `${dir}/event.json` };
    const where = { GITHUB_REPOSITORY: 'octo/app', GITHUB_SHA: sha, GITHUB_REF: ref };
    return { GITHUB_ACTIONS: 'true', ...about, ...where };
  };
  await write(event('push', 'refs/heads/main'));
  await assert.rejects(write(event('push', 'refs/heads/topic')), /another branch or a tag/);
  const group = { base_sha: sha, head_sha: sha, base_ref: 'refs/heads/main' };
  await assert.rejects(
    write(event('merge_group', 'refs/heads/queue', { merge_group: group })),
    /of a merge group/,
  );
  await assert.rejects(write(event('release', 'refs/tags/v1')), /another event started this one/);
  // At somebody's desk any branch will do; in a job, only the default one.
  sh(code, 'switch', '--quiet', '--create', 'topic');
  writeFileSync(`${code}/a.txt`, 'b');
  await write({});
});

test('A step that calls the command line is asked by the event, as the action is', async (t) => {
  const { dir } = makeSandbox(t);
  const code = initRepo(`${dir}/code`);
  const sha = commit(code, { 'a.txt': 'a' });
  const event = (name: string, payload: object, more: Record<string, string> = {}) => {
    writeFileSync(`${dir}/event.json`, JSON.stringify(payload));
    return {
      ...{
        GITHUB_ACTIONS: 'true',
        GITHUB_EVENT_NAME: name,
        GITHUB_EVENT_PATH: `${dir}/event.json`,
      },
      ...{ GITHUB_REPOSITORY: 'octo/app', GITHUB_SHA: sha, GITHUB_REF: 'refs/heads/main', ...more },
    };
  };
  const repository = { full_name: 'octo/app', default_branch: 'main' };
  assert.equal(await fate(code, event('push', { repository })), 'kept');
  const other = event('push', { repository }, { GITHUB_SHA: 'f'.repeat(40) });
  assert.equal(await fate(code, other), 'other-commit');
  assert.equal(await fate(code, event('release', { repository })), 'other-event');
});

test('The history is the one of the flag, else of the config file, else a branch of origin', async (t) => {
  const { dir } = makeSandbox(t);
  const code = initRepo(`${dir}/code`);
  commit(code, { 'a.txt': 'a' });
  const nameOf = async (flags: object) =>
    (await storeAsked(flags, { cwd: code, env: {}, signal: never })).name;
  await assert.rejects(nameOf({}), /the code is in no git repository with an `origin`/);
  sh(code, 'remote', 'add', 'origin', '../origin.git');
  assert.equal(await nameOf({}), 'the branch throughput-gate-history');
  mkdirSync(`${code}/.github`);
  writeFileSync(`${code}/.github/throughput-gate.yml`, 'gate:\n  history: directory:kept\n');
  assert.equal(await nameOf({}), `the folder ${code}/kept`);
  assert.equal(await nameOf({ history: 'branch:perf' }), 'the branch perf');
  await assert.rejects(nameOf({ history: 'none' }), /there is no history to look at in `none`/);
  writeFileSync(`${code}/.github/throughput-gate.yml`, 'gate:\n  history: no\n');
  await assert.rejects(nameOf({}), /throughput-gate\.yml:2:12: gate\.history: found .*allowed/s);
  writeFileSync(`${code}/.github/throughput-gate.yml`, 'gate:\n  history: none\n');
  await assert.rejects(
    nameOf({}),
    /\.github\/throughput-gate\.yml:2:12: `gate\.history` is `none`/,
  );
});
