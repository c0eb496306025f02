/** Where this program can measure: on Linux, with limits on macOS, and not on Windows. */
import { UserError } from '../messages/problem.ts';

/** Throws a UserError where servers could not even be ended. `platform`: as Node.js names it. */
export function assertCanMeasure(platform: NodeJS.Platform = process.platform): void {
  if (platform !== 'win32') return;
  throw new UserError({
    message:
      'servers cannot be measured on Windows: their processes could not be ended, pinned or looked at',
    hint: 'use Linux (`runs-on: ubuntu-latest`), which Windows has as WSL; `judge`, `report` and `history` work here',
  });
}

/** What to expect of a platform that is not Linux; none there. */
export function platformNotes(platform: NodeJS.Platform = process.platform): string[] {
  if (platform === 'linux') return [];
  if (platform === 'darwin') {
    return [
      "on macOS nothing is pinned, and servers' CPU time and memory, steal and other processes cannot be seen: only throughput, latency and errors are judged, with more noise",
    ];
  }
  return [
    `nobody has tried this program on ${platform}: it is made for Linux, and nothing is pinned or looked at here`,
  ];
}
