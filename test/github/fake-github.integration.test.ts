/** The fake of GitHub’s API that other tests use: test/support/fake-github.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { githubClient } from '../../src/github/octokit.ts';
import { startFakeGitHub } from '../support/fake-github.ts';

const REPO = { owner: 'octo', repo: 'app' };

test('Pull requests and merge bases are what the test put there', async () => {
  await using github = await startFakeGitHub({
    pulls: { 7: { number: 7, head: { sha: 'b'.repeat(40) } } },
    mergeBases: { 'main...topic/x': 'a'.repeat(40) },
  });
  const { rest } = await githubClient('t', github.url);
  assert.equal((await rest.pulls.get({ ...REPO, pull_number: 7 })).data.head.sha, 'b'.repeat(40));
  await assert.rejects(rest.pulls.get({ ...REPO, pull_number: 8 }), { status: 404 });
  const compared = await rest.repos.compareCommitsWithBasehead({
    ...REPO,
    basehead: 'main...topic/x',
  });
  assert.equal(compared.data.merge_base_commit.sha, 'a'.repeat(40));
});

test('`GET /user` refuses an app and knows a person; no token is 401', async () => {
  await using app = await startFakeGitHub();
  const asApp = await githubClient('t', app.url);
  await assert.rejects(asApp.rest.users.getAuthenticated(), { status: 403 });
  assert.equal((await fetch(`${app.url}/user`)).status, 401);
  await using person = await startFakeGitHub({ login: { login: 'ada', type: 'User' } });
  const asPerson = await githubClient('t', person.url);
  assert.equal((await asPerson.rest.users.getAuthenticated()).data.login, 'ada');
});

test('A deleted comment is gone, and deleting it again is 404', async () => {
  await using github = await startFakeGitHub({ comments: [{ issue: 1, body: 'x' }] });
  const { rest } = await githubClient('t', github.url);
  const comment_id = github.comments[0]?.id ?? 0;
  assert.equal((await rest.issues.deleteComment({ ...REPO, comment_id })).status, 204);
  assert.equal(github.comments.length, 0);
  await assert.rejects(rest.issues.deleteComment({ ...REPO, comment_id }), { status: 404 });
});

test('Closing does not wait for what hangs', async () => {
  const github = await startFakeGitHub({ faults: [{ effect: 'hang' }] });
  const waiting = fetch(github.url).then(
    () => 'answered',
    () => 'cut',
  );
  while (github.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await github.close();
  await github.close();
  assert.equal(await waiting, 'cut');
});
