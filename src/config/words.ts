/** A scenario in words, for reports and messages. */
import type { HttpRequest, HttpScenario, Protocol, Scenario } from './experiment.ts';

const PROTOCOLS: Record<Protocol, string> = {
  http1: 'HTTP/1.1',
  http2: 'HTTP/2',
  http3: 'HTTP/3',
  websocket: 'WebSocket',
};

/** What throughput and CPU time are counted by. */
export type Work = 'request' | 'message';

export function workOf(scenario: Scenario): Work {
  return scenario.kind === 'websocket' ? 'message' : 'request';
}

/** What is sent, as short as a message about it needs: "GET /", "4 kinds of requests", "echo on /ws". */
export function workInWords(scenario: Scenario): string {
  switch (scenario.kind) {
    case 'http':
      return requestsInWords(scenario.requests);
    case 'websocket':
      return `${scenario.mode} on ${scenario.path}`;
    case 'command':
      return `\`${scenario.command}\``;
  }
}

/** The whole load on one line: "GET /, 32 connections". */
export function loadInWords(scenario: Scenario): string {
  const work = workInWords(scenario);
  if (scenario.kind === 'command') return `${work}, its output read as ${scenario.output}`;
  const connections = plural(scenario.connections, 'connection');
  const secured = scenario.tls === null ? '' : ' with TLS';
  if (scenario.kind === 'websocket') {
    const { bytes, binary } = scenario.message;
    const message = `${plural(bytes, 'byte')}${binary ? ' (binary)' : ''}`;
    const ends =
      scenario.mode === 'echo'
        ? connections
        : `one sender, ${plural(scenario.connections, 'receiver')}`;
    return `WebSocket${secured}, ${work}, messages of ${message}, ${ends}`;
  }
  return `${carrier(scenario)}${work}, ${connections}${streamsOf(scenario)}`;
}

function carrier({ protocol, tls, engine }: HttpScenario): string {
  const plain = protocol === 'http1' && tls === null;
  const secured = tls === null ? ' in cleartext' : protocol === 'http3' ? '' : ' with TLS';
  const by = engine === 'builtin' ? '' : `${engine}: `;
  return plain ? by : `${by}${PROTOCOLS[protocol]}${secured}, `;
}

function streamsOf({ protocol, streams }: HttpScenario): string {
  return protocol === 'http1' ? '' : ` of ${plural(streams, 'stream')}`;
}

function requestsInWords(requests: readonly HttpRequest[]): string {
  const [only, ...more] = requests;
  if (only === undefined || more.length > 0) return `${requests.length} kinds of requests`;
  return `${only.method} ${only.path}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
