/** Settings of a scenario that exclude one another, or the servers that it loads. */

import { FEWEST_FAN_OUT_BYTES } from '../experiment/scenario.ts';
import { fill, placeholdersIn } from '../fill/placeholders.ts';
import { takenApart } from '../fill/shell-quotes.ts';
import { foundInstead, type Mistake } from '../mistakes/mistakes.ts';
import { didYouMean } from '../mistakes/nearest.ts';
import { get, has, isHold, kindOf, list } from '../mistakes/untyped.ts';
import { badHeaders, repeatedHeaders } from './headers.ts';
import { idOfNothing, requestContradictions } from './request-contradictions.ts';
import { listensOnSocket } from './server-contradictions.ts';

export function scenarioContradictions(
  name: string,
  scenario: unknown,
  servers: [string, unknown][],
): Mistake[] {
  const loaded = serversOf(scenario, servers);
  return [
    ...unknownServers(name, scenario, servers),
    ...rateOfNothing(name, scenario),
    ...ofItsKind(name, scenario, loaded),
    ...headersBeforeLoad(name, scenario),
    ...quicOnSockets(name, scenario, loaded),
    ...halfAClient(name, scenario),
  ];
}

function ofItsKind(name: string, scenario: unknown, loaded: [string, unknown][]): Mistake[] {
  const at = ['scenarios', name];
  switch (kindOf(scenario)) {
    case 'http':
      return requestContradictions(name, scenario);
    case 'websocket':
      return [
        ...tooSmall(name, scenario),
        ...twoMessages(name, scenario),
        ...badHeaders(get(scenario, 'headers'), [...at, 'headers'], 'websocket', 'websocket'),
        ...idOfNothing(scenario, at, 'only the requests of HTTP scenarios have `ids`'),
      ];
    case 'command':
      return [
        ...clearQuic(name, scenario),
        ...aimless(name, scenario, loaded),
        ...brokenUrl(name, scenario),
        ...idOfNothing(scenario, at, 'the load tool would ask for this very path'),
      ];
  }
}

function headersBeforeLoad(name: string, scenario: unknown): Mistake[] {
  const at = ['scenarios', name, 'before-load'];
  return list(get(scenario, 'before-load')).flatMap((request, index) =>
    repeatedHeaders(get(request, 'headers'), [...at, index, 'headers']),
  );
}

/** Of the scenarios that may have a `rate` for it. */
function rateOfNothing(name: string, scenario: unknown): Mistake[] {
  if (get(scenario, 'latency') !== false || !has(scenario, 'rate')) return [];
  const isBuiltin = (get(scenario, 'engine') ?? 'builtin') === 'builtin';
  if (!isBuiltin || isHold(scenario) || get(scenario, 'mode') === 'fan-out') return [];
  const path = ['scenarios', name, 'rate'];
  const message = 'cannot stand beside `latency: false`';
  const hint = 'it is the rate at which latency is measured: remove one of the two';
  return [{ path, part: 'key', message, hint }];
}

function unknownServers(name: string, scenario: unknown, servers: [string, unknown][]): Mistake[] {
  const known = servers.map(([server]) => server);
  return list(get(scenario, 'servers')).flatMap((server, index) => {
    if (typeof server !== 'string' || known.includes(server) || known.length === 0) return [];
    const path = ['scenarios', name, 'servers', index];
    const message = foundInstead(server, `a server of this file (${known.join(', ')})`);
    return [{ path, part: 'value' as const, message, hint: didYouMean(server, known) }];
  });
}

/** HTTP/3 runs over UDP, and a Unix socket as meant here carries streams. */
function quicOnSockets(name: string, scenario: unknown, loaded: [string, unknown][]): Mistake[] {
  const server = loaded.find(([, raw]) => listensOnSocket(raw))?.[0];
  if (get(scenario, 'protocol') !== 'http3' || server === undefined) return [];
  const path = ['scenarios', name, 'protocol'];
  const message = `HTTP/3 needs a UDP port, and server \`${server}\` listens on a Unix socket`;
  const hint = `remove \`socket: true\` there, or list under \`servers\` those that this scenario is for`;
  return [{ path, part: 'value', message, hint }];
}

