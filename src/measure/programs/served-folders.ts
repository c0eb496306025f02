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

/** `root` and `alias` of nginx, `root` of Caddy with its matcher, `DocumentRoot` of Apache, and lighttpd's key. */
const FOLDER =
  /(?:^|[;{}])\s*(?:root(?:\s+\*)?|alias|DocumentRoot|server\.document-root\s*=)\s+["']?(\/[^\s;"'$]*)["']?\s*(?:;|$)/gim;
const INCLUDE = /(?:^|[;{}])\s*(?:include|import|Include|IncludeOptional)\s+["']?([^\s;"']+)/gm;
/** Much of what is asked of it may be answered by others, by code in its configuration, or by a script that this names. */
const PASSES_ON =
  /\b(?:proxy_pass|uwsgi_pass|scgi_pass|grpc_pass|reverse_proxy|ProxyPass\w*|proxy\.server|content_by_lua\w*|js_content|perl|respond)\b|\breturn\s+2\d\d\b|\bSCRIPT_FILENAME\s+(?!["']?\$(?:document|realpath)_root)/;

export interface Served {
  /** By their full paths. */
  folders: string[];
  passesOn: boolean;
}

/** By one process; null: it is none of these servers, or names none. */
export function servedBy(pid: number): Served | null {
  const program = basename(executableOf(pid) ?? '');
  // The others of nginx have no arguments of their own.
  const isOther = /^nginx: (?!master)/.test(argumentsOf(pid).join(' '));
  if (!WEB_SERVERS.test(program) || isOther) return null;
  const text = configsOf(pid, program).map(withoutComments).join('\n');
  const folders = [...text.matchAll(FOLDER)].map(([, path = '']) => path);
  return folders.length === 0
    ? null
    : { folders: [...new Set(folders)], passesOn: PASSES_ON.test(text) };
}

/** nginx writes its arguments into one title. */
function configsOf(pid: number, program: string): string[] {
  const words = argumentsOf(pid).flatMap((arg) => arg.split(/[\s=]+/));
  const prefixes = words.flatMap((word, i) => (word === '-p' ? (words[i + 1] ?? []) : []));
  const places = [cwdOf(pid) ?? '/', ...prefixes];
  const named = words.flatMap((word) => places.map((place) => resolve(place, word)));
  const given = [...new Set(named)].filter((path) => isText(path));
  const first = given.length === 0 && program === 'nginx' ? [OF_NGINX] : given;
  return withIncluded(first);
}

function withIncluded(first: readonly string[]): string[] {
  const files = [...first];
  const texts: string[] = [];
  for (let i = 0; i < files.length && i < FILES_AT_MOST; i++) {
    const path = files[i] as string;
    const text = textOf(path);
    texts.push(text);
    for (const [, pattern = ''] of withoutComments(text).matchAll(INCLUDE)) {
      files.push(...matching(pattern, dirname(path)).filter((one) => !files.includes(one)));
    }
  }
  return texts;
}

/** A star may stand in its last part. */
function matching(pattern: string, folder: string): string[] {
  const path = isAbsolute(pattern) ? pattern : join(folder, pattern);
  const [before, after] = basename(path).split('*');
  if (after === undefined) return isText(path) ? [path] : [];
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
  return text.replaceAll(/^\s*#.*$|\s#.*$/gm, '');
}
