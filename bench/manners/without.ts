/** What a kind of server needs on this machine, for `lacking`. */
import { spawnSync } from 'node:child_process';

/** That there is no such program; null where there is. */
export function without(program: string): () => string | null {
  // Not by starting it: pm2 begins a daemon for whatever it is asked.
  return () =>
    spawnSync('sh', ['-c', `command -v '${program}'`]).status === 0
      ? null
      : `there is no ${program}`;
}