/** A client's certificate without its key, or where nothing could present it. */
function halfAClient(name: string, scenario: unknown): Mistake[] {
  const tls = get(scenario, 'tls');
  const at = ['scenarios', name, 'tls'];
  const given = ['cert', 'key', 'passphrase'].filter((key) => has(tls, key));
  const [first] = given;
  if (first === undefined) return [];
  const path = [...at, first];
  if (get(scenario, 'protocol') === 'http3') {
    const message = 'the client for HTTP/3 has no certificate of its own';
    return [{ path, part: 'key', message, hint: 'load the server by `http1` or `http2`' }];
  }
  if (get(scenario, 'engine') === 'command') {
    const message = 'a load command has flags of its own for its certificate';
    return [{ path, part: 'key', message, hint: 'remove it here, and give it to the tool' }];
  }
  const missing = ['cert', 'key'].find((key) => !has(tls, key));
  if (missing === undefined) return [];
  const message = `nothing can be done with it without \`${missing}\``;
  return [{ path, part: 'key', message, hint: `add \`${missing}\`, or remove it` }];
}

/** For the other kinds, the schema of HTTP/3 says so. */
function clearQuic(name: string, scenario: unknown): Mistake[] {
  if (get(scenario, 'protocol') !== 'http3' || get(scenario, 'tls') !== false) return [];
  const path = ['scenarios', name, 'tls'];
  const message = 'HTTP/3 always has TLS';
  return [{ path, part: 'value', message, hint: 'remove it, or write accept-self-signed' }];
}

/** A command that cannot know where the server is. */
function aimless(name: string, scenario: unknown, loaded: [string, unknown][]): Mistake[] {
  const command = get(scenario, 'command');
  if (typeof command !== 'string' || command.trim() === '') return [];
  const path = ['scenarios', name, 'command'];
  const named = placeholdersIn(command, ['url', 'host', 'port', 'socket']);
  if (named.length === 0) {
    const message = 'nothing in the command says where the server is';
    const slip = /\$\{(url|host|port|socket)\}/.exec(command)?.[1];
    const hint =
      slip === undefined
        ? 'put `{url}` into it; or `{host}`, `{port}` and `{socket}`'
        : `\`\${${slip}}\` is left to the shell: write {${slip}}`;
    return [{ path, part: 'value', message, hint }];
  }
  const usesSocket = named.includes('socket');
  const misfit = loaded.find(([, server]) => listensOnSocket(server) !== usesSocket)?.[0];
  if (misfit === undefined) return [];
  return usesSocket
    ? [
        {
          path,
          part: 'value',
          message: `\`{socket}\` means nothing for server \`${misfit}\`, which listens on a port`,
          hint: 'use `{url}`, or list under `servers` those that this scenario is for',
        },
      ]
    : [
        {
          path,
          part: 'value',
          message: `server \`${misfit}\` listens on a Unix socket, and the command does not use \`{socket}\``,
          hint: 'give the tool that path, or list under `servers` those that this scenario is for',
        },
      ];
}

/** Stands for what the placeholders of a path will hold. */
const SAMPLES = { port: 20000, socket: '', arm: 'head', dir: '/repository' } as const;

/** The path that the command asks for must come through the shell, once its placeholders are filled. */
function brokenUrl(name: string, scenario: unknown): Mistake[] {
  const [command, urlPath] = [get(scenario, 'command'), get(scenario, 'path')];
  if (typeof command !== 'string' || typeof urlPath !== 'string') return [];
  const url = `http://127.0.0.1:${SAMPLES.port}${fill(urlPath, SAMPLES)}`;
  const found = [...command.matchAll(/(?<!\$)\{url\}/g)];
  const trouble = found
    .map(({ index }) => takenApart(command, index, url))
    .find((problem) => problem !== null);
  if (trouble === undefined) return [];
  return [{ path: ['scenarios', name, 'command'], part: 'value', ...trouble }];
}

/** A number that tells messages apart must find room. */
function tooSmall(name: string, scenario: unknown): Mistake[] {
  const size = get(scenario, 'message-size');
  if (get(scenario, 'mode') !== 'fan-out' || typeof size !== 'number') return [];
  if (size >= FEWEST_FAN_OUT_BYTES) return [];
  const path = ['scenarios', name, 'message-size'];
  const allowed = `at least ${FEWEST_FAN_OUT_BYTES} bytes for fan-out, so that each message can be told from the others`;
  return [{ path, part: 'value', message: foundInstead(size, allowed) }];
}

function twoMessages(name: string, scenario: unknown): Mistake[] {
  if (!has(scenario, 'message') || !has(scenario, 'message-size')) return [];
  const path = ['scenarios', name, 'message-size'];
  const message = 'cannot stand beside `message`, which is as long as it is';
  return [{ path, part: 'key', message, hint: 'keep one of them' }];
}

function serversOf(scenario: unknown, servers: [string, unknown][]): [string, unknown][] {
  const wanted = get(scenario, 'servers');
  return Array.isArray(wanted) ? servers.filter(([name]) => wanted.includes(name)) : servers;
}
