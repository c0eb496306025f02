/** The opening burst: autocannon with the scenario's own request, for figures that people know. */
import autocannon from 'autocannon';
import { authority, requestHeaders } from './http1/request.ts';
import type { BurstResult, Target } from './protocol.ts';

const SAMPLE_MS = 100;

/**
 * Runs autocannon for about `durationS` seconds on connections of its own.
 * Figures are its own: latencies in whole milliseconds, timeouts also counted in `errors`, answers
 * counted by status, bodies not compared. Only the rate is computed here, from its total and its
 * duration, because its average is one of samples; informational answers (1xx) are left out.
 * Two known limits of autocannon: on servers that close every connection its latencies grow with
 * the run, and answers that only the close ends are never counted.
 * Rejects when the scenario cannot be sent.
 */
export async function runBurst(target: Target, durationS: number): Promise<BurstResult> {
  const { scenario } = target;
  const result = await autocannon({
    url: `http://${authority(target)}${scenario.path}`,
    connections: scenario.connections,
    duration: durationS,
    // It accepts no less than a second.
    timeout: Math.max(1, scenario.timeoutMs / 1000),
    sampleInt: SAMPLE_MS,
    method: scenario.method,
    headers: burstHeaders(target),
    ...(scenario.body === null ? {} : { body: scenario.body }),
    ...(scenario.method === 'HEAD' ? { setupClient: expectNoBodies } : {}),
  });
  const statuses = Object.fromEntries(
    Object.entries(result.statusCodeStats)
      .filter(([status]) => Number(status) >= 200)
      .map(([status, { count }]) => [status, count]),
  );
  const completed = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  return {
    requestsPerSecond: result.duration > 0 ? completed / result.duration : 0,
    latencyP50Ms: result.latency.p50,
    latencyP99Ms: result.latency.p99,
    durationS: result.duration,
    completed,
    errors: result.errors,
    timeouts: result.timeouts,
    statuses,
  };
}

/** autocannon adds a length of its own to a body, and servers refuse two. */
function burstHeaders(target: Target): Record<string, string> {
  const headers = requestHeaders(target);
  const hasBody = (target.scenario.body ?? '') !== '';
  return Object.fromEntries(
    hasBody ? headers.filter(([name]) => name !== 'content-length') : headers,
  );
}

/** autocannon waits for the body that the head of a HEAD answer announces, and that never comes. */
function expectNoBodies(client: autocannon.Client): void {
  client.on('headers', () => {
    client.parser.body_bytes = 0;
    client.parser.isChunked = false;
  });
}
