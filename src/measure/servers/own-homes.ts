/** Homes of daemons that both builds would share, and that may be there already: each build gets one of its own. */
import path from 'node:path';
import type { Arm } from '../../terms/arm.ts';

/**
 * pm2 has one daemon for each home. In that of the user (`~/.pm2`) the second build is handed to the daemon of the first, which takes it for
 * the same program. What the daemon itself tells goes to the server's output. Of the same length for both arms.
 */
export function ownHomes({ logFile, arm }: { logFile: string; arm: Arm }): Record<string, string> {
  return {
    PM2_HOME: path.join(path.dirname(logFile), `pm2-${arm}`),
    PM2_LOG_FILE_PATH: logFile,
  };
}
