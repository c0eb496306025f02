/** Which repository of a GitHub server a clone's address names. Pure. */

/**
 * @param address as `git remote get-url` prints it: https, ssh, or `git@host:owner/name`.
 * @param server web address of the GitHub server, such as `https://github.com`.
 * @returns `owner/name` in lower case, as GitHub compares names; null for any other place.
 */
export function repositoryAt(address: string, server: string): string | null {
  return repositoryWritten(address, server)?.toLowerCase() ?? null;
}

/** The same in the letters of the address, for addresses that are made of it. */
export function repositoryWritten(address: string, server: string): string | null {
  const short = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)(.+)$/.exec(address);
  const url = short === null ? address : `ssh://${short[1]}/${short[2]}`;
  if (!URL.canParse(url) || !URL.canParse(server)) return null;
  const { protocol, host, hostname, pathname } = new URL(url);
  const home = new URL(server);
  const isHome = protocol === 'ssh:' ? hostname === home.hostname : host === home.host;
  if (!isHome || protocol === 'file:') return null;
  const [, name] = /^\/([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(pathname) ?? [];
  return name ?? null;
}
