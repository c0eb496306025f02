/**
 * Folders that web servers serve by their configuration. They open a file for each request and close it again, so no table of the kernel has them: the
 * configuration counts, as far as it names folders by their full paths.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { argumentsOf, cwdOf, executableOf } from '../../system/kernel/started-as.ts';
import { entriesOf, statOf } from './process-files.ts';

const WEB_SERVERS = /^(?:nginx|openresty|caddy|apache2|httpd|lighttpd)$/;
/** Where nginx looks if it is not told. */
const OF_NGINX = '/etc/nginx/nginx.conf';
const LONGEST = 1_000_000;
const FILES_AT_MOST = 100;

/** `root` and `alias` of nginx, `root` of Caddy with its matcher, `DocumentRoot` and `Alias` of Apache, and lighttpd's key, each with what stands behind it. */
const FOLDER =
  /(?:^|[;{}])[^\S\n]*(?:root|alias|DocumentRoot|server\.document-root\s*=)\s+([^;\n]+)/gim;
/** One that has a variable in it may be any. */
const FULL_PATH = /^\/[^${]*$/;
const INCLUDE =
  /(?:^|[;{}])[^\S\n]*(?:include|import|Include|IncludeOptional)\s+["']?([^\s;"']+)/gm;
/** A star in its last part, which may match nothing. */
const STAR = /^[^*?[]*\*[^*?[/]*$/;
/** Much of what is asked of it may be answered by others, by code in its configuration, or by a script that this names. */
const PASSES_ON =
  /\b(?!fastcgi_pass\b)\w+_pass\b|\b(?:reverse_proxy|ProxyPass\w*|proxy\.server|\w+_by_lua\w*|js_content|perl|respond|passenger_app_root|WSGI\w+|ScriptAlias\w*)\b|\b(?:fastcgi|scgi|cgi)\.(?:server|assign)\b|\breturn\s+2\d\d\b|\bSCRIPT_FILENAME\s+(?!["']?\$(?:document|realpath)_root)/;
/** What runs there is a script of the folder only if it is told so: a program of its own may listen as well. */
const FASTCGI = /\bfastcgi_pass\b/;
const OF_FOLDER = /\bSCRIPT_FILENAME\s+["']?\$(?:document|realpath)_root/;
/** These run scripts of the folders that the others serve. */
const RUNS_SCRIPTS = /^php-fpm[\d.]*$/;

export interface Served {
  /** By their full paths. */
  folders: string[];
  /** Something else may answer as well: who it passes requests on to, a folder that is named otherwise, or what a file says that was not found. */
  hasMore: boolean;
}

/** By one process; null: it is none of these servers, or names none. */
export function servedBy(pid: number): Served | null {
  const program = basename(executableOf(pid) ?? '');
  // The others of nginx have no arguments of their own.
  const isOther = /^nginx: (?!master)/.test(argumentsOf(pid).join(' '));
  if (!WEB_SERVERS.test(program) || isOther) return null;
  const { text, isWhole } = withIncluded(configsOf(pid, program));
  const named = [...text.matchAll(FOLDER)].map(([, words = '']) => lastOf(words));
  const folders = [...new Set(named.filter((path) => FULL_PATH.test(path)))];
  if (folders.length === 0) return null;
  const passesOn = PASSES_ON.test(text) || (FASTCGI.test(text) && !OF_FOLDER.test(text));
  return { folders, hasMore: passesOn || !isWhole || !named.every((path) => FULL_PATH.test(path)) };
}

/** Whether nothing but files of these servers' folders comes from this process. */
export function servesFilesAlone(pid: number): boolean {
  const program = basename(executableOf(pid) ?? '');
  return WEB_SERVERS.test(program) || RUNS_SCRIPTS.test(program);
}

/** A matcher, or the path in the URL, may stand before it. */
function lastOf(words: string): string {
  const last = words.trim().split(/\s+/).at(-1) as string;
  return last.replaceAll(/^["']|["']$/g, '');
}

/** nginx writes its arguments into one title. */
function configsOf(pid: number, program: string): string[] {
  const words = argumentsOf(pid).flatMap((arg) => arg.split(/[\s=]+/));
  const prefixes = words.flatMap((word, i) => (word === '-p' ? (words[i + 1] ?? []) : []));
  const places = [cwdOf(pid) ?? '/', ...prefixes];
  const named = words.flatMap((word) => places.map((place) => resolve(place, word)));
  const given = [...new Set(named)].filter((path) => isText(path));
  return given.length === 0 && program === 'nginx' && !words.includes('-c') ? [OF_NGINX] : given;
}

function withIncluded(first: readonly string[]): { text: string; isWhole: boolean } {
  // It grows while it is gone through.
  const files = new Set(first);
  const texts: string[] = [];
  let isWhole = true;
  for (const path of files) {
    if (texts.length === FILES_AT_MOST) return { text: texts.join('\n'), isWhole: false };
    const text = withoutComments(textOf(path));
    texts.push(text);
    // nginx looks from the folder of its first file on, others from that of the file which says so.
    const folders = new Set([path, ...first].map((one) => dirname(one)));
    for (const [, pattern = ''] of text.matchAll(INCLUDE)) {
      const found = [...folders].flatMap((folder) => matching(pattern, folder));
      if (found.length === 0 && !STAR.test(pattern)) isWhole = false;
      for (const one of found) files.add(one);
    }
  }
  return { text: texts.join('\n'), isWhole };
}

/** A star may stand in its last part. */
function matching(pattern: string, folder: string): string[] {
  const path = isAbsolute(pattern) ? pattern : join(folder, pattern);
  const [before, after, ...more] = basename(path).split('*');
  if (after === undefined) return isText(path) ? [path] : [];
  if (more.length > 0) return [];
  return entriesOf(dirname(path)).filter((one) => {
    const name = basename(one);
    return name.startsWith(before as string) && name.endsWith(after) && isText(one);
  });
}

function isText(path: string): boolean {
  const stat = statOf(path);
  return stat?.isFile() === true && stat.size <= LONGEST && (stat.mode & 0o111) === 0;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function withoutComments(text: string): string {
  return text.replaceAll(/(?:^|\s)#.*$/gm, '');
}
