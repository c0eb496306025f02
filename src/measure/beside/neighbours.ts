/**
 * Programs that run beside the servers and belong to what is measured: what `before` started, what the servers talk to on this
 * machine, and what `beside` names. They are no "other processes". Linux only; elsewhere there are none.
 */
import type { Beside } from '../../config/values/beside.ts';
import { besideText } from '../../config/values/beside.ts';
import {
  readTcpSockets,
  readUdpSockets,
  readUnixSockets,
} from '../../system/kernel/socket-tables.ts';
import { isRunning, type Known } from '../../system/processes/kin.ts';
import type { Launched } from '../../system/start/launch.ts';
import type { Arm } from '../../terms/arm.ts';
import { containerAt, named, ownedBy, proxiedTo } from './find.ts';
import { type ProcessTable, readHolders, readProcessTable, shownNameOf } from './process-table.ts';
import {
  awayOf,
  crossingsOf,
  hiddenAmong,
  placesOf,
  placeText,
  type SocketTables,
  talksOf,
} from './talks.ts';

/** The servers under test that run now: whose they are, and their processes. */
export interface Running {
  server: string;
  trees: ReadonlyMap<Arm, readonly number[]>;
}

export type How = 'before' | 'connected' | 'named';

/** One program beside the servers. */
export interface Neighbour {
  /** What it is called: "postgres". */
  name: string;
  /** Where it listens, or is talked to: "port 5432". */
  places: readonly string[];
  how: How;
  /** Whose servers use it, of the server that was looked at. */
  arms: readonly Arm[];
  /** Cores that it was given; null: it is a stranger's, or nothing is pinned. */
  cores: readonly number[] | null;
  /** Its processes now. */
  pids: readonly number[];
}

interface Friend {
  name: string;
  how: How;
  places: Set<string>;
  /** `server/arm` of whoever uses it. */
  users: Set<string>;
  cores: readonly number[] | null;
  roots: Known[];
  /** Of a hook: what it started, also what has left its tree. */
  launched: Pick<Launched, 'tree'> | null;
}

/** A chain of friends that is longer than this is none: proxy, pooler, database, its standby. */
const LINKS = 4;
/** The kernel's first process, and the parent of its own threads. */
const NEVER: readonly number[] = [1, 2];

export class Neighbours {
  readonly #wanted: readonly Beside[];
  readonly #friends: Friend[] = [];
  /** Names that stood for nobody when they were first looked for. */
  readonly #missing = new Set<string>();
  /** Places that are served by somebody who may not be looked into. */
  readonly #hidden = new Set<string>();
  /** By `server/arm`: what of another arm's server it was connected to when that was looked at: "php-fpm (port 9000)". */
  readonly #crossings = new Map<string, Set<string>>();
  /** Every process that was ever seen to belong to one. */
  readonly #known = new Map<number, number>();
  #hasLooked = false;

  constructor(wanted: readonly Beside[] = []) {
    this.#wanted = wanted;
  }

