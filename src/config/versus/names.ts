/** What contenders are called that were given no name: after their server, their folder, and the settings that differ. Pure. */
import { basename } from 'node:path';
import { BETWEEN } from '../experiment/contenders.ts';
import { ONE_SERVER } from '../settings/settings.ts';
import { NAME_PATTERN } from '../values/values.ts';

export interface Named {
  /** As given; null: to be made. */
  name: string | null;
  /** Which project it is of: the same number, the same folder. */
  project: number;
  /** Absolute folder of the project. */
  folder: string;
  server: string;
  env: Readonly<Record<string, string>>;
}

/** A value that is longer, or of such a variable, is not for everybody to read. */
const LONGEST_VALUE = 16;
const SECRET =
  /TOKEN|SECRET|PASS|PWD|KEY|CREDENTIAL|CREDS|AUTH|PRIVATE|COOKIE|SESSION|SALT|SIGN|CERT|JWT|DSN|UR[IL]|(^|_)(PIN|PW|USER)($|_)/i;

/** In order; null where no name says which one it is. */
export function namesOf(contenders: readonly Named[]): (string | null)[] {
  return contenders.map(
    (one) => one.name ?? checked(`${placeOf(one, contenders)}${ofSettings(one, contenders)}`),
  );
}

/** The server's name where that tells it from those of other folders; else the folder's, or both. */
function placeOf(one: Named, all: readonly Named[]): string {
  const folder = slug(basename(one.folder));
  const elsewhere = all.filter(({ project }) => project !== one.project);
  const isUnique = (of: (other: Named) => string) =>
    elsewhere.every((other) => of(other) !== of(one));
  if (one.server !== ONE_SERVER && isUnique(({ server }) => server)) return one.server;
  const siblings = all.filter((other) => other.project === one.project);
  const isAlone = siblings.every(({ server }) => server === one.server);
  if (isAlone && isUnique((other) => basename(other.folder))) return folder;
  return `${folder}-${one.server}`;
}

/** `-GOGC-100`: each setting that is not the same for all that are made of this server. */
function ofSettings(one: Named, all: readonly Named[]): string {
  const alike = all.filter(
    ({ project, server }) => project === one.project && server === one.server,
  );
  const keys = [...new Set(alike.flatMap(({ env }) => Object.keys(env)))];
  return keys
    .filter((key) => alike.some(({ env }) => env[key] !== one.env[key]))
    .map((key) => {
      const value = one.env[key];
      if (value === undefined) return '';
      const isShown = value.length <= LONGEST_VALUE && !SECRET.test(key);
      return `-${key}-${isShown ? slug(value) : '?'}`;
    })
    .join('');
}

function slug(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]+/g, '-').replaceAll(/^-+|-+$/g, '');
}

function checked(name: string): string | null {
  return NAME_PATTERN.test(name) && !name.includes(BETWEEN) ? name : null;
}
