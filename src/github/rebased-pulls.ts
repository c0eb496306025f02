/** Pull requests that a push brought and that no first line names, as a merge by rebase leaves none: GitHub knows them by commit. */
import * as z from 'zod';
import type { Writer } from '../run/history.ts';
import type { EventContext } from './event.ts';
import { pullsOf } from './history-writer.ts';
import { githubClient } from './octokit.ts';

/** Each is a request; what a larger push brought is named by its last commits. */
const COMMITS_AT_MOST = 20;
const TIMEOUT_MS = 5000;

const Pulls = z.array(
  z.object({
    number: z.int().positive(),
    merged_at: z.string().nullable(),
    base: z.object({ ref: z.string() }),
  }),
);

/** What GitHub's API says of a commit. */
type Ask = (commit: string) => Promise<unknown>;

/** The same writer, which knows of them, too. Nothing that fails here is worth more than a number in a history: then there is none. */
export async function withRebasedPulls(
  writer: Writer,
  context: EventContext,
  token: string,
  ask: (context: EventContext, token: string) => Promise<Ask> = askGitHub,
): Promise<Writer> {
  if (writer.kind !== 'writes' || context.kind !== 'push' || token === '') return writer;
  const nameless = context.commits
    .filter((one) => pullsOf([one]).length === 0)
    .slice(-COMMITS_AT_MOST);
  if (nameless.length === 0) return writer;
  const asked = await ask(context, token).catch(() => null);
  if (asked === null) return writer;
  const answers = await Promise.allSettled(nameless.map(({ id }) => asked(id)));
  const found = answers.flatMap((answer) => {
    const pulls = answer.status === 'fulfilled' ? Pulls.safeParse(answer.value).data : undefined;
    const merged = (pulls ?? []).filter(
      ({ merged_at, base }) => merged_at !== null && base.ref === context.branch,
    );
    return merged.map(({ number }) => number);
  });
  const { origin } = writer;
  const pulls = [...new Set([...origin.pulls, ...found])].sort((a, b) => a - b);
  return { ...writer, origin: { ...origin, pulls } };
}

async function askGitHub({ apiUrl, owner, repo }: EventContext, token: string): Promise<Ask> {
  const client = await githubClient(token, apiUrl, { timeoutMs: TIMEOUT_MS });
  const route = 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls';
  return async (commit_sha) => (await client.request(route, { owner, repo, commit_sha })).data;
}
