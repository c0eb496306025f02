/** The opening burst: autocannon with the scenario's own requests, for figures that people know. */
import autocannon from 'autocannon';
import type { HttpScenario } from '../config/experiment/scenario.ts';
import { MOST_COPIED_BYTES, prepareClient, reach, toRequest } from './autocannon/client.ts';
import type { BurstResult } from './results.ts';
import { RequestSequence } from './sequence.ts';
import type { Target } from './target.ts';

const SAMPLE_MS = 100;

/** Requests that are prepared for all connections together: each client of autocannon prepares its own. */
const MOST_PREPARED = 20_000;

/**
 * Runs autocannon for about `durationS` seconds on connections of its own.
 * Figures are its own: latencies in whole milliseconds, timeouts also counted in `errors`, answers
 * counted by status, whichever request they belong to, bodies not compared, certificates not
 * checked. Only the rate is computed here, from its total and its duration, because its average is
 * one of samples; informational answers (1xx) are left out.
 * Of several requests each connection repeats a part of the scenario's sequence.
 * Two known limits of autocannon: on servers that close every connection its latencies grow with
 * the run, and answers that only the close ends are never counted.
 * Rejects when the scenario cannot be sent.
 */
export async function runBurst(
  target: Target<HttpScenario>,
  durationS: number,
): Promise<BurstResult> {
  const { connections } = target.scenario;
  const partOf = sequenceInParts(target);
  let clients = 0;
  const result = await autocannon({
    ...reach(target),
    connections,
    duration: durationS,
    sampleInt: SAMPLE_MS,
    setupClient: (client) => prepareClient(client, partOf(clients++), 0),
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

/** The requests of each connection, by its index: one part of the sequence after the other. */
function sequenceInParts(target: Target<HttpScenario>): (index: number) => autocannon.Request[] {
  const { requests, connections } = target.scenario;
  const sequence = new RequestSequence(requests, target.root);
  const variants = sequence.variants.map((request) => toRequest(target, request));
  const largest = Math.max(...variants.map(({ body }) => body?.length ?? 0));
  const most = Math.max(1, Math.floor(MOST_COPIED_BYTES / Math.max(1, largest)));
  const places = Math.min(sequence.length, most);
  const length = Math.min(places, Math.max(1, Math.floor(MOST_PREPARED / connections)));
  return (index) =>
    Array.from({ length }, (_, i) => {
      const place = (index * length + i) % places;
      return variants[sequence.at(place)] as autocannon.Request;
    });
}
