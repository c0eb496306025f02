/** A server that was started becomes ready for its load: asked as the load will speak to it, with a word on whatever is remarkable. */

import type { Scenario } from '../../config/experiment/scenario.ts';
import type { Server } from '../../config/experiment/server.ts';
import type { Target } from '../../load/target.ts';
import { type RunContext, whoIs } from '../context/run-context.ts';
import { askHttp, askUrl, questionOf, urlOf } from '../ready/ask.ts';
import { askedUnder } from '../ready/call-question.ts';
import { type WaitOptions, waitUntilReady } from '../ready/ready.ts';
import type { RunningServer } from '../servers/server.ts';

/** Resolves to where it is loaded, and the time from its start. Rejects with the arm's failure. */
export async function readyFor<T extends Target>(
  context: RunContext,
  { server, running: started, target }: { server: Server; running: RunningServer; target: T },
): Promise<{ target: T; startMs: number }> {
  const { remarks, signal } = context;
  const running = { ...started, ready: askedUnder(target.scenario, started.ready) };
  const who = whoIs(server, running.arm);
  const host = await waitUntilReady(running, {
    ask: askFor(context, running, target),
    ...spokenBy(running, target),
    note: (message) => remarks.waiting(who, message),
    remark: (message) => remarks.readyBy(who, message),
    signal,
  });
  const startMs = performance.now() - running.startedAtMs;
  remarks.loadedAt(who, host, target.port);
  return { target: { ...target, host }, startMs };
}

/**
 * Readiness is asked for in the protocol of the load: a server that is up for another one says nothing. A whole URL says
 * itself how it is asked.
 */
function askFor(
  { generator }: Pick<RunContext, 'generator'>,
  { ready }: Pick<RunningServer, 'ready'>,
  target: Target,
): WaitOptions['ask'] {
  const { protocol, tls } = target.scenario;
  const question = questionOf(ready, hostOf(target.scenario));
  if (question === null) return null;
  const url = urlOf(ready.path as string);
  if (url !== null) return (asked) => askUrl(url, question, tls, asked);
  if (protocol === 'http1' || protocol === 'websocket') {
    return (asked) => askHttp(question, tls, asked);
  }
  return ({ endpoint, host, timeoutMs }) => {
    const place =
      endpoint.kind === 'unix'
        ? { socketPath: endpoint.path }
        : { host, port: endpoint.port, socketPath: null };
    return generator.probe({ ...target, ...place }, question, timeoutMs);
  };
}

/** How the load speaks, where the question is asked at the same place. */
function spokenBy(
  { ready }: Pick<RunningServer, 'ready'>,
  { scenario: { protocol, tls } }: Target,
): Pick<WaitOptions, 'load'> {
  const isOwn = ready.path !== null && urlOf(ready.path) === null;
  return isOwn ? { load: { protocol, tls } } : {};
}

/** The Host header that all requests of the load begin with, if they have one of their own. */
function hostOf(scenario: Scenario): string | null {
  const headers = headersOf(scenario);
  return Object.entries(headers).find(([name]) => name.toLowerCase() === 'host')?.[1] ?? null;
}

function headersOf(scenario: Scenario): Readonly<Record<string, string>> {
  switch (scenario.kind) {
    case 'http':
      return scenario.requests[0]?.headers ?? {};
    case 'websocket':
      return scenario.headers;
    case 'hold':
      return scenario.request?.headers ?? scenario.socket?.headers ?? {};
    case 'command':
      return {};
  }
}
