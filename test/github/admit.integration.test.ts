/** Whose code may run under which event: recorded payloads, real checkouts, and a real server of refs. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { admit, contextOf } from '../../src/github/admit.ts';
import type { EventContext } from '../../src/github/event.ts';
import { readInputs } from '../../src/github/inputs.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import { startFakeGitHub } from '../support/fake-github.ts';
import { commit as commitIn, sh, writeFiles } from '../support/git.ts';
import { type Hosted, host } from './hosted.ts';

interface Run {
  event: string;
  payload?: object;
  sha?: string;
  ref?: string;
  cwd: string;
  inputs?: Record<string, string>;
  api?: string;
}

interface Admitted {
  context: EventContext;
  warnings: string[];
}

async function admitted({ server, dir }: Hosted, run: Run): Promise<Admitted> {
  const file = join(dir, 'event.json');
  writeFileSync(file, JSON.stringify(run.payload ?? {}));
  const env = {
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_SERVER_URL: server,
    GITHUB_API_URL: run.api,
    GITHUB_EVENT_NAME: run.event,
    GITHUB_EVENT_PATH: file,
    GITHUB_SHA: run.sha,
    GITHUB_REF: run.ref ?? 'refs/heads/main',
  };
  const inputs = readInputs({ INPUT_TOKEN: 'ghs_fake', ...run.inputs });
  const context = await contextOf(env, inputs);
  const means = { cwd: run.cwd, signal: AbortSignal.timeout(120_000) };
  return { context, warnings: await admit(context, inputs, means) };
}

async function refused(hosted: Hosted, run: Run): Promise<string> {
  try {
    await admitted(hosted, run);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error.message;
  }
  return assert.fail(`${run.event}: admitted`);
}

const repository = { full_name: 'octo/app', default_branch: 'main' };

function pull({ commits }: Hosted, number: 7 | 9) {
  const isFork = number === 9;
  return {
    number,
    base: { ref: 'main', sha: commits.main, repo: repository },
    head: {
      ref: isFork ? 'fork' : 'change',
      sha: isFork ? commits.fork : commits.own,
      repo: isFork ? { ...repository, full_name: 'mallory/app' } : repository,
    },
    merge_commit_sha: isFork ? commits.forkMerge : commits.ownMerge,
  };
}

/** Events whose runs hold the repository's rights, and know no more of the code than the default branch. */
const ANY_EVENT = [
  'push',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
  'check_run',
  'deployment_status',
  'release',
  'an_event_of_tomorrow',
];

