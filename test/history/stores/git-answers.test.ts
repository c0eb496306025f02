/** What would mend it when git cannot reach the branch of a history. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gitCure, isPassingTrouble } from '../../../src/history/stores/git-answers.ts';

test('An incident of GitHub’s own that fails a push is tried again; a rule that refuses it is not', () => {
  const at = ' throughput-gate-history -> throughput-gate-history ';
  for (const words of [
    `remote: Internal Server Error\n ! [remote rejected]${at}(Internal Server Error)`,
    `remote: fatal error in commit_refs\n ! [remote rejected]${at}(failure)`,
    ` ! [remote rejected]${at}(failure)`,
  ]) {
    assert.ok(isPassingTrouble(words), words);
    assert.match(gitCure(words, 'token') ?? '', /run the job again later/);
  }
  assert.ok(!isPassingTrouble(` ! [remote rejected]${at}(protected branch hook declined)`));
});

test('Who handed no token over is not told of one, nor of a workflow', () => {
  const words = [
    "fatal: Authentication failed for 'https://github.com/octo/app/'",
    'git@github.com: Permission denied (publickey).',
    'fatal: unable to access: The requested URL returned error: 403',
  ];
  for (const one of words) {
    assert.match(gitCure(one, 'token') ?? '', /contents: write/);
    assert.doesNotMatch(gitCure(one, 'git') ?? 'none', /token|contents|none/);
  }
});

test('Where a server asks that gets no token, it is told that a redirect leads there', () => {
  const words =
    "fatal: could not read Username for 'https://github.com': terminal prompts disabled";
  assert.match(gitCure(words, 'token') ?? '', /a redirect leads to that server/);
  assert.match(gitCure(words, 'git') ?? '', /your key or your credential helper/);
});

test('An address at which there is no repository is named as what to look at', () => {
  for (const by of ['token', 'git'] as const) {
    const words = "fatal: '/srv/app.git' does not appear to be a git repository";
    assert.match(gitCure(words, by) ?? '', /the address of `origin`/);
  }
});
