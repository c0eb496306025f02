/** The place that a user has named → the store that is there. */
import path from 'node:path';
import type { HistoryPlace } from '../../config/values/history-place.ts';
import { actionsCacheStore } from './actions-cache.ts';
import { type Ask, cacheAccess } from './cache-service.ts';
import { directoryStore } from './directory.ts';
import { gitBranchStore } from './git-branch.ts';
import { type HistoryStore, StoreError } from './store.ts';

export interface Surroundings {
  /** Where a relative folder begins. */
  readonly cwd: string;
  /** What the runner gave this step; the cache needs it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the branch lives; null where the code is in no repository that has an origin. */
  readonly remote: string | null;
  /** Of GitHub, for `remote`; null: git itself finds the means. */
  readonly token: string | null;
  /** How the cache's servers are asked; absent: as Node does it. */
  readonly ask?: Ask | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type NamedPlace = Exclude<HistoryPlace, { kind: 'none' }>;

/** Asks nobody anything yet. @throws StoreError where there can be no such store */
export function openStore(
  place: NamedPlace,
  { cwd, env, remote, token, ask, signal }: Surroundings,
): HistoryStore {
  switch (place.kind) {
    case 'directory':
      return directoryStore(path.resolve(cwd, place.path));
    case 'cache':
      return actionsCacheStore({ access: cacheAccess(env, ask) });
    case 'branch':
      if (remote === null) throw noRemote();
      return gitBranchStore({ remote, branch: place.name, token, signal });
  }
}

function noRemote(): StoreError {
  return new StoreError(
    'the code is in no git repository with an `origin`, so there is no branch',
    {
      cure: 'write directory:PATH, or run it in the repository',
    },
  );
}
