/** Settings of a server that exclude one another. */
import type { Mistake } from './mistakes.ts';
import { held } from './placeholders.ts';
import { entries, get } from './raw.ts';

export function serverContradictions(name: string, server: unknown): Mistake[] {
  return [
    ...setByTheGate(name, server),
    ...fixedPort(name, server),
    ...emptyPlaceholders(name, server),
  ];
}

/** Whether the raw server listens on a Unix socket. */
export function listensOnSocket(server: unknown): boolean {
  return get(server, 'socket') === true;
}

function setByTheGate(name: string, server: unknown): Mistake[] {
  const isSocket = listensOnSocket(server);
  const [variable, own, what] = isSocket
    ? ['SOCKET', '{socket}', 'path']
    : ['PORT', '{port}', 'port'];
  const found = get(get(server, 'env'), variable);
  if (found === undefined || found === own) return [];
  const path = ['servers', name, 'env', variable];
  const isFixed = !isSocket && get(server, 'port') !== undefined;
  const message = isFixed
    ? 'PORT is set by the gate, to the `port` of this server'
    : `${variable} is set by the gate, to a different ${what} for each start`;
  return [
    { path, part: 'key', message, hint: `remove it, and let the server listen on ${variable}` },
  ];
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

/** A placeholder that would be replaced by nothing. */
function emptyPlaceholders(name: string, server: unknown): Mistake[] {
  const isSocket = listensOnSocket(server);
  const empty = isSocket ? 'port' : 'socket';
  const commands = ['build', 'start', 'before', 'after'].map((key) => ({
    path: ['servers', name, key],
    text: get(server, key),
  }));
  const variables = entries(server, 'env').map(([key, text]) => ({
    path: ['servers', name, 'env', key],
    text,
  }));
  return [...commands, ...variables].flatMap(({ path, text }): Mistake[] => {
    if (typeof text !== 'string' || held(text, [empty]).length === 0) return [];
    return isSocket
      ? [
          {
            path,
            part: 'value',
            message: '`{port}` means nothing here: the server listens on a Unix socket',
            hint: 'its path is `{socket}`',
          },
        ]
      : [
          {
            path,
            part: 'value',
            message: '`{socket}` means nothing here: the server listens on a port',
            hint: 'for a Unix socket, write `socket: true`; the port is `{port}`',
          },
        ];
  });
}
