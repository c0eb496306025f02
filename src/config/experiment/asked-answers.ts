/** How the answers of a load are compared: by what is asked beside it, or why nothing is asked. Pure. */
import type {
  CommandScenario,
  HoldScenario,
  HttpScenario,
  Scenario,
  WebSocketScenario,
} from './scenario.ts';

/**
 * `ignored`: the scenario says so. `echo`: every message of the load is compared with what was sent, by the load itself.
 * `fan-out`: who else is connected would get the question too, or be taken for its answer. `no-url`, `websocket-tool`: only the
 * load tool knows what it asks.
 */
export type WhyNotAsked = 'ignored' | 'echo' | 'fan-out' | 'no-url' | 'websocket-tool';

/** `by`: what is asked is what the load sends, or a plain GET of the load tool's `{url}`. */
export type AskedAnswers =
  | { kind: 'asked'; by: 'load' | 'url'; scenario: HttpScenario | WebSocketScenario }
  | { kind: 'not'; why: WhyNotAsked };

export function askedAnswers(scenario: Scenario): AskedAnswers {
  if (scenario.answers?.compare === 'ignore') return { kind: 'not', why: 'ignored' };
  switch (scenario.kind) {
    case 'http':
      return { kind: 'asked', by: 'load', scenario };
    case 'websocket':
      if (scenario.message.text === undefined) return { kind: 'not', why: 'echo' };
      if (scenario.mode === 'fan-out') return { kind: 'not', why: 'fan-out' };
      return { kind: 'asked', by: 'load', scenario };
    case 'hold': {
      if (scenario.request !== null) {
        return { kind: 'asked', by: 'load', scenario: requestsOfHold(scenario) };
      }
      if (scenario.socket?.message.text === undefined) return { kind: 'not', why: 'echo' };
      return { kind: 'asked', by: 'load', scenario: messagesOfHold(scenario) };
    }
    case 'command':
      return ofCommand(scenario);
  }
}

function ofCommand(command: CommandScenario): AskedAnswers {
  const { name, protocol, tls, path, timeoutMs, serverCores } = command;
  if (protocol === 'websocket') return { kind: 'not', why: 'websocket-tool' };
  if (!/(?<!\$)\{url\}/.test(command.command)) return { kind: 'not', why: 'no-url' };
  const get = {
    method: 'GET',
    path,
    headers: {},
    body: null,
    bodyFile: null,
    weight: 1,
    ids: null,
  };
  const scenario: HttpScenario = {
    ...({ kind: 'http', name, protocol, engine: 'builtin', tls, timeoutMs, serverCores } as const),
    ...ONE_CONNECTION,
    requests: [{ ...get, expect: { status: 200, body: null } }],
    ...(command.answers && { answers: command.answers }),
  };
  return { kind: 'asked', by: 'url', scenario };
}

const ONE_CONNECTION = { connections: 1, streams: 1, latency: null, steadyMs: null };

/** What a hold of HTTP sends, as a load of it. */
export function requestsOfHold(hold: HoldScenario): HttpScenario {
  const { name, tls, timeoutMs, serverCores, request } = hold;
  if (request === null) throw new Error(`scenario ${name} has no request`);
  return {
    ...({ kind: 'http', name, protocol: 'http1', engine: 'builtin', tls } as const),
    ...{ timeoutMs, serverCores, ...ONE_CONNECTION, requests: [request] },
    ...optionalParts(hold),
  };
}

/** What a hold of WebSocket sends, as a load of it. */
export function messagesOfHold(hold: HoldScenario): WebSocketScenario {
  const { name, tls, timeoutMs, serverCores, socket } = hold;
  if (socket === null) throw new Error(`scenario ${name} has no message`);
  return {
    ...({ kind: 'websocket', name, protocol: 'websocket', mode: 'echo', tls, ...socket } as const),
    ...{ timeoutMs, serverCores, connections: 1, latency: null, steadyMs: null },
    ...optionalParts(hold),
  };
}

/** Absent where the hold has none, not undefined. */
function optionalParts({ data, answers, beforeLoad, cookies }: HoldScenario) {
  return {
    ...(data && { data }),
    ...(answers && { answers }),
    ...(beforeLoad && { beforeLoad }),
    ...(cookies && { cookies }),
  };
}