describe('a run with the rights of the repository', () => {
  it('A run with the rights of the repository measures what the runner was started for, its branches, its tags and their history', async (t) => {
    const hosted = await host(t);
    const { main, own, ownMerge, first, tagged } = hosted.commits;
    const places = {
      main: hosted.checkout(main),
      own: hosted.checkout(own),
      ownMerge: hosted.checkout(ownMerge, {
        refs: { 'refs/pull/7/merge': 'refs/remotes/pull/7/merge' },
      }),
      first: hosted.checkout(first),
      tagged: hosted.checkout(tagged),
    };
    for (const [name, cwd] of Object.entries(places)) {
      const { warnings } = await admitted(hosted, { event: 'workflow_dispatch', cwd, sha: main });
      assert.deepEqual(warnings, [], name);
    }
    for (const event of ANY_EVENT) await admitted(hosted, { event, cwd: places.main, sha: main });
  });

  it('A run that another workflow started says so where the checkout is not what that one ran for', async (t) => {
    const hosted = await host(t);
    const { main, own, ownMerge } = hosted.commits;
    const run = { head_sha: own, head_branch: 'change', head_repository: repository };
    const started = {
      event: 'workflow_run',
      payload: { repository, workflow_run: run },
      sha: main,
    };
    for (const [commit, options, told] of [
      [main, {}, /is checked out and measured, and the run .* of change\. .*head_sha \}\}`/],
      [own, {}, null],
      [ownMerge, { refs: { 'refs/pull/7/merge': 'refs/remotes/pull/7/merge' } }, null],
    ] as const) {
      const cwd = hosted.checkout(commit, options);
      const { warnings } = await admitted(hosted, { ...started, cwd });
      assert.equal(warnings.length, told === null ? 0 : 1, warnings.join());
      if (told !== null) assert.match(warnings.join(), told);
    }
  });

  it('A run with the rights of the repository never runs the code of a fork, however it was checked out', async (t) => {
    const hosted = await host(t);
    const { main, fork, forkMerge } = hosted.commits;
    const places = {
      head: hosted.checkout(fork, { refs: { 'refs/pull/9/head': 'refs/remotes/pull/9/head' } }),
      merge: hosted.checkout(forkMerge, {
        refs: { 'refs/pull/9/merge': 'refs/remotes/pull/9/merge' },
      }),
    };
    const told = /^HEAD: commit [0-9a-f]{10} is of pull request #9, [\s\S]*on: pull_request/;
    for (const event of ANY_EVENT) {
      assert.match(await refused(hosted, { event, cwd: places.head, sha: main }), told);
    }
    const run = { event: 'workflow_dispatch', sha: main };
    assert.match(await refused(hosted, { ...run, cwd: places.merge }), told);
    const allowed = { 'INPUT_ALLOW-UNATTRIBUTED-HEAD': 'true' };
    assert.match(await refused(hosted, { ...run, cwd: places.merge, inputs: allowed }), told);
    // The same with the code in a folder beside the checkout.
    const inputs = { 'INPUT_HEAD-DIR': places.head };
    const message = await refused(hosted, { ...run, cwd: hosted.dir, inputs });
    assert.match(message, /^input `head-dir`: commit [0-9a-f]{10} is of pull request #9, /);
    // A deployment of a fork's commit names it in GITHUB_SHA.
    const cwd = hosted.checkout(fork);
    const deployed = await refused(hosted, { event: 'deployment_status', cwd, sha: fork });
    assert.match(deployed, /the tip of no branch and no tag of this repository/);
  });

  it('A run with the rights of the repository does not run what nobody can attribute, unless the user says so, and says it then', async (t) => {
    const hosted = await host(t);
    const { main, fork } = hosted.commits;
    const ofFork = { repository: 'mallory/app' };
    for (const [cwd, told] of [
      // By its id there is no ref that tells.
      [hosted.checkout(fork), /the tip of no branch and no tag of this repository/],
      [hosted.checkout(fork, ofFork), /the checkout is of mallory\/app/],
    ] as const) {
      const run = { event: 'workflow_dispatch', cwd, sha: main };
      const message = await refused(hosted, run);
      assert.match(message, told);
      assert.match(message, /the secrets and the token of the job/);
      assert.match(message, /allow-unattributed-head: true/);
      const inputs = { 'INPUT_ALLOW-UNATTRIBUTED-HEAD': 'true' };
      const { warnings } = await admitted(hosted, { ...run, inputs });
      assert.match(warnings.join(), /measured because of `allow-unattributed-head`/);
      await assert.rejects(
        admitted(hosted, { ...run, inputs: { 'INPUT_ALLOW-UNATTRIBUTED-HEAD': 'yes' } }),
        /"yes" is neither true nor false/,
      );
    }
  });

  it('A run with the rights of the repository says of no commit that it is in no branch, unless the clone shows that', async (t) => {
    const hosted = await host(t);
    const { main, earlier, fork } = hosted.commits;
    const run = { event: 'workflow_dispatch', sha: main };
    const [ours, theirs] = [hosted.checkout(earlier), hosted.checkout(fork)];
    const told =
      /this clone has not the whole history of all of them\. It is not known[\s\S]*`fetch-depth: 0` of actions\/checkout brings all history along\. Or: /;
    for (const cwd of [ours, theirs]) {
      assert.match(await refused(hosted, { ...run, cwd }), told);
      hosted.fetchAll(cwd);
    }
    assert.deepEqual((await admitted(hosted, { ...run, cwd: ours })).warnings, []);
    const whole = await refused(hosted, { ...run, cwd: theirs });
    assert.match(whole, /it is in no branch and no tag of this repository/);
    assert.doesNotMatch(whole, /fetch-depth/);
  });

  it('A run with the rights of the repository says why where origin cannot be asked', async (t) => {
    const hosted = await host(t);
    const cwd = hosted.checkout(hosted.commits.fork);
    hosted.vanish();
    const message = await refused(hosted, { event: 'push', cwd, sha: hosted.commits.main });
    assert.match(message, /is not known: origin could not be asked: git ls-remote origin HEAD/);
    // The checkout is as it should be, for all that is known.
    assert.match(message, /`permissions: \{ contents: read \}`: origin is asked with/);
    assert.doesNotMatch(message, /leave `ref` out|Leave `ref`/);
  });

  it('A run with the rights of the repository may be outside of a repository, where the code is a folder that the workflow prepared', async (t) => {
    const hosted = await host(t);
    writeFiles(hosted.dir, { 'built/server.js': 'v1\n' });
    const inputs = { 'INPUT_HEAD-DIR': 'built' };
    const run = { event: 'push', cwd: hosted.dir, sha: hosted.commits.main, inputs };
    assert.deepEqual((await admitted(hosted, run)).warnings, []);
  });
});

describe('a pull request', () => {
  const ofPull = (hosted: Hosted, number: 7 | 9, event = 'pull_request') => ({
    event,
    payload: { pull_request: pull(hosted, number), repository },
    sha: number === 7 ? hosted.commits.ownMerge : hosted.commits.forkMerge,
    ref: `refs/pull/${number}/merge`,
  });

  it('A pull request is measured as GitHub merged it, as it was pushed, or with a commit of the job on top', async (t) => {
    const hosted = await host(t);
    const { own, ownMerge, fork, forkMerge } = hosted.commits;
    const onTop = hosted.checkout(ownMerge);
    commitIn(onTop, { 'generated.js': 'generated\n' });
    for (const cwd of [hosted.checkout(ownMerge), hosted.checkout(own), onTop]) {
      assert.equal((await admitted(hosted, { ...ofPull(hosted, 7), cwd })).warnings.length, 0);
    }
    for (const cwd of [
      hosted.checkout(forkMerge),
      hosted.checkout(fork),
      hosted.checkout(fork, { repository: 'mallory/app' }),
    ]) {
      for (const event of ['pull_request', 'pull_request_review']) {
        const { context } = await admitted(hosted, { ...ofPull(hosted, 9, event), cwd });
        assert.ok(context.kind === 'pull_request' && context.isFork);
      }
    }
  });

  it('A pull request may have got a newer push since the event', async (t) => {
    const hosted = await host(t);
    const run = ofPull(hosted, 7);
    const older = { ...run.payload.pull_request.head, sha: hosted.commits.first };
    const payload = { pull_request: { ...run.payload.pull_request, head: older }, repository };
    const sha = hosted.commits.main;
    for (const cwd of [
      hosted.checkout(hosted.commits.own),
      hosted.checkout(hosted.commits.ownMerge),
    ]) {
      await assert.doesNotReject(admitted(hosted, { ...run, payload, sha, cwd }));
    }
  });

  it('A pull request is not another branch, another pull request, or base', async (t) => {
    const hosted = await host(t);
    const { main, tagged, fork } = hosted.commits;
    for (const [commit, told] of [
      [main, /it is base itself: the change of #7 is not checked out/],
      [tagged, /#7 is [0-9a-f]{10}, or GitHub's merge of it/],
      [fork, /#7 is [0-9a-f]{10}/],
    ] as const) {
      const cwd = hosted.checkout(commit);
      const message = await refused(hosted, { ...ofPull(hosted, 7), cwd });
      assert.match(message, told);
      assert.match(message, /about other code than the pull request/);
    }
    const cwd = hosted.checkout(fork, { refs: { 'refs/pull/9/head': 'refs/remotes/pull/9/head' } });
    assert.match(await refused(hosted, { ...ofPull(hosted, 7), cwd }), /is of pull request #9/);
  });

  it('A pull request under pull_request_target is refused when it is a fork’s, and has to be checked out when it is our own', async (t) => {
    const hosted = await host(t);
    const { main, own } = hosted.commits;
    const target = (number: 7 | 9) => ({
      ...ofPull(hosted, number, 'pull_request_target'),
      sha: main,
      ref: 'refs/heads/main',
    });
    const atBase = hosted.checkout(main);
    assert.match(await refused(hosted, { ...target(9), cwd: atBase }), /code of mallory\/app/);
    const message = await refused(hosted, { ...target(7), cwd: atBase });
    assert.match(message, /it is base itself/);
    assert.match(message, /Use `on: pull_request`/);
    assert.match(message, /ref: refs\/pull\/\$\{\{ github\.event\.number \}\}\/merge/);
    await admitted(hosted, { ...target(7), cwd: hosted.checkout(own) });
  });
});

describe('a comment on a pull request', () => {
  const comment = (number: number, association: string) => ({
    issue: { number, pull_request: {} },
    comment: { author_association: association, user: { login: 'grace' } },
    repository,
  });

  async function commented(t: TestContext) {
    const hosted = await host(t);
    const github = await startFakeGitHub({ pulls: { 7: pull(hosted, 7), 9: pull(hosted, 9) } });
    t.after(() => github.close());
    const run = { event: 'issue_comment', sha: hosted.commits.main, api: github.url };
    return { hosted, github, run };
  }

  it('A comment on a pull request measures the pull request, of a branch of the repository, for those who may ask', async (t) => {
    const { hosted, run } = await commented(t);
    const { main, own, ownMerge } = hosted.commits;
    for (const association of ['OWNER', 'MEMBER', 'COLLABORATOR']) {
      const payload = comment(7, association);
      for (const commit of [own, ownMerge]) {
        const cwd = hosted.checkout(commit);
        const { context } = await admitted(hosted, { ...run, payload, cwd });
        assert.ok(context.kind === 'pull_request');
        const { number, baseRef, baseSha, headSha, mergeSha, isFork } = context;
        assert.deepEqual(
          { number, baseRef, baseSha, headSha, mergeSha, isFork },
          {
            number: 7,
            baseRef: 'main',
            baseSha: main,
            headSha: own,
            mergeSha: ownMerge,
            isFork: false,
          },
        );
      }
    }
  });

  it('A comment on a pull request measures nothing for anybody else, and asks GitHub nothing', async (t) => {
    const { hosted, github, run } = await commented(t);
    const cwd = hosted.checkout(hosted.commits.own);
    for (const association of ['CONTRIBUTOR', 'FIRST_TIME_CONTRIBUTOR', 'NONE', 'MANNEQUIN', '']) {
      const message = await refused(hosted, { ...run, payload: comment(7, association), cwd });
      assert.match(message, /grace, who wrote the comment/);
      assert.match(message, /author_association/);
    }
    assert.deepEqual(github.requests, []);
  });

  it('A comment on a pull request measures no fork, no other commit, and nothing that GitHub does not know', async (t) => {
    const { hosted, run } = await commented(t);
    const { own, fork, main } = hosted.commits;
    const of = (number: number, commit: string) => ({
      ...run,
      payload: comment(number, 'OWNER'),
      cwd: hosted.checkout(commit),
    });
    assert.match(await refused(hosted, of(9, fork)), /code of mallory\/app/);
    assert.match(await refused(hosted, of(9, main)), /code of mallory\/app/);
    assert.match(await refused(hosted, of(7, fork)), /#7 is [0-9a-f]{10}/);
    const atMain = await refused(hosted, of(7, main));
    assert.match(atMain, /it is base itself/);
    assert.match(atMain, /refs\/pull\/\$\{\{ github\.event\.issue\.number \}\}\/merge/);
    assert.match(await refused(hosted, of(8, own)), /#8 is: GitHub answered 404/);
    const silent = { ...of(7, own), inputs: { INPUT_TOKEN: '' } };
    assert.match(await refused(hosted, silent), /input `token`: it is empty/);
  });

  it('A comment on a pull request on an issue is an event like any other: what is checked out is the default branch', async (t) => {
    const { hosted, run } = await commented(t);
    const payload = { ...comment(3, 'NONE'), issue: { number: 3 } };
    const cwd = hosted.checkout(hosted.commits.main);
    assert.equal((await admitted(hosted, { ...run, payload, cwd })).context.kind, 'other');
  });
});

describe('a checkout that keeps its credentials', () => {
  it('A checkout that keeps its credentials is warned of with the names of the settings, and with no value', async (t) => {
    const hosted = await host(t);
    const { main } = hosted.commits;
    const cwd = hosted.checkout(main);
    const run = { event: 'workflow_dispatch', cwd, sha: main };
    assert.deepEqual((await admitted(hosted, run)).warnings, []);
    const header = 'AUTHORIZATION: basic c2VjcmV0LXZhbHVl';
    sh(cwd, 'config', '--local', 'http.https://github.com/.extraheader', header);
    sh(cwd, 'config', '--local', 'url.https://x:secret-value@github.com/.insteadOf', 'gh:');
    sh(cwd, 'config', '--local', 'remote.other.url', 'https://x:secret-v@lue@github.com/o/r');
    const { warnings } = await admitted(hosted, run);
    assert.equal(warnings.length, 1);
    assert.match(
      warnings.join(),
      /http\.https:\/\/github\.com\/\.extraheader, url\.https:\/\/github\.com\/\.insteadof, remote\.other\.url/,
    );
    assert.match(warnings.join(), /persist-credentials: false/);
    assert.doesNotMatch(warnings.join(), /secret|c2Vj|lue@/);
  });
});
