/** Whom a process talks to on this machine, by the tables of sockets. Pure. */
import {
  addressText,
  type InetSocket,
  isWildcard,
  type UnixSocket,
} from '../../system/kernel/socket-tables.ts';

/** The tables of one moment. */
export interface SocketTables {
  /** TCP and UDP. */
  inet: readonly InetSocket[];
  unix: readonly UnixSocket[];
  /** Socket inode → processes that hold it; those that may not be looked into are missing. */
  holders: ReadonlyMap<string, readonly number[]>;
}

/** Where somebody listens. */
export type Place = { kind: 'port'; port: number } | { kind: 'socket'; path: string };

/** Somebody at the other end of a connection that was opened from here. */
export interface Talk {
  place: Place;
  /** Who listens there, and who serves this very connection; none where they may not be looked into. */
  pids: readonly number[];
  /** Who owns the socket, where nobody may be looked into: a user's number; null: known by `pids`, or not at all. */
  uid: number | null;
  /** Where nobody was seen to serve it: its ends there, which may have been closed between the table and the look who has them. */
  unheld: readonly string[];
}

export function placeText(place: Place): string {
  return place.kind === 'port' ? `port ${place.port}` : `socket ${place.path}`;
}

const SERVED = { uid: null, unheld: [] } as const;

/** Every place that these processes have a connection to, and who serves it. Who connects to *them* is none of it. */
export function talksOf(tables: SocketTables, pids: ReadonlySet<number>): Talk[] {
  const found = new Map<string, Talk>();
  for (const talk of [...inetTalks(tables, pids), ...unixTalks(tables, pids)]) {
    if (talk.pids.some((pid) => pids.has(pid))) continue;
    const key = placeText(talk.place);
    const known = found.get(key);
    const all = [...new Set([...(known?.pids ?? []), ...talk.pids])];
    const nobody = { uid: talk.uid, unheld: [...(known?.unheld ?? []), ...talk.unheld] };
    found.set(key, { ...talk, pids: all, ...(all.length > 0 ? SERVED : nobody) });
  }
  return [...found.values()];
}

function inetTalks({ inet, holders }: SocketTables, pids: ReadonlySet<number>): Talk[] {
  const isOwn = (inode: string) => (holders.get(inode) ?? []).some((pid) => pids.has(pid));
  const own = inet.filter(({ state, inode }) => state === 'established' && isOwn(inode));
  if (own.length === 0) return [];
  const listeners = inet.filter(({ state }) => state === 'listening');
  const ownPorts = new Set(
    listeners.filter(({ inode }) => isOwn(inode)).map(({ localPort }) => localPort),
  );
  const byEnds = new Map(inet.map((row) => [ends(row), row]));
  return own.flatMap((socket): Talk[] => {
    if (ownPorts.has(socket.localPort)) return [];
    const { remote, remotePort } = socket;
    const there = listeners.filter(
      ({ local, localPort }) => localPort === remotePort && (local === remote || isWildcard(local)),
    );
    const other = byEnds.get(`${remote}:${remotePort} ${socket.local}:${socket.localPort}`);
    // The other end of a connection to another machine is in no table of this one.
    if (other === undefined && there.length === 0) return [];
    const rows = other === undefined ? there : [...there, other];
    const serving = rows.flatMap(({ inode }) => holders.get(inode) ?? []);
    const uid = serving.length > 0 ? null : (rows[0]?.uid ?? null);
    const place = { kind: 'port', port: remotePort } as const;
    return [{ place, pids: [...new Set(serving)], uid, unheld: [] }];
  });
}

/**
 * Those of the places that nobody was seen to serve at which somebody may not be looked into. Connections are closed while the
 * processes are looked through, and such an end was in none of them: what is there a moment later, in nobody's hands, is hidden.
 * `unserved`: `unheld` by place.
 */
