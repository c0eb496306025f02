import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gitBranchStore } from '../../../src/history/stores/git-branch.ts';
import { StoreError } from '../../../src/history/stores/store.ts';
import {
  assertUntouched,
  bytesOf,
  commit,
  initRepo,
  makeSandbox,
  serveGit,
  sh,
} from '../../support/git.ts';
import { unlessLate } from '../../support/unless-late.ts';
import { serveSilence } from '../../support/web-server.ts';
import { adding, contents, contract, put } from './contract.ts';
import { makeRemote, QUICK } from './remote.ts';

contract('A git branch', async (t) => {
  const { bare } = makeRemote(t);
  return () => gitBranchStore({ remote: `file://${bare}`, token: null, patience: QUICK });
});

it('A repository whose ids are SHA-256 keeps a history as well, which begins, grows and loses a file', async (t) => {
  const { dir } = makeSandbox(t);
  sh(dir, 'init', '--quiet', '--object-format=sha256', '--initial-branch=main', 'code');
  const code = `${dir}/code`;
  commit(code, { 'a.txt': 'a' });
  sh(dir, 'clone', '--quiet', '--bare', code, 'app.git');
  const store = gitBranchStore({ remote: `file://${dir}/app.git`, token: null, patience: QUICK });
  await store.check('write');
  await store.update(() => new Map([['api/one.ndjson', 'one\n']]), 'One');
  await store.update(
    () =>
      new Map([
        ['api/one.ndjson', null],
        ['api/two.ndjson', 'two\n'],
      ]),
    'Two',
  );
  const seen = await store.read(async (files) => files.paths);
  assert.deepEqual(seen, ['README.md', 'api/two.ndjson']);
  assert.equal(sh(`${dir}/app.git`, 'rev-list', '--count', 'throughput-gate-history'), '2');
});

it('A git that makes SHA-256 repositories by itself keeps a history in a repository whose ids are SHA-1', async (t) => {
  const { bare } = makeRemote(t);
  const before = process.env.GIT_DEFAULT_HASH;
  process.env.GIT_DEFAULT_HASH = 'sha256';
  t.after(() => {
    if (before === undefined) delete process.env.GIT_DEFAULT_HASH;
    else process.env.GIT_DEFAULT_HASH = before;
  });
  const store = gitBranchStore({ remote: `file://${bare}`, token: null, patience: QUICK });
  await store.check('write');
  await store.update(adding('api/plain.ndjson', 'one'), 'One');
  await store.update(adding('api/plain.ndjson', 'two'), 'Two');
  assert.deepEqual(await contents(store), { 'api/plain.ndjson': 'one\ntwo\n' });
});

const TOKEN = 'ghs_n0bodyMaySeeThis';

async function served(t: TestContext, means: Parameters<typeof serveGit>[2] = {}) {
  const { dir, bare } = makeRemote(t);
  const { address, seen } = await serveGit(t, dir, { token: TOKEN, ...means });
  const remote = `${address}/octo/app.git`;
  return { dir, bare, remote, seen };
}

/** What it ends in. */
async function failure(work: Promise<unknown>): Promise<StoreError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof StoreError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing failed' });
}

