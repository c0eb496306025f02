/** Whether a server's processes may have as many files open as there will be connections. */

import { hardOpenFiles } from '../../load/hold/limits.ts';
import { socketInodes } from '../../system/kernel/proc.ts';
import { readProc } from '../../system/kernel/proc-stat.ts';
import { counted } from '../../terms/plural.ts';
import { endpointText } from '../listening/endpoint.ts';
import { readListeners } from '../listening/listener-tables.ts';
import type { RunningServer } from '../servers/server.ts';

/** Files that a process of a server has open besides its connections. */
const SERVER_FILES_TO_SPARE = 200;

/** Throws the server's failure when they may not. Of processes that do not let us look nothing is said. */
export function assertFileLimits(server: RunningServer, connections: number): void {
  const trouble = fileLimitTrouble(connections, filesOf(server));
  if (trouble !== null) throw server.failure('connect', trouble);
}

/** `files`: the hard limits of the processes that accept connections; Infinity: no limit. Null: enough, or nothing is known. */
export function fileLimitTrouble(connections: number, files: readonly number[]): string | null {
  if (files.length === 0) return null;
  const capacity = files.reduce(
    (sum, limit) => sum + Math.max(0, limit - SERVER_FILES_TO_SPARE),
    0,
  );
  if (capacity >= connections) return null;
  const each = Math.min(...files);
  const who =
    files.length === 1
      ? `the one process that listens may have ${counted(each)} files open`
      : `the ${files.length} processes that listen may have ${counted(each)} files open each`;
  const enough = connections + SERVER_FILES_TO_SPARE;
  const raise = `raise the limit of one: \`ulimit -Hn ${enough}\`, or \`LimitNOFILE=${enough}\` for a service`;
  const start =
    each <= SERVER_FILES_TO_SPARE
      ? ''
      : `start at least ${Math.ceil(connections / (each - SERVER_FILES_TO_SPARE))} processes that share the port (each may have ${counted(each)} files open), or `;
  return `the server cannot hold ${counted(connections)} connections: ${who}. To mend it, ${start}${raise}`;
}

function filesOf({ endpoint, tree }: RunningServer): number[] {
  const inodes = new Set(
    (readListeners(endpoint.kind) ?? [])
      .filter(({ at }) => endpointText(at) === endpointText(endpoint))
      .map(({ inode }) => inode),
  );
  const accepting = tree().filter((pid) => {
    const own = socketInodes(pid);
    return own !== null && [...inodes].some((inode) => own.has(inode));
  });
  return accepting.flatMap((pid) => {
    const limits = readProc(`${pid}/limits`);
    return limits === null ? [] : (hardOpenFiles(limits) ?? Number.POSITIVE_INFINITY);
  });
}