export function hiddenAmong(
  unserved: ReadonlyMap<string, Talk['unheld']>,
  aMomentLater: () => SocketTables,
): string[] {
  const isInDoubt = [...unserved.values()].some((ends) => ends.length > 0);
  const { unix, holders } = isInDoubt ? aMomentLater() : NO_TABLES;
  const open = new Set(unix.flatMap(({ inode }) => (holders.has(inode) ? [] : [inode])));
  return [...unserved].flatMap(([place, ends]) =>
    ends.length === 0 || ends.some((end) => open.has(end)) ? [place] : [],
  );
}

const NO_TABLES: SocketTables = { inet: [], unix: [], holders: new Map() };

/** Addresses of other machines, or of containers with a network of their own, that these processes are connected to. */
export function awayOf(
  { inet, holders }: SocketTables,
  pids: ReadonlySet<number>,
): { address: string; port: number }[] {
  const byEnds = new Set(inet.map(ends));
  return inet.flatMap((row) => {
    const { state, inode, local, localPort, remote, remotePort } = row;
    const isOwn = (holders.get(inode) ?? []).some((pid) => pids.has(pid));
    if (state !== 'established' || !isOwn) return [];
    if (byEnds.has(`${remote}:${remotePort} ${local}:${localPort}`)) return [];
    return remote.length === IPV4_DIGITS
      ? [{ address: addressText(remote), port: remotePort }]
      : [];
  });
}

const IPV4_DIGITS = 8;

function ends({ local, localPort, remote, remotePort }: InetSocket): string {
  return `${local}:${localPort} ${remote}:${remotePort}`;
}

/** The end that has a path is the server's. */
function unixTalks({ unix, holders }: SocketTables, pids: ReadonlySet<number>): Talk[] {
  return unix.flatMap(({ path, inode, peer }): Talk[] => {
    if (path === null) return [];
    const isOurs = (holders.get(peer) ?? []).some((pid) => pids.has(pid));
    const serving = holders.get(inode) ?? [];
    const unheld = serving.length === 0 ? [inode] : [];
    return isOurs ? [{ place: { kind: 'socket', path }, pids: serving, uid: null, unheld }] : [];
  });
}

/**
 * Places where `others` listen alone, and to which somebody is connected who is one of `pids`, or whose connection was over before it
 * was looked up whose it is: who connects for each request has none for longer than a millisecond.
 */
export function crossingsOf(
  tables: SocketTables,
  pids: ReadonlySet<number>,
  others: ReadonlySet<number>,
): { place: Place; pid: number }[] {
  const { inet, unix, holders } = tables;
  const own = new Set(placesOf(tables, pids).map(placeText));
  const isOurs = (inode: string) => {
    const held = holders.get(inode) ?? [];
    return held.length === 0 || held.some((pid) => pids.has(pid));
  };
  return placesOf(tables, others).flatMap((place) => {
    if (own.has(placeText(place))) return [];
    const isConnected =
      place.kind === 'port'
        ? inet.some(
            ({ state, remotePort, inode }) =>
              state === 'established' && remotePort === place.port && isOurs(inode),
          )
        : unix.some(({ path, peer }) => path === place.path && isOurs(peer));
    const pid = [...others].find((one) =>
      placesOf(tables, new Set([one])).some((at) => placeText(at) === placeText(place)),
    );
    return isConnected && pid !== undefined ? [{ place, pid }] : [];
  });
}

/** Where one of these processes listens, ports first. */
export function placesOf(
  { inet, unix, holders }: SocketTables,
  pids: ReadonlySet<number>,
): Place[] {
  const isOwn = (inode: string) => (holders.get(inode) ?? []).some((pid) => pids.has(pid));
  const ports = inet
    .filter(({ state, inode }) => state === 'listening' && isOwn(inode))
    .map(({ localPort }): Place => ({ kind: 'port', port: localPort }));
  const sockets = unix.flatMap(({ path, inode }): Place[] =>
    path !== null && isOwn(inode) ? [{ kind: 'socket', path }] : [],
  );
  const all = [...ports.sort(byPort), ...sockets];
  return [...new Map(all.map((place) => [placeText(place), place])).values()];
}

function byPort(a: Place, b: Place): number {
  return a.kind === 'port' && b.kind === 'port' ? a.port - b.port : 0;
}
