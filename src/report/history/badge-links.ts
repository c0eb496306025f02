/** The Markdown that shows badges which lie on GitHub Pages. Pure. */
import { plainName } from '../markup/escape.ts';
import { plural } from '../wording/format.ts';

export interface BadgeFile {
  /** Of its subject: `api/orders`. */
  readonly name: string;
  /** In the history: `badges/api/orders.json`; names with capital letters have a hash in it. */
  readonly path: string;
}

/** `owner/name`, as it is written on github.com. */
export type RepositoryName = string;

/**
 * A line for each, to be pasted, under a line that says so; none where there is no badge.
 *
 * @param repository null: it is not known, or not on github.com, so the reader puts the address in
 */
export function badgeLinkLines(
  badges: readonly BadgeFile[],
  repository: RepositoryName | null,
  most: number = badges.length,
): string[] {
  if (badges.length === 0) return [];
  const home = pagesHome(repository ?? 'OWNER/REPOSITORY');
  const yours = repository === null ? `, with your own address in place of ${home}` : '';
  const rest = badges.length - most;
  return [
    `In Markdown, once they are on GitHub Pages${yours}:`,
    ...badges.slice(0, most).map((badge) => badgeLink(badge, home)),
    ...(rest > 0
      ? [`and ${plural(rest, 'more badge')}: \`throughput-gate history badge --out FOLDER\``]
      : []),
  ];
}

/** A name of a file may have `%20` in it as it is, so it is escaped as a part of an address, and the address as a parameter. */
function badgeLink({ name, path }: BadgeFile, home: string): string {
  const file = `${home}/${path.split('/').map(encodeURIComponent).join('/')}`;
  const alt = plainName(name).replace(/[\\[\]<>`*_&]/g, '\\$&');
  return `![${alt}](https://img.shields.io/endpoint?url=${encodeURIComponent(file)})`;
}

/** Where GitHub shows a repository's pages unless it has a domain of its own. */
function pagesHome(repository: RepositoryName): string {
  const [owner = '', name = ''] = repository.split('/');
  const isPlaceholder = owner === 'OWNER';
  const host = `${isPlaceholder ? owner : owner.toLowerCase()}.github.io`;
  return name.toLowerCase() === host ? `https://${host}` : `https://${host}/${name}`;
}
