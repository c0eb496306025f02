/** A scenario in words, for reports and messages. */

import type { Work } from '../../terms/metric-terms.ts';
import { counted, plural } from '../../terms/plural.ts';
import type {
  HoldScenario,
  HttpRequest,
  HttpScenario,
  Protocol,
  Scenario,
  WebSocketMessage,
} from './scenario.ts';
import { shownPath } from './withhold.ts';

const PROTOCOLS: Record<Protocol, string> = {
  http1: 'HTTP/1.1',
  http2: 'HTTP/2',
  http3: 'HTTP/3',
  websocket: 'WebSocket',
};

/** What throughput and CPU time are counted by. */
export function workOf(scenario: Scenario): Work {
  const isOfMessages = scenario.kind === 'hold' && scenario.protocol === 'websocket';
  return scenario.kind === 'websocket' || isOfMessages ? 'message' : 'request';
}

/** What is sent, as short as a message about it needs: "GET /", "4 kinds of requests", "echo on /ws". */
export function workText(scenario: Scenario): string {
  switch (scenario.kind) {
    case 'http':
      return requestsText(scenario.requests);
    case 'websocket':
      return messageText(scenario.mode, scenario);
    case 'command':
      return `\`${scenario.command}\``;
    case 'hold':
      return scenario.socket === null
        ? requestsText(scenario.request === null ? [] : [scenario.request])
        : messageText('echo', scenario.socket);
  }
}

/** A message of the user's own is asked and answered, or goes to many; the generator's is an echo, or goes to many. */
export function messageText(
  mode: string,
  { path, message }: { path: string; message: WebSocketMessage },
): string {
  return `${message.text === undefined || mode === 'fan-out' ? mode : 'messages'} on ${shownPath(path)}`;
}

/** The whole load on one line: "GET /, 32 connections". */
export function loadText(scenario: Scenario): string {
  const cores = scenario.serverCores;
  const pinned = cores === null ? '' : `, server on ${plural(cores, 'core')}`;
  return `${loadAlone(scenario)}${pinned}`;
}

function loadAlone(scenario: Scenario): string {
  const work = workText(scenario);
  switch (scenario.kind) {
    case 'command':
      return `${work}, its output read as ${scenario.output}`;
    case 'hold':
      return `${carrierOf(scenario)}${work}, ${heldText(scenario)}`;
    case 'websocket': {
      const { connections, message, mode } = scenario;
      const ends =
        mode === 'echo'
          ? plural(connections, 'connection')
          : `one sender, ${plural(connections, 'receiver')}`;
      const isSentOn = mode === 'fan-out' && message.text !== undefined;
      const messages = isSentOn ? 'messages as the scenario has them' : messagesOf(message);
      return `${carrierOf(scenario)}${work}, ${messages}, ${ends}`;
    }
    case 'http': {
      const by = scenario.engine === 'builtin' ? '' : `${scenario.engine}: `;
      const connections = plural(scenario.connections, 'connection');
      return `${by}${carrierOf(scenario)}${work}, ${connections}${streamsOf(scenario)}`;
    }
  }
}

function heldText(scenario: HoldScenario): string {
  const { socket, connections, openPerSecond, holdMs, perSecond } = scenario;
  const messages = socket === null ? '' : `${messagesOf(socket.message)}, `;
  const opened = `${plural(connections, 'connection')} opened at ${counted(openPerSecond)}/s`;
  const held = `held for ${counted(holdMs / 1000)} s at ${plural(perSecond, workOf(scenario))}/s`;
  return `${messages}${opened}, ${held}`;
}

function messagesOf({ bytes, binary, text }: WebSocketMessage): string {
  const what = text === undefined ? `messages of ${plural(bytes, 'byte')}` : 'one answer to each';
  return `${what}${binary ? ' (binary)' : ''}`;
}

/** HTTP/1.1 without TLS goes without saying. */
function carrierOf({
  protocol,
  tls,
}: Pick<HttpScenario | HoldScenario, 'tls'> & { protocol: Protocol }): string {
  if (protocol === 'http1' && tls === null) return '';
  const inCleartext = protocol === 'http2' ? ' in cleartext' : '';
  const secured = tls === null ? inCleartext : protocol === 'http3' ? '' : ' with TLS';
  return `${PROTOCOLS[protocol]}${secured}, `;
}

function streamsOf({ protocol, streams }: HttpScenario): string {
  return protocol === 'http1' ? '' : ` of ${plural(streams, 'stream')}`;
}

function requestsText(requests: readonly HttpRequest[]): string {
  const [only, ...more] = requests;
  if (only === undefined || more.length > 0) return `${requests.length} kinds of requests`;
  return requestText(only);
}

/** "POST /login?…": what a path carries besides itself may be a secret. */
export function requestText({ method, path }: Pick<HttpRequest, 'method' | 'path'>): string {
  return `${method} ${shownPath(path)}`;
}
