/** Where the servers listen: chosen once, so that builds, hooks and servers of a run agree. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeFolder } from '../../checkout/remove.ts';
import type { Arm, Server } from '../../config/experiment.ts';
import { freePort } from './ports.ts';

export interface Address {
  port: number;
  /** Path of the Unix socket; null when the server listens on the port. */
  socket: string | null;
}

/** One address per server and arm, the same for the whole run. Disposing removes the sockets' folder. */
export interface Addresses extends AsyncDisposable {
  of(server: Pick<Server, 'name' | 'listen'>, arm: Arm): Promise<Address>;
}

/** sockaddr_un holds 108 bytes on Linux and 104 on macOS; some servers write a suffix behind the path. */
const LONGEST_FOLDER = 70;

/**
 * Addresses are looked for when they are first asked for. `made` hears of the folder for sockets,
 * which nobody but this user may enter.
 */
export function chooseAddresses(made: (folder: string) => void = () => {}): Addresses {
  const chosen = new Map<string, Address>();
  let folder: string | null = null;
  const socketOf = (arm: Arm): string => {
    if (folder === null) {
      folder = mkdtempSync(path.join(shortTemporary(), 'tg-'));
      made(folder);
    }
    // As long for one arm as for the other: the size of the environment moves results.
    return path.join(folder, `${String(chosen.size).padStart(4, '0')}${arm[0]}.sock`);
  };
  return {
    of: async ({ name, listen }, arm) => {
      const key = `${name}/${arm}`;
      const known = chosen.get(key);
      if (known !== undefined) return known;
      const taken = new Set([...chosen.values()].map(({ port }) => port));
      const port = listen.kind === 'fixed' ? listen.port : await freePort(taken);
      const address = { port, socket: listen.kind === 'socket' ? socketOf(arm) : null };
      chosen.set(key, address);
      return address;
    },
    [Symbol.asyncDispose]: async () => {
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