describe('a git branch behind HTTP', () => {
  it('A token reaches the server, and no argument, environment, file or folder of this machine', async (t) => {
    const seenByOthers: string[] = [];
    const look = (): boolean => {
      for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        for (const file of ['cmdline', 'environ']) {
          try {
            const text = readFileSync(`/proc/${pid}/${file}`, 'latin1');
            if (text.includes(TOKEN)) seenByOthers.push(`${file} of ${text.slice(0, 60)}`);
          } catch {
            // It is gone, or somebody else's.
          }
        }
      }
      for (const folder of readdirSync(temp, { recursive: true, withFileTypes: true })) {
        if (!folder.isFile()) continue;
        try {
          const text = readFileSync(`${folder.parentPath}/${folder.name}`, 'latin1');
          if (text.includes(TOKEN)) seenByOthers.push(folder.name);
        } catch {
          // A file that git has removed meanwhile.
        }
      }
      return false;
    };
    const { bare, remote, seen } = await served(t, { instead: look });
    const temp = process.env.RUNNER_TEMP as string;
    const store = gitBranchStore({ remote, token: TOKEN, patience: QUICK });
    await store.update(put({ 'api/plain.ndjson': '{}\n' }), 'one');
    assert.deepEqual(await contents(store), { 'api/plain.ndjson': '{}\n' });
    assert.ok(
      seen.some((header) => header?.startsWith('Basic ')),
      'the server was never told it',
    );
    assert.deepEqual(seenByOthers, []);
    assert.deepEqual(readdirSync(temp), [], 'something is left');
    assert.ok(!JSON.stringify(bytesOf(bare)).includes(TOKEN));
  });

  it('A user who lets git print its talk does not get to see the token in an error', async (t) => {
    const { remote } = await served(t);
    for (const [name, value] of Object.entries({ GIT_CURL_VERBOSE: '1', GIT_TRACE_REDACT: '0' })) {
      process.env[name] = value;
      t.after(() => delete process.env[name]);
    }
    const wrong = 'ghs_wr0ngButSecret';
    const error = await failure(
      contents(gitBranchStore({ remote, token: wrong, patience: QUICK })),
    );
    const told = `${error.message} ${error.cure} ${(error.cause as Error).message} ${error.stack}`;
    assert.ok(
      !told.includes(wrong) &&
        !told.includes(Buffer.from(`x-access-token:${wrong}`).toString('base64')),
    );
    assert.match(
      error.message,
      /^the branch throughput-gate-history of http:\S+: fatal: Authentication failed/,
    );
    assert.match(error.cure ?? '', /input `token`.*contents: write/);
  });

  it('What a build writes into the settings of git once the run has begun does not lead the token elsewhere', async (t) => {
    const { remote } = await served(t);
    const elsewhere = await serveGit(t, '/nowhere');
    const store = gitBranchStore({ remote, token: TOKEN, patience: QUICK });
    await store.check('write');
    const home = process.env.GIT_CONFIG_GLOBAL;
    const file = `${process.env.RUNNER_TEMP}/../evil.gitconfig`;
    writeFileSync(
      file,
      `[url "${elsewhere.address}/"]\n\tinsteadOf = ${new URL(remote).origin}/\n`,
    );
    process.env.GIT_CONFIG_GLOBAL = file;
    t.after(() => {
      if (home === undefined) delete process.env.GIT_CONFIG_GLOBAL;
      else process.env.GIT_CONFIG_GLOBAL = home;
    });
    await store.update(put({ 'api/plain.ndjson': '{}\n' }), 'one');
    assert.deepEqual(elsewhere.seen, []);
    assert.deepEqual(await contents(store), { 'api/plain.ndjson': '{}\n' });
  });

  it('A token is not sent to another server to which a redirect leads', async (t) => {
    const other = await served(t);
    const first = await served(t, {
      instead: (request, response) => {
        const location = `${new URL(other.remote).origin}${request.url}`;
        response.writeHead(302, { location }).end();
        return true;
      },
    });
    const error = await failure(
      contents(gitBranchStore({ remote: first.remote, token: TOKEN, patience: QUICK })),
    );
    assert.ok(other.seen.length > 0, 'the redirect was not followed');
    assert.deepEqual(
      other.seen.filter((header) => header !== undefined),
      [],
    );
    assert.match(error.message, /could not read Username for/);
    assert.match(error.cure ?? '', /a redirect leads to that server/);
  });

  it('A repository that was renamed on its server is written by its old name', async (t) => {
    const { remote } = await served(t, {
      instead: (request, response) => {
        if (!request.url?.startsWith('/old/')) return false;
        response.writeHead(301, { location: request.url.replace('/old/', '/octo/') }).end();
        return true;
      },
    });
    const old = remote.replace('/octo/', '/old/');
    const store = gitBranchStore({ remote: old, token: TOKEN, patience: QUICK });
    await store.update(put({ 'api/plain.ndjson': '{}\n' }), 'one');
    assert.deepEqual(await contents(store), { 'api/plain.ndjson': '{}\n' });
  });

  it('A job without the right to write is told which lines of the workflow give it', async (t) => {
    const { bare, remote } = await served(t, {
      instead: (request, response) => {
        if (
          !request.url?.includes('git-receive-pack') ||
          request.headers.authorization === undefined
        )
          return false;
        response.writeHead(403).end('Resource not accessible by integration');
        return true;
      },
    });
    const store = gitBranchStore({ remote, token: TOKEN, patience: QUICK });
    await store.check('read');
    for (const work of [
      () => store.check('write'),
      () => store.update(put({ 'a/1.ndjson': 'x\n' }), 'one'),
    ]) {
      const error = await failure(work());
      assert.match(error.message, /403/);
      assert.match(error.cure ?? '', /permissions: \{ contents: write \}/);
    }
    assert.equal(sh(bare, 'for-each-ref'), '');
  });

  it('A branch that a rule protects is told as such, and is not tried again', async (t) => {
    const { bare, remote } = await served(t);
    execFileSync('sh', [
      '-c',
      `printf '#!/bin/sh\\necho "GH006: Protected branch update failed"; exit 1\\n' > ${bare}/hooks/pre-receive && chmod +x ${bare}/hooks/pre-receive`,
    ]);
    const error = await failure(
      gitBranchStore({ remote, token: TOKEN, patience: QUICK }).update(
        put({ 'a/1.ndjson': 'x\n' }),
        'one',
      ),
    );
    assert.match(error.message, /pre-receive hook declined|protected branch/i);
    assert.match(error.cure ?? '', /a rule of the repository protects this branch/);
    assert.equal(sh(bare, 'for-each-ref'), '');
  });

  it('A server that is not well is asked again, and one that stays so is given up', async (t) => {
    const { remote } = await served(t, { failures: 2 });
    const patience = { ...QUICK, tries: 5 };
    const store = gitBranchStore({ remote, token: TOKEN, patience });
    assert.ok((await store.update(put({ 'a/1.ndjson': 'x\n' }), 'one')).retries > 0);
    const ill = await served(t, { failures: 1000 });
    const error = await failure(
      contents(gitBranchStore({ remote: ill.remote, token: TOKEN, patience })),
    );
    assert.match(error.message, /503/);
    assert.match(error.cure ?? '', /run the job again later/);
  });
});

