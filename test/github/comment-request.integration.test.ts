import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commentedPullRequest } from '../../src/github/comment-request.ts';
import { readEvent } from '../../src/github/event.ts';
import { startFakeGitHub } from '../support/fake-github.ts';

test('Where GitHub does not tell what a pull request is, it is said what is in the way', async (t) => {
  const github = await startFakeGitHub();
  t.after(() => github.close());
  const env = {
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_API_URL: github.url,
    GITHUB_EVENT_NAME: 'issue_comment',
  };
  const comment = { author_association: 'OWNER', user: { login: 'grace' } };
  const context = readEvent(env, { issue: { number: 7, pull_request: {} }, comment });
  for (const [status, message, told] of [
    [401, 'Bad credentials', /GitHub answered 401: .*\n {2}.*look at the input `token`/],
    [403, 'Resource protected by organization SAML enforcement.', /rule of the organization/],
    [403, 'Resource not accessible by integration', /The job needs `permissions: /],
  ] as const) {
    github.inject({ path: /\/pulls\/7$/, times: 1, status, message });
    await assert.rejects(commentedPullRequest(context, 'ghs_fake'), told);
  }
});
