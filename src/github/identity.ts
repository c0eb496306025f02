/** Who the token acts as. */

import * as z from 'zod';
import { BrokenAnswer, troubleOf } from './api-errors.ts';
import type { GitHubClient } from './octokit.ts';

/** What a workflow's own token, GITHUB_TOKEN, always writes as. */
const WORKFLOW_TOKEN_LOGIN = 'github-actions[bot]';

/**
 * Login of the token's owner. `GET /user` refuses the tokens of apps, GITHUB_TOKEN among them;
 * GraphQL's `viewer` answers every kind of token. Where it is refused too, the workflow's own token
 * is the likeliest.
 */
export async function whoAmI(octokit: GitHubClient): Promise<string> {
  let answer: unknown;
  try {
    answer = await octokit.graphql('{ viewer { login } }');
  } catch (error) {
    if (isOverLimit(error)) throw new BrokenAnswer('GraphQL: who the token is');
    if (troubleOf(error, Date.now())?.kind === 'transient') throw error;
    return WORKFLOW_TOKEN_LOGIN;
  }
  const login = Viewer.safeParse(answer).data?.viewer.login;
  if (login === undefined) throw new BrokenAnswer('GraphQL: who the token is');
  return login;
}

const Viewer = z.object({ viewer: z.object({ login: z.string().min(1) }) });

/** GraphQL's own limit comes with status 200. Whoever took another's name then would miss the comment that is there. */
function isOverLimit(error: unknown): boolean {
  const { errors } = Refused.safeParse(error).data ?? {};
  return errors?.some(({ type }) => type === 'RATE_LIMITED') ?? false;
}

const Refused = z.object({ errors: z.array(z.object({ type: z.string().optional() })) });

/** An app's login ends with `[bot]`, which no person's can; logins ignore case. */
export function sameAuthor(author: { login: string } | null, login: string): boolean {
  return author !== null && author.login.toLowerCase() === login.toLowerCase();
}