describe('a git branch beside code', () => {
  it('The code, its settings, its work tree and its other branches are left as they are', async (t) => {
    const { dir, bare } = makeRemote(t);
    const code = initRepo(`${dir}/code`);
    const tip = commit(code, { 'server.js': 'v1\n' });
    sh(code, 'push', '--quiet', bare, 'main');
    sh(code, 'remote', 'add', 'origin', bare);
    const before = bytesOf(code);
    const here = process.cwd();
    process.chdir(code);
    t.after(() => process.chdir(here));
    const store = gitBranchStore({ remote: `file://${bare}`, token: null, patience: QUICK });
    await store.update(adding('api/plain.ndjson', 'one'), 'Keep a run');
    await store.update(adding('api/plain.ndjson', 'two'), 'Keep a run');
    assertUntouched(code, before);
    assert.equal(sh(bare, 'rev-parse', 'main'), tip);
    const log = sh(bare, 'log', '--format=%an %s', 'throughput-gate-history');
    assert.equal(log, 'throughput-gate Keep a run\nthroughput-gate Keep a run');
    assert.match(sh(bare, 'show', 'throughput-gate-history:README.md'), /Do not merge this branch/);
  });

  it('Links, folders of other tools and files of strange names in the branch are not read', async (t) => {
    const { dir, bare } = makeRemote(t);
    const hostile = initRepo(`${dir}/hostile`, 'throughput-gate-history');
    mkdirSync(`${hostile}/api`);
    execFileSync('ln', ['-s', '/etc/passwd', `${hostile}/api/plain.ndjson`]);
    commit(hostile, {
      'a b/c.ndjson': 'x\n',
      'api/-ok.ndjson': 'y\n',
      '.github/workflows/x.yml': 'z\n',
    });
    sh(hostile, 'push', '--quiet', bare, 'throughput-gate-history');
    const store = gitBranchStore({ remote: `file://${bare}`, token: null, patience: QUICK });
    assert.deepEqual(await contents(store), { 'api/-ok.ndjson': 'y\n' });
  });

  it('A branch with code on it is not taken for a history, and stays as it is', async (t) => {
    const { dir, bare } = makeRemote(t);
    const code = initRepo(`${dir}/code`);
    const tip = commit(code, { 'package.json': '{}', 'README.md': 'code' });
    sh(code, 'push', '--quiet', bare, 'main');
    const store = gitBranchStore({ remote: `file://${bare}`, branch: 'main', token: null });
    const works = [
      () => store.check('read'),
      () => contents(store),
      () => store.update(put({ 'a/1.ndjson': 'x\n' }), 'one'),
    ];
    for (const work of works) {
      const error = await failure(work());
      assert.match(
        error.message,
        /^the branch main is there and is no history: it holds 1 other file, such as package\.json/,
      );
      assert.match(error.cure ?? '', /name a branch that does not exist yet/);
    }
    assert.equal(sh(bare, 'rev-parse', 'main'), tip);
  });

  it('A branch with code is known by its files, also where some are lines or no name of a store', async (t) => {
    const { dir, bare } = makeRemote(t);
    const code = initRepo(`${dir}/code`);
    const push = (branch: string, files: Record<string, string>) => {
      sh(code, 'switch', '--quiet', '--orphan', branch);
      commit(code, files);
      sh(code, 'push', '--quiet', bare, branch);
      return failure(
        gitBranchStore({ remote: `file://${bare}`, branch, token: null }).check('read'),
      );
    };
    const withLines = { 'package.json': '{}', 'testdata/events.ndjson': '{}\n' };
    assert.match((await push('code', withLines)).message, /1 other file, such as package\.json/);
    assert.match((await push('odd', { 'my file.txt': 'x' })).message, /such as my file\.txt/);
  });

  it('A history to which the page came before the first line, or that lost its lines, is a history', async (t) => {
    const { bare } = makeRemote(t);
    const store = gitBranchStore({ remote: `file://${bare}`, token: null, patience: QUICK });
    await store.update(put({ 'history.html': '<p>', 'badges/a/b.json': '{}' }), 'Write the page');
    await store.update(adding('api/plain.ndjson', 'one'), 'Keep a run');
    await store.update(() => new Map([['api/plain.ndjson', null]]), 'Begin anew');
    await store.check('read');
    assert.deepEqual(Object.keys(await contents(store)), ['badges/a/b.json', 'history.html']);
  });

  it('A server that accepts every question and answers none is given up, with a cure', async (t) => {
    makeRemote(t);
    const port = await serveSilence(t);
    const remote = `http://127.0.0.1:${port}/octo/app`;
    const patience = { ...QUICK, withinMs: 300 };
    const store = gitBranchStore({ remote, token: TOKEN, patience });
    const works = [
      () => store.check('write'),
      () => contents(store),
      () => store.update(put({ 'a/1.ndjson': 'x\n' }), 'one'),
    ];
    for (const work of works) {
      const error = await failure(work());
      assert.match(error.message, /app: no end after 0\.3 s, so it was given up$/);
      assert.match(error.cure ?? '', /slow or out of reach/);
      assert.ok(error.isPassing);
    }
  });

  it('What is made of the files may take longer than the server may', async (t) => {
    const { bare } = makeRemote(t);
    const patience = { ...QUICK, withinMs: 2000 };
    const store = gitBranchStore({ remote: `file://${bare}`, token: null, patience });
    await unlessLate(async () => {
      await store.update(async () => {
        await sleep(2100);
        return new Map([['api/plain.ndjson', 'x\n']]);
      }, 'one');
      const seen = await store.read(async (files) => {
        await sleep(2100);
        return files.text('api/plain.ndjson');
      });
      assert.equal(seen, 'x\n');
    });
  });

  it('What cannot be the name of a branch is refused before anything is asked', () => {
    for (const branch of [
      '-x',
      'a..b',
      'a b',
      'x.lock',
      '/a',
      'a/',
      'a~1',
      'HEAD:x',
      'a\u0007',
      '@',
      '',
    ]) {
      assert.throws(
        () => gitBranchStore({ remote: '/nowhere', branch, token: null }),
        /cannot be the name of a branch/,
      );
    }
    assert.doesNotThrow(() =>
      gitBranchStore({ remote: '/nowhere', branch: 'perf/history', token: null }),
    );
  });
});
