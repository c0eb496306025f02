/**
 * `fetch` by way of the proxy that the environment of a runner names, as GitHub's own actions reach the web: Node's `fetch` does not
 * look at `https_proxy` by itself.
 */
import { HttpClient } from '@actions/http-client';

export async function throughProxy(url: string, options: RequestInit): Promise<Response> {
  const dispatcher = new HttpClient().getAgentDispatcher(url);
  if (dispatcher === undefined) return fetch(url, options);
  // Node's own takes no dispatcher of another version.
  const { fetch: by } = await import('undici');
  const answer = await by(url, { ...(options as object), dispatcher });
  return answer as unknown as Response;
}
