/** `{port}`, `{socket}`, `{arm}` and `{dir}` in commands, URLs and values. */
import type {
  HoldScenario,
  HttpRequest,
  HttpScenario,
  Scenario,
  WebSocketMessage,
} from '../experiment/scenario.ts';
import type { Ready, Server } from '../experiment/server.ts';
import { shellQuoted } from './shell-quotes.ts';

export interface Placeholders {
  /** Where the arm listens. */
  port: number;
  /** Path of its Unix socket; empty when it listens on a port. */
  socket: string;
  /** `base` or `head`; a contender's name. */
  arm: string;
  /** Root of the arm's tree, or of the contender's project in it: an absolute path. */
  dir: string;
}

/** Names of the placeholders that `fill` replaces. */
export const PLACEHOLDERS: readonly (keyof Placeholders)[] = ['port', 'socket', 'arm', 'dir'];

const PLACEHOLDER = /(?<!\$)\{(port|socket|arm|dir)\}/g;

/**
 * Replaces exactly `{port}`, `{socket}`, `{arm}` and `{dir}`. Every other brace stays: `${dir}` and
 * `${X}` are the shell's, and `{"port":1}` is somebody's JSON.
 */
export function fill(text: string, values: Placeholders): string {
  return text.replaceAll(PLACEHOLDER, (_, name: keyof Placeholders) => String(values[name]));
}

/**
 * The same in a shell's command: each value reaches the program whole, also a folder with spaces or
 * quotes in its name, whether `{dir}` stands between quotes or not.
 */
export function fillCommand(command: string, values: Placeholders): string {
  return command.replaceAll(PLACEHOLDER, (_, name: keyof Placeholders, at: number) =>
    shellQuoted(command, at, String(values[name])),
  );
}

/** The same with other names than those of every command, such as `{pid}`. */
export function fillOwn(command: string, values: Readonly<Record<string, string>>): string {
  const names = Object.keys(values).join('|');
  return command.replaceAll(
    new RegExp(`(?<!\\$)\\{(${names})\\}`, 'g'),
    (_, name: string, at: number) => shellQuoted(command, at, values[name] as string),
  );
}

/** Placeholders of these names that a text holds, by the rule of `fill`. */
export function placeholdersIn(text: string, names: readonly string[]): string[] {
  const found = text.matchAll(/(?<!\$)\{([a-z]+)\}/g);
  return [...new Set([...found].map(([, name]) => name as string))].filter((name) =>
    names.includes(name),
  );
}

/** The same names in other letters, such as `{PORT}`: they would reach the program as they are. */
export function inOtherLetters(text: string): string[] {
  const found = text.matchAll(/(?<!\$)\{(port|socket|arm|dir)\}/gi);
  return [...new Set([...found].map(([, name]) => name as string))].filter(
    (name) => name !== name.toLowerCase(),
  );
}

/** The server with every command, ready path and environment value filled in. */
export function fillServer(server: Server, values: Placeholders): Server {
  const maybe = (command: string | null) =>
    command === null ? null : fillCommand(command, values);
  return {
    ...server,
    build: maybe(server.build),
    start: fillCommand(server.start, values),
    ready: fillReady(server.ready, values),
    stop: { ...server.stop, command: maybe(server.stop.command) },
    env: fillValues(server.env, values),
    before: maybe(server.before),
    after: maybe(server.after),
  };
}

function fillReady(ready: Ready, values: Placeholders): Ready {
  const { path, headers, command } = ready;
  return {
    ...ready,
    path: path === null ? null : fill(path, values),
    headers: fillValues(headers, values),
    command: command === null ? null : fillCommand(command, values),
  };
}

/** The scenario with everything that is sent or expected filled in; a command has its own placeholders. */
export function fillScenario(scenario: Scenario, values: Placeholders): Scenario {
  switch (scenario.kind) {
    case 'http':
      return {
        ...scenario,
        requests: scenario.requests.map((r) => fillRequest(r, values)),
        ...fillLogIn(scenario, values),
      };
    case 'websocket':
      return {
        ...scenario,
        path: fill(scenario.path, values),
        headers: fillValues(scenario.headers, values),
        message: fillMessage(scenario.message, values),
        ...fillLogIn(scenario, values),
      };
    case 'command':
      return {
        ...scenario,
        path: fill(scenario.path, values),
        command: fillCommand(scenario.command, values),
      };
    case 'hold':
      return { ...scenario, ...fillHeld(scenario, values), ...fillLogIn(scenario, values) };
  }
}

function fillMessage(message: WebSocketMessage, values: Placeholders): WebSocketMessage {
  const { text } = message;
  return text === undefined ? message : { ...message, text: fill(text, values) };
}

function fillLogIn({ beforeLoad }: Pick<HttpScenario, 'beforeLoad'>, values: Placeholders) {
  if (beforeLoad === undefined) return {};
  return {
    beforeLoad: beforeLoad.map((one) => ({
      ...one,
      path: fill(one.path, values),
      headers: fillValues(one.headers, values),
      body: one.body === null ? null : fill(one.body, values),
    })),
  };
}

function fillHeld(
  { request, socket }: HoldScenario,
  values: Placeholders,
): Pick<HoldScenario, 'request' | 'socket'> {
  return {
    request: request === null ? null : fillRequest(request, values),
    socket:
      socket === null
        ? null
        : {
            ...socket,
            path: fill(socket.path, values),
            headers: fillValues(socket.headers, values),
            message: fillMessage(socket.message, values),
          },
  };
}

function fillRequest(request: HttpRequest, values: Placeholders): HttpRequest {
  const { path, headers, body, expect } = request;
  return {
    ...request,
    path: fill(path, values),
    headers: fillValues(headers, values),
    body: body === null ? null : fill(body, values),
    expect: { ...expect, body: expect.body === null ? null : fill(expect.body, values) },
  };
}

function fillValues(record: Record<string, string>, values: Placeholders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).map(([name, text]) => [name, fill(text, values)]),
  );
}
