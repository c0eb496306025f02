/** A server that was started becomes ready for its load: asked as the load will speak to it, with a word on whatever is remarkable. */

import type { Scenario } from '../../config/experiment/scenario.ts';
import type { Server } from '../../config/experiment/server.ts';
import type { Target } from '../../load/target.ts';
import { messageOf } from '../../system/messages/printed.ts';
import { type RunContext, whoIs } from '../context/run-context.ts';
import type { Endpoint } from '../listening/address.ts';
import { askHttp, askUrl, questionOf, urlOf } from '../ready/ask.ts';
import { askedUnder } from '../ready/call-question.ts';
import { statusOf } from '../ready/not-ready.ts';
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
    ...askedOtherwise(context, running, target),
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
  return ({ endpoint, host, timeoutMs }) =>
    generator.probe({ ...target, ...placeOf(endpoint, host) }, question, timeoutMs);
}

function placeOf(endpoint: Endpoint, host: string) {
  return endpoint.kind === 'unix'
    ? { socketPath: endpoint.path }
    : { host, port: endpoint.port, socketPath: null };
}

/** A server that answers over TCP alone waits for no UDP to come, nor one of HTTP/3 alone for TCP. */
function askedOtherwise(
  { generator }: Pick<RunContext, 'generator'>,
  { ready }: Pick<RunningServer, 'ready'>,
  target: Target,
): Pick<WaitOptions, 'askOther'> {
  const { scenario } = target;
  const question = questionOf(ready, hostOf(scenario));
  if (question === null || urlOf(ready.path as string) !== null || scenario.kind !== 'http') {
    return {};
  }
  const { protocol, tls } = scenario;
  if (protocol === 'http3') {
    return {
      askOther: async (asked) => {
        const answer = await askHttp(question, tls, asked);
        return statusOf(answer) === null ? await askHttp(question, null, asked) : answer;
      },
    };
  }
  const secured = tls ?? { acceptSelfSigned: true, ca: null, serverName: 'localhost' };
  const overUdp = { ...scenario, protocol: 'http3' as const, tls: secured };
  return {
    askOther: async ({ endpoint, host, timeoutMs }) => {
      const other = { ...target, ...placeOf(endpoint, host), scenario: overUdp };
      return await generator.probe(other, question, timeoutMs).catch(messageOf);
    },
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
