/** The client for GitHub's API. */
import type { getOctokit } from '@actions/github';
import { TOOL } from '../system/program/runtime.ts';
import { BrokenAnswer } from './api-errors.ts';

export type GitHubClient = ReturnType<typeof getOctokit>;

/** No call may hold the job for longer than this. */
const TIMEOUT_MS = 15_000;

/**
 * The library is loaded only here: it is of no use to the command line.
 *
 * @param baseUrl GITHUB_API_URL, `https://api.github.com` or an Enterprise server's address.
 */
export async function githubClient(
  token: string,
  baseUrl: string,
  { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {},
): Promise<GitHubClient> {
  const getOctokit = await withoutEvent(async () => (await import('@actions/github')).getOctokit);
  const client = getOctokit(token, { baseUrl, userAgent: `${TOOL.name}/${TOOL.version}` });
  client.hook.wrap('request', async (request, options) => {
    // Set in place: the library's own hook, which adds the token, sees no copy.
    options.request = { ...options.request, signal: AbortSignal.timeout(timeoutMs) };
    const answer = await request(options);
    // An answer that broke off in the middle arrives as text. An empty list would be a lie.
    if (typeof answer.data === 'string' && answer.status !== 204) {
      throw new BrokenAnswer(`${options.method} ${options.url}`);
    }
    return answer;
  });
  return client;
}

/** At its import the library reads the event's file, which a build may have overwritten by now, and fails by it. */
async function withoutEvent<T>(load: () => Promise<T>): Promise<T> {
  const { GITHUB_EVENT_PATH: file } = process.env;
  delete process.env.GITHUB_EVENT_PATH;
  try {
    return await load();
  } finally {
    if (file !== undefined) process.env.GITHUB_EVENT_PATH = file;
  }
}
