/** Who the token acts as. */

import { troubleOf } from './api-errors.ts';
import type { GitHubClient } from './octokit.ts';

/** What a workflow's own token, GITHUB_TOKEN, always writes as. */
const WORKFLOW_TOKEN_LOGIN = 'github-actions[bot]';

/**
 * Login of the token's owner. `GET /user` refuses the tokens of apps, GITHUB_TOKEN among them;
 * GraphQL's `viewer` answers every kind of token. Where it is refused too, the workflow's own token
 * is the likeliest.
 */
export async function whoAmI(octokit: GitHubClient): Promise<string> {
  try {
    const { viewer } = await octokit.graphql<{ viewer: { login: string } }>('{ viewer { login } }');
    return viewer.login;
  } catch (error) {
    if (troubleOf(error, Date.now())?.kind === 'transient') throw error;
    return WORKFLOW_TOKEN_LOGIN;
  }
}

/** An app's login ends with `[bot]`, which no person's can; logins ignore case. */
export function sameAuthor(author: { login: string } | null, login: string): boolean {
  return author !== null && author.login.toLowerCase() === login.toLowerCase();
}
