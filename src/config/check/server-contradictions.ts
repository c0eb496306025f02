/** Settings of a server that exclude one another. */

import { inOtherLetters, placeholdersIn } from '../fill/placeholders.ts';
import type { Mistake } from '../mistakes/mistakes.ts';
import { entries, get, has } from '../mistakes/untyped.ts';
import { repeatedHeaders } from './headers.ts';

export function serverContradictions(name: string, server: unknown): Mistake[] {
  return [
    ...setByTheGate(name, server),
    ...fixedPort(name, server),
    ...noSocket(name, server),
    ...otherLetters(name, server),
    ...profileMistakes(name, server),
    ...readyOfNothing(name, server),
    ...repeatedHeaders(get(get(server, 'ready'), 'headers'), ['servers', name, 'ready', 'headers']),
  ];
}

/** Whether the raw server listens on a Unix socket. */
export function listensOnSocket(server: unknown): boolean {
  return get(server, 'socket') === true;
}

function setByTheGate(name: string, server: unknown): Mistake[] {
  const isSocket = listensOnSocket(server);
  const isFixed = !isSocket && get(server, 'port') !== undefined;
  return (isSocket ? ['PORT', 'SOCKET'] : ['PORT']).flatMap((variable): Mistake[] => {
    const found = get(get(server, 'env'), variable);
    if (found === undefined || found === `{${variable.toLowerCase()}}`) return [];
    const path = ['servers', name, 'env', variable];
    const own = variable === 'PORT' ? 'a port' : 'a path';
    const value = isFixed ? 'the `port` of this server' : `${own} of its own for each arm`;
    const message = `${variable} is set by the gate, to ${value}`;
    const listens = isSocket ? 'SOCKET' : 'PORT';
    const hint = `remove it, and let the server listen on ${listens}`;
    return [{ path, part: 'key', message, hint }];
  });
}

function fixedPort(name: string, server: unknown): Mistake[] {
  if (get(server, 'port') === undefined) return [];
  const path = ['servers', name, 'port'];
  if (listensOnSocket(server)) {
    const message = 'a server listens on a port or on a Unix socket, not on both';
    return [{ path, part: 'key', message, hint: 'remove `port`, or `socket: true`' }];
  }
  const pairs = get(server, 'pairs');
  if (pairs !== undefined && pairs !== 'live') return [];
  const message = 'with a fixed port, both arms cannot run at once';
  const hint =
    'if the server can listen on the port in PORT, remove `port`; otherwise write `pairs: exclusive`, and one arm runs at a time';
  return [{ path, part: 'key', message, hint }];
}

const COMMANDS: readonly string[][] = [
  ['build'],
  ['start'],
  ['before'],
  ['after'],
  ['ready', 'command'],
  ['stop', 'command'],
  ['profile'],
  ['profile', 'command'],
  ['profile', 'start'],
];

/** `{PORT}` would reach the program as it is. */
function otherLetters(name: string, server: unknown): Mistake[] {
  return textsOf(name, server).flatMap(({ path, text }) =>
    inOtherLetters(text).map((found): Mistake => {
      const message = `\`{${found}}\` stands for nothing`;
      const isVariable = /^(port|socket)$/i.test(found);
      const or = isVariable ? `, or \`$${found.toUpperCase()}\`` : '';
      return { path, part: 'value', message, hint: `write \`{${found.toLowerCase()}}\`${or}` };
    }),
  );
}

/** `{socket}` would be replaced by nothing. A server on a socket has a free `{port}` besides. */
function noSocket(name: string, server: unknown): Mistake[] {
  if (listensOnSocket(server)) return [];
  return textsOf(name, server).flatMap(({ path, text }): Mistake[] => {
    if (placeholdersIn(text, ['socket']).length === 0) return [];
    const message = '`{socket}` means nothing here: the server listens on a port';
    const hint = 'for a Unix socket, write `socket: true`; the port is `{port}`';
    return [{ path, part: 'value', message, hint }];
  });
}

/** Each of them that is a text. */
export function commandsOf(name: string, server: unknown): { path: string[]; text: string }[] {
  return COMMANDS.flatMap((keys) => {
    const text = keys.reduce(get, server);
    return typeof text === 'string' ? [{ path: ['servers', name, ...keys], text }] : [];
  });
}

/** Its commands, and the values of its variables. */
function textsOf(name: string, server: unknown): { path: string[]; text: string }[] {
  const variables = entries(server, 'env').map(([key, text]) => ({
    path: ['servers', name, 'env', key],
    text,
  }));
  const texts = variables.flatMap(({ path, text }) =>
    typeof text === 'string' ? [{ path, text }] : [],
  );
  return [...commandsOf(name, server), ...texts];
}

/** A line or a command stands in place of the request, unless that has a path of its own. */
function readyOfNothing(name: string, server: unknown): Mistake[] {
  const ready = get(server, 'ready');
  const instead = ['log', 'command'].find((key) => has(ready, key));
  if (instead === undefined || has(ready, 'path')) return [];
  return ['method', 'headers', 'status', 'times']
    .filter((key) => has(ready, key))
    .map((key): Mistake => {
      const path = ['servers', name, 'ready', key];
      const message = `there is no request that it is about: with \`${instead}\`, none is sent`;
      // The setting that is called `path` is that of the load.
      const hint =
        'give it a path (`ready.path`; as an input or a flag `ready-path`) to send one as well, or remove it';
      return { path, part: 'key', message, hint };
    });
}

/** A profile that nobody takes, or that is written where nobody finds it. */
function profileMistakes(name: string, server: unknown): Mistake[] {
  const profile = get(server, 'profile');
  const isShort = typeof profile === 'string';
  // Anything else is no profile at all, and the schema says so.
  if (!isShort && (typeof profile !== 'object' || profile === null)) return [];
  const path = ['servers', name, 'profile'];
  const command = isShort ? profile : get(profile, 'command');
  const start = isShort ? undefined : get(profile, 'start');
  if (command === undefined && start === undefined) {
    const message = 'nothing takes the profile';
    const hint =
      'write `command`, which profiles the process `{pid}`, or `start`, with which the server profiles itself';
    return [{ path, part: 'value', message, hint }];
  }
  const texts = [command, start].filter((one) => typeof one === 'string');
  if (texts.length > 0 && texts.every((one) => placeholdersIn(one, ['out']).length === 0)) {
    const message = 'no command of it names `{out}`, so the gate would find no profile';
    const hint = '`{out}` is the folder that the profile is to be written into';
    return [{ path, part: 'value', message, hint }];
  }
  if (typeof start !== 'string' || placeholdersIn(start, ['pid']).length === 0) return [];
  const message = '`{pid}` means nothing in `start`: there is no process yet';
  const hint = 'a command that needs the process is `command`';
  return [{ path: [...path, 'start'], part: 'value', message, hint }];
}
