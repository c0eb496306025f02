/** Where the servers listen: chosen once, so that builds, hooks and servers of a run agree. */

import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Server } from '../../config/experiment/server.ts';
import { removeFolder } from '../../system/cleanup/remove.ts';
import type { Arm } from '../../terms/arm.ts';
import type { Address } from './address.ts';
import { type HeldPort, holdPort } from './ports.ts';

/**
 * One address per server and arm, the same for the whole run; no other gate on this machine chooses its
 * port. Disposing removes the sockets' folder.
 */
export interface Addresses extends AsyncDisposable {
  of(server: Pick<Server, 'name' | 'listen'>, arm: Arm): Promise<Address>;
}

/** sockaddr_un holds 108 bytes on Linux and 104 on macOS; some servers write a suffix behind the path. */
const LONGEST_FOLDER = 70;

/**
 * Addresses are looked for when they are first asked for. `making` hears of the folder for sockets,
 * which nobody but this user may enter, before it is there.
 */
export function chooseAddresses(making: (folder: string) => void = () => {}): Addresses {
  const chosen = new Map<string, Address>();
  const held: HeldPort[] = [];
  let folder: string | null = null;
  const socketOf = (arm: Arm): string => {
    if (folder === null) {
      folder = path.join(shortTemporary(), `tg-${randomBytes(4).toString('hex')}`);
      making(folder);
      mkdirSync(folder, { mode: 0o700 });
    }
    // As long for one arm as for the other: the size of the environment moves results.
    return path.join(folder, `${String(chosen.size).padStart(4, '0')}${arm[0]}.sock`);
  };
  const choose = async (taken: ReadonlySet<number>): Promise<number> => {
    const port = await holdPort(taken);
    held.push(port);
    return port.port;
  };
  return {
    of: async ({ name, listen }, arm) => {
      const key = `${name}/${arm}`;
      const known = chosen.get(key);
      if (known !== undefined) return known;
      const taken = new Set([...chosen.values()].map(({ port }) => port));
      const port = listen.kind === 'fixed' ? listen.port : await choose(taken);
      const address = { port, socket: listen.kind === 'socket' ? socketOf(arm) : null };
      chosen.set(key, address);
      return address;
    },
    [Symbol.asyncDispose]: async () => {
      for (const port of held) port[Symbol.dispose]();
      if (folder !== null) await removeFolder(folder);
    },
  };
}

/** What a server, its build and its hooks read their address from. */
export function addressEnv({ port, socket }: Address): Record<string, string> {
  return { PORT: String(port), ...(socket === null ? {} : { SOCKET: socket }) };
}

function shortTemporary(): string {
  const usual = tmpdir();
  return Buffer.byteLength(usual) <= LONGEST_FOLDER ? usual : '/tmp';
}
