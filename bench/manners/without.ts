/** What a kind of server needs on this machine, for `lacking`. */
import { spawnSync } from 'node:child_process';

/** That there is no such program; null where there is. */
export function without(program: string): () => string | null {
  return () =>
    spawnSync(program, ['--version']).error === undefined ? null : `there is no ${program}`;
}
