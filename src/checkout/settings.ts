/** The settings that hold in the user's repository: which of them we use, and which an arm may keep. */
import { resolve } from 'node:path';
import type { Setting } from './git-env.ts';

/** Reads `git config --list -z`. A key without a value means true. */
export function parseSettings(text: string): Setting[] {
  return text
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const end = entry.indexOf('\n');
      return end < 0 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)];
    });
}

/**
 * What our own calls in other repositories need to work as in the user's: credentials, proxies,
 * filters, line ends. Not what describes that one repository or makes git do more than asked.
 * @param root a relative path of a remote starts here
 */
export function usable(settings: readonly Setting[], root: string): Setting[] {
  return settings
    .filter(([key]) => !NOT_USED.test(key))
    .map(([key, value]) => [key, isRemoteUrl(key) ? absolute(value, root) : value]);
}

const NOT_USED =
  /^(alias|branch|color|column|extensions|fetch|gc|gui|include|includeif|index|maintenance|pack|safe|status|submodule|trace2)\.|^core\.(bare|worktree|repositoryformatversion|hookspath|fsmonitor|logallrefupdates|sparsecheckout.*|splitindex|untrackedcache|pager|editor)$|^remote\..*\.(fetch|prune.*|tagopt|mirror|pushurl|skip.*)$/;

/**
 * What an arm's own configuration keeps, in a file that the build can read: how files are written,
 * who the user is, where the remotes are. Everything else, and every credential, is left out.
 */
export function keepable(settings: readonly Setting[], root: string): Setting[] {
  const urls = settings.filter(([key]) => isRemoteUrl(key) || SUBMODULE.test(key));
  return [
    ...settings.filter(([key]) => KEPT.test(key)),
    ...urls.map(([key, value]): Setting => [key, withoutPassword(absolute(value, root))]),
    ...settings.filter(([key]) => /^remote\..*\.(fetch|promisor|partialclonefilter)$/.test(key)),
    // Nothing that a build does with git may start work that is still going on when it is measured.
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
  ];
}

const KEPT =
  /^core\.(autocrlf|eol|safecrlf|checkroundtripencoding|symlinks|filemode|ignorecase|precomposeunicode|protect(ntfs|hfs)|attributesfile|excludesfile|quotepath|abbrev|longpaths|sparsecheckout(cone)?)$|^filter\.|^user\.(name|email)$|^(log|tag|versionsort|describe)\.|^submodule\..*\.active$|^lfs\.(fetchinclude|fetchexclude)$|^diff\.(renames|renamelimit|algorithm)$/;
const SUBMODULE = /^submodule\..*\.url$/;

function isRemoteUrl(key: string): boolean {
  return /^remote\..*\.url$/.test(key);
}

/** A path, by git's rule: no scheme, and no colon before the first slash. */
function absolute(url: string, root: string): string {
  const isPath = !url.includes('://') && !/^[^/]*:/.test(url);
  return isPath ? resolve(root, url) : url;
}

/** Of a web address. What stands before the @ of an SSH address is a user, and needed. */
export function withoutPassword(url: string): string {
  return url
    .replace(/^([a-z+]+:\/\/[^/@:]*):[^/]*@/i, '$1@')
    .replace(/^((?:https?|ftps?):\/\/)[^/]*@/i, '$1');
}

/**
 * Names of settings that hold a credential, as a checkout leaves it behind for later steps: every build and server can read
 * them. Never their values, nor addresses that have one inside.
 */
export function credentialsIn(settings: readonly Setting[]): string[] {
  const names = settings.flatMap(([key, value]) => {
    if (/^http\.(.*\.)?extraheader$/.test(key)) return /^authorization:/i.test(value) ? [key] : [];
    if (isRemoteUrl(key)) return withoutPassword(value) === value ? [] : [key];
    const [, rewritten] = /^url\.(.*)\.(?:push)?insteadof$/s.exec(key) ?? [];
    const isSecret = rewritten !== undefined && withoutPassword(rewritten) !== rewritten;
    return isSecret ? [`url.${withoutPassword(rewritten)}.insteadof`] : [];
  });
  return [...new Set(names.map((name) => name.replace(/:\/\/[^/]*@/, '://')))];
}

/** The last value, as git reads it; keys are compared as git prints them. */
export function settingOf(settings: readonly Setting[], key: string): string | null {
  return settings.findLast(([name]) => name === key)?.[1] ?? null;
}
