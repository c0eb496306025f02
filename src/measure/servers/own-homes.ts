/** Homes of daemons that both builds would share, and that may be there already: each build gets one of its own. */
import path from 'node:path';
import type { Arm } from '../../terms/arm.ts';

/** sockaddr_un holds 108 bytes on Linux and 104 on macOS, with the zero at the end. */
const LONGEST_SOCKET = 103;
/** What pm2 makes in its home: it has two sockets there. */
const LONGEST_NAME = 'rpc.sock';

/**
 * pm2 has one daemon for each home. In that of the user (`~/.pm2`) the second build is handed to the daemon of the first, which takes it for
 * the same program. What the daemon itself tells goes to the server's output. Of the same length for both arms. Nothing where its sockets
 * would have too long a path: then no pm2 would start at all.
 */
export function ownHomes({ logFile, arm }: { logFile: string; arm: Arm }): Record<string, string> {
  const home = path.join(path.dirname(logFile), `pm2-${arm}`);
  if (Buffer.byteLength(path.join(home, LONGEST_NAME)) > LONGEST_SOCKET) return {};
  return { PM2_HOME: home, PM2_LOG_FILE_PATH: logFile };
}
