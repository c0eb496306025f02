/** The repository that a pull request goes to, for a checkout whose origin is the fork that it comes from. */
import { addressOf, type Clone } from './origin.ts';
import { repositoryAt } from './origin-repository.ts';

export interface Home {
  /** `owner/name`. */
  repository: string;
  /** Where git can fetch from it. */
  address: string;
  /** Base's tip when the event happened. */
  sha: string;
}

/** Only where origin is surely another repository of the same server; a mirror by another address counts as home. */
export async function isElsewhere(clone: Clone, home: Home): Promise<boolean> {
  const origin = await addressOf(clone);
  if (origin === null) return false;
  const repository = repositoryAt(origin, clone.server ?? 'https://github.com');
  return repository !== null && repository !== home.repository.toLowerCase();
}
