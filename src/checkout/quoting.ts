/** Values as git's own files want them. */
import type { Setting } from './git-env.ts';

/** Lines of `objects/info/alternates`. git takes a leading quote for C's quoting, and `#` for a comment. */
export function alternatesText(folders: readonly string[]): string {
  return folders.map((folder) => `${/^["#]|\n/.test(folder) ? quoted(folder) : folder}\n`).join('');
}

/** A git config file. Keys that no file can hold are left out. */
export function configText(settings: readonly Setting[]): string {
  return settings
    .flatMap(([key, value]) => {
      const first = key.indexOf('.');
      const last = key.lastIndexOf('.');
      if (first < 0 || key.includes('\n')) return [];
      const section = key.slice(0, first);
      const sub = first === last ? '' : ` ${quoted(key.slice(first + 1, last))}`;
      return [`[${section}${sub}]\n\t${key.slice(last + 1)} = ${quoted(value)}\n`];
    })
    .join('');
}

function quoted(text: string): string {
  const escaped = text.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  return `"${escaped}"`;
}