  /** What a `before` has left running, and the cores that it was started on. */
  started(
    { server, arm }: { server: string; arm: Arm },
    launched: Pick<Launched, 'tree'>,
    cores: readonly number[] | null,
  ): void {
    this.#friends.push({
      ...{ name: 'before', how: 'before', cores, launched },
      places: new Set(),
      users: new Set([userName(server, arm)]),
      roots: [],
    });
  }

  /** Looks who is there now. Costs tens of milliseconds, so not while anything is measured. */
  look({ server, trees }: Running): void {
    if (process.platform !== 'linux') return;
    const table = readProcessTable();
    const sockets = readSockets(table);
    const own = this.#ownPids(table, trees);
    const scene = { table, sockets, own, unserved: new Map<string, readonly string[]>() };
    for (const friend of this.#friends) this.#name(friend, table, sockets);
    for (const beside of this.#wanted) this.#find(beside, scene);
    this.#lookAcross(server, trees, sockets);
    for (const [arm, tree] of trees) {
      this.#follow(new Set(tree), userName(server, arm), scene);
    }
    const hidden = hiddenAmong(scene.unserved, () => readSockets(readProcessTable()));
    for (const place of hidden) this.#hidden.add(place);
    this.#hasLooked = true;
    this.#remember(table);
  }

  /** Those that the server's arms use; all that were named, whoever uses them. */
  of(server: string): Neighbour[] {
    if (process.platform !== 'linux') return [];
    const table = readProcessTable();
    return this.#friends.flatMap((friend): Neighbour[] => {
      const arms = (['base', 'head'] as const).filter((arm) =>
        friend.users.has(userName(server, arm)),
      );
      if (arms.length === 0 && friend.how !== 'named') return [];
      const pids = this.#pidsOf(friend, table);
      if (pids.length === 0) return [];
      const { name, places, how, cores } = friend;
      return [
        {
          ...{ name, how, cores, pids },
          places: [...places],
          arms: arms.length === 0 ? ['base', 'head'] : arms,
        },
      ];
    });
  }

  /** Whether a process belongs to one, or did while it lived. */
  has({ pid, startTicks }: Known): boolean {
    return this.#known.get(pid) === startTicks;
  }

  /** Processes of all of them now. */
  pids(): number[] {
    if (this.#friends.length === 0 || process.platform !== 'linux') return [];
    const table = readProcessTable();
    this.#remember(table);
    return this.#friends.flatMap((friend) => this.#pidsOf(friend, table));
  }

  /** Names of `beside` that stood for nobody, and places that are served by somebody who may not be looked into; each once. */
  troubles(): { missing: string[]; hidden: string[] } {
    if (!this.#hasLooked) return { missing: [], hidden: [] };
    const troubles = { missing: [...this.#missing], hidden: [...this.#hidden] };
    this.#missing.clear();
    this.#hidden.clear();
    return troubles;
  }

  /** Those that have ended: "postgres (port 5432)". */
  gone(): string[] {
    return this.#friends
      .filter(({ roots }) => roots.length > 0 && !roots.some(isRunning))
      .map(({ name, places }) => nameWith(name, [...places]));
  }

  /** What of another arm's server an arm's was seen connected to. */
  crossings(server: string, arm: Arm): string[] {
    return [...(this.#crossings.get(userName(server, arm)) ?? [])];
  }

  /** From now on. Whose a connection was that is over is not known, and while the other arm is loaded many are that one's own. */
  forgetCrossings(server: string, arm: Arm): void {
    this.#crossings.delete(userName(server, arm));
  }

  #lookAcross(server: string, trees: Running['trees'], sockets: SocketTables): void {
    for (const [arm, tree] of trees) {
      const others = [...trees].flatMap(([other, pids]) => (other === arm ? [] : pids));
      for (const { place, pid } of crossingsOf(sockets, new Set(tree), new Set(others))) {
        const user = userName(server, arm);
        const found = this.#crossings.get(user) ?? new Set();
        this.#crossings.set(user, found.add(nameWith(shownNameOf(pid) ?? '?', [placeText(place)])));
      }
    }
  }

  /** Everything of this program and the servers, which is never beside them. What a `before` started is. */
  #ownPids(table: ProcessTable, trees: Running['trees']): Set<number> {
    const own = table.descendants([process.pid]);
    for (const tree of trees.values()) for (const pid of tree) own.add(pid);
    for (const { launched } of this.#friends) {
      for (const pid of launched?.tree() ?? []) own.delete(pid);
    }
    return own;
  }

  #find(beside: Beside, { table, sockets, own }: Scene): void {
    const pids = named(beside, table, sockets).filter((pid) => !own.has(pid));
    if (pids.length === 0) {
      if (!this.#hasLooked) this.#missing.add(besideText(beside));
      return;
    }
    const friend = this.#friendOf(pids, table, { how: 'named', sockets });
    if (friend.how === 'connected') friend.how = 'named';
  }

  /** From a tree to those that it talks to, and from them on. */
  #follow(from: ReadonlySet<number>, user: string, scene: Scene): void {
    const { table, sockets, own, unserved } = scene;
    const met = new Set<number>(from);
    let tree = from;
    for (let link = 0; link < LINKS && tree.size > 0; link++) {
      const next = new Set<number>();
      const meet = (pids: readonly number[], place: string) => {
        const others = pids.filter((pid) => !own.has(pid) && !met.has(pid));
        if (others.length === 0) return;
        const friend = this.#friendOf(others, table, { how: 'connected', sockets });
        friend.places.add(place);
        friend.users.add(user);
        for (const pid of this.#pidsOf(friend, table)) {
          if (!met.has(pid)) next.add(pid);
          met.add(pid);
        }
      };
      for (const { place, pids, uid, unheld } of talksOf(sockets, tree)) {
        const text = placeText(place);
        const port = place.kind === 'port' ? place.port : 0;
        const owners = pids.length > 0 || uid === null ? pids : ownedBy(uid, port, table);
        if (owners.length === 0) unserved.set(text, [...(unserved.get(text) ?? []), ...unheld]);
        meet(owners, text);
      }
      const away = [...awayOf(sockets, tree), ...proxiedTo(tree)];
      for (const at of away) meet(containerAt(at, table), `port ${at.port} of ${at.address}`);
      tree = next;
    }
  }

  /** The friend that one of these belongs to, or a new one. */
  #friendOf(
    pids: readonly number[],
    table: ProcessTable,
    { how, sockets }: { how: How; sockets: SocketTables },
  ): Friend {
    const known = this.#friends.find((friend) => {
      const members = this.#pidsOf(friend, table);
      return pids.some((pid) => members.includes(pid));
    });
    const roots = rootsAmong(pids, table);
    if (known !== undefined) {
      for (const root of roots) {
        const isNew = !this.#pidsOf(known, table).includes(root.pid);
        if (isNew) known.roots.push(root);
      }
      return known;
    }
    const friend: Friend = {
      ...{ name: shownNameOf(roots[0]?.pid ?? 0) ?? '?', how, cores: null, launched: null, roots },
      places: new Set<string>(),
      users: new Set<string>(),
    };
    this.#friends.push(friend);
    this.#name(friend, table, sockets);
    return friend;
  }

  /** Of a hook it is known only by now what it has left running. */
  #name(friend: Friend, table: ProcessTable, sockets: SocketTables): void {
    if (friend.launched !== null && friend.roots.length === 0) {
      const tree = friend.launched.tree();
      friend.roots = rootsAmong(tree, table);
      // Of a shell that waits for a database, the database is meant.
      const listener = tree.find((pid) => placesOf(sockets, new Set([pid])).length > 0);
      friend.name = shownNameOf(listener ?? friend.roots[0]?.pid ?? 0) ?? friend.name;
    }
    if (friend.places.size > 0) return;
    const pids = new Set(this.#pidsOf(friend, table));
    for (const place of placesOf(sockets, pids)) friend.places.add(placeText(place));
  }

  #pidsOf({ roots, launched }: Friend, table: ProcessTable): number[] {
    const alive = roots.filter(
      ({ pid, startTicks }) => table.stats.get(pid)?.startTicks === startTicks,
    );
    const above = table.ancestors(process.pid);
    // Of one that has us, or everybody, among its children only itself is meant.
    const alone = alive.filter(({ pid }) => above.has(pid) || NEVER.includes(pid));
    const whole = alive.filter((root) => !alone.includes(root)).map(({ pid }) => pid);
    const found = table.descendants(whole);
    for (const { pid } of alone) found.add(pid);
    for (const pid of launched?.tree() ?? []) found.add(pid);
    found.delete(process.pid);
    return [...found];
  }

  #remember(table: ProcessTable): void {
    for (const friend of this.#friends) {
      for (const pid of this.#pidsOf(friend, table)) {
        const stat = table.stats.get(pid);
        if (stat !== undefined) this.#known.set(pid, stat.startTicks);
      }
    }
  }
}

interface Scene {
  table: ProcessTable;
  sockets: SocketTables;
  own: ReadonlySet<number>;
  /** Places that nobody was seen to serve, with the ends of connections there that nobody has. */
  unserved: Map<string, readonly string[]>;
}

function readSockets(table: ProcessTable): SocketTables {
  return {
    inet: [...(readTcpSockets() ?? []), ...readUdpSockets()],
    unix: readUnixSockets(),
    holders: readHolders(table.stats.keys()),
  };
}

/** Those that no other of them is an ancestor of, oldest first. */
function rootsAmong(pids: readonly number[], table: ProcessTable): Known[] {
  const all = new Set(pids);
  return pids
    .flatMap((pid) => table.stats.get(pid) ?? [])
    .filter(({ parent }) => ![...table.ancestors(parent)].some((one) => all.has(one)))
    .sort((a, b) => a.startTicks - b.startTicks)
    .map(({ pid, startTicks }) => ({ pid, startTicks }));
}

function userName(server: string, arm: Arm): string {
  return `${server}/${arm}`;
}

function nameWith(name: string, places: readonly string[]): string {
  return places.length === 0 ? name : `${name} (${places.join(', ')})`;
}
