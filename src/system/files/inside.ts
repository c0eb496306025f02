/** Whether a path lies in a folder, by their names alone: no link is followed. */
import { isAbsolute, relative, sep } from 'node:path';

/** The way from the folder to what lies in it, '' where that is the folder itself; null of what lies elsewhere. */
export function wayInside(folder: string, path: string): string | null {
  const way = relative(folder, path);
  // A name in the folder may begin with two dots, too.
  const leadsOut = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  return leadsOut ? null : way;
}

/** The folder lies in itself. */
export function isInside(folder: string, path: string): boolean {
  return wayInside(folder, path) !== null;
}
