/** The files that scenarios name: bodies, authorities and recordings, read and checked. */
import { isUtf8 } from 'node:buffer';
import { createHash, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { problemWith } from '../check/path-containment.ts';
import type { BodyFile } from '../experiment/scenario.ts';
import { type DataFile, readData } from '../fill/data-file.ts';
import { allValueMistakes, valuesMisused } from '../fill/request-value-mistakes.ts';
import { type Environment, filledText, hasVariable } from '../fill/variables.ts';
import { foundInstead, type Mistake, type Path } from '../mistakes/mistakes.ts';
import { entries, get, isHold, kindOf, list } from '../mistakes/untyped.ts';
import { MAX_REQUESTS } from '../schema/scenario-keys.ts';
import { file } from '../values/values.ts';
import { type ClientCertificate, readClientCertificate } from './client-certificate.ts';
import { misframedFile, misframedTexts } from './grpc-body.ts';
import { type Recording, readHar } from './har.ts';
import { unboundFile, unboundTexts } from './multipart-body.ts';

/** What the files hold, by their path as the schema normalises it. */
export interface ScenarioFiles {
  bodies: Map<string, BodyFile>;
  /** PEM text: the certificates and nothing else of the file, which may hold a key too. */
  authorities: Map<string, string>;
  recordings: Map<string, Recording>;
  data: Map<string, DataFile>;
  /** By `clientOf`. */
  clients: Map<string, ClientCertificate>;
}

/** One certificate with its key, as the config names the two. */
export function clientOf(cert: string, key: string): string {
  return JSON.stringify([cert, key]);
}

const MIB = 1024 * 1024;
/** A body is kept in memory by every generator process. */
const LARGEST_BODY = 64 * MIB;
/** Its rows go to every generator process. */
const LARGEST_DATA = 16 * MIB;
const LARGEST_AUTHORITIES = 4 * MIB;
/** Recordings hold the answers too. */
const LARGEST_RECORDING = 256 * MIB;
/** A broken recording is often broken in every entry. */
const SHOWN_MISTAKES = 5;

/** Reads every file under `root` that the scenarios of the raw value name. */
export async function readFiles(
  raw: unknown,
  root: string,
  env: Environment = process.env,
): Promise<{ files: ScenarioFiles; mistakes: Mistake[] }> {
  const files = noFiles();
  const mistakes: Mistake[] = [];
  for (const { path, found, kind } of mentions(raw)) {
    const wanted = file.safeParse(found);
    if (!wanted.success) continue;
    const name = wanted.data;
    const complain = (message: string, hint?: string) =>
      mistakes.push({ path, part: 'value', message, hint });
    const mayBeVariable = kind === 'data' || kind === 'authority';
    const variable = mayBeVariable ? WHOLE_VARIABLE.exec(name)?.[1] : undefined;
    const given = variable === undefined ? undefined : env[variable];
    // What is wrong with it is told with all other variables.
    if (mayBeVariable && hasVariable(name) && !given) continue;
    const bytes =
      variable === undefined || !given
        ? await contentOf(name, root, kind)
        : kind === 'data'
          ? await givenData(variable, given, root)
          : Buffer.from(pemIn(given));
    if (typeof bytes === 'string') complain(foundInstead(found, bytes));
    else if (kind === 'body') {
      files.bodies.set(name, fingerprint(name, bytes));
      mistakes.push(...misframedFile(raw, path, bytes), ...unboundFile(raw, path, bytes));
    } else if (kind === 'authority') {
      const certificates = certificatesIn(bytes);
      if (typeof certificates === 'string') complain(foundInstead(found, certificates));
      else files.authorities.set(name, certificates.join('\n'));
    } else if (kind === 'data') {
      const data = isUtf8(bytes) ? readData(bytes.toString('utf8')) : otherEncoding(bytes);
      if (typeof data === 'string') complain(foundInstead(found, data));
      else {
        files.data.set(name, data);
        mistakes.push(...valuesMisused(raw, path, data));
      }
    } else {
      const { recording, mistakes: wrong } = readHar(bytes.toString('utf8'), MAX_REQUESTS);
      if (recording !== null) files.recordings.set(name, recording);
      for (const { entry, message, hint } of wrong.slice(0, SHOWN_MISTAKES)) {
        complain(`${name}${entry === null ? '' : `, entry ${entry}`}: ${message}`, hint);
      }
      if (wrong.length > SHOWN_MISTAKES) {
        complain(`${name}: ${wrong.length - SHOWN_MISTAKES} more mistakes`);
      }
    }
  }
  mistakes.push(...allValueMistakes(raw, files.data));
  mistakes.push(...misframedTexts(raw), ...unboundTexts(raw));
  for (const wanted of clientsIn(raw)) {
    const { mistakes: wrong, client } = await readClient(wanted, root, env);
    mistakes.push(...wrong);
    if (client !== null) files.clients.set(clientOf(...client.names), client.read);
  }
  return { files, mistakes };
}

interface WantedClient {
  at: Path;
  tls: unknown;
}

function clientsIn(raw: unknown): WantedClient[] {
  return entries(raw, 'scenarios').flatMap(([name, scenario]) => {
    const tls = get(scenario, 'tls');
    const isWanted = typeof get(tls, 'cert') === 'string' && typeof get(tls, 'key') === 'string';
    return isWanted ? [{ at: ['scenarios', name, 'tls'], tls }] : [];
  });
}

async function readClient(
  { at, tls }: WantedClient,
  root: string,
  env: Environment,
): Promise<{
  mistakes: Mistake[];
  client: { names: [string, string]; read: ClientCertificate } | null;
}> {
  const mistakes: Mistake[] = [];
  const read = async (key: 'cert' | 'key'): Promise<{ name: string; text: string } | null> => {
    const found = get(tls, key) as string;
    const wanted = file.safeParse(found);
    if (!wanted.success) return null;
    // What is wrong with it is told with all other variables.
    if (hasVariable(found)) {
      const given = env[WHOLE_VARIABLE.exec(found)?.[1] ?? ''];
      return given ? { name: found, text: pemIn(given) } : null;
    }
    const bytes = await contentOf(wanted.data, root, 'authority');
    if (typeof bytes !== 'string') return { name: wanted.data, text: bytes.toString('latin1') };
    mistakes.push({ path: [...at, key], part: 'value', message: foundInstead(found, bytes) });
    return null;
  };
  const [cert, key] = [await read('cert'), await read('key')];
  if (cert === null || key === null) return { mistakes, client: null };
  const given = get(tls, 'passphrase');
  const passphrase = typeof given === 'string' ? filledText(given, env) : null;
  if (typeof given === 'string' && passphrase === null) return { mistakes, client: null };
  const checked = readClientCertificate({ cert: cert.text, key: key.text, passphrase }, new Date());
  if ('message' in checked) {
    const { key: which, message, hint } = checked;
    const path = [...at, which];
    return { mistakes: [...mistakes, { path, part: 'value', message, hint }], client: null };
  }
  return { mistakes, client: { names: [cert.name, key.name], read: checked } };
}

/** What is not UTF-8 would be sent with other letters than it has. */
function otherEncoding(bytes: Buffer): string {
  const isUtf16 = /^(fffe|feff)/.test(bytes.toString('hex', 0, 2));
  return `a CSV file in UTF-8, and not in ${isUtf16 ? 'UTF-16' : 'Latin-1 or the like'}: save it as "CSV UTF-8"`;
}

/** PEM text of a variable. Secrets are often kept in one line, with its line breaks written as `\n`. */
function pemIn(value: string): string {
  return value.includes('\n') ? value : value.replaceAll(/(?:\\r)?\\n/g, '\n');
}

const WHOLE_VARIABLE = /^\$\{([A-Za-z_]\w*)\}$/;

/** Whether what a key names is not a file of the repository, but what a variable holds. */
export function isOfVariable(name: string): boolean {
  return WHOLE_VARIABLE.test(name);
}

export function noFiles(): ScenarioFiles {
  return {
    bodies: new Map(),
    authorities: new Map(),
    recordings: new Map(),
    data: new Map(),
    clients: new Map(),
  };
}

type Kind = 'body' | 'authority' | 'recording' | 'data';

interface Mention {
  path: Path;
  found: unknown;
  kind: Kind;
}

function mentions(raw: unknown): Mention[] {
  return entries(raw, 'scenarios').flatMap(([name, scenario]): Mention[] => {
    const at = ['scenarios', name];
    const ca = { path: [...at, 'tls', 'ca'], found: get(get(scenario, 'tls'), 'ca') };
    const authority: Mention = { ...ca, kind: 'authority' };
    const data: Mention = { path: [...at, 'data'], found: get(scenario, 'data'), kind: 'data' };
    if (kindOf(scenario) === 'websocket') return [authority, data];
    if (kindOf(scenario) === 'command') return [authority];
    const own: Mention = {
      path: [...at, 'body-file'],
      found: get(scenario, 'body-file'),
      kind: 'body',
    };
    if (isHold(scenario)) return [authority, own, data];
    const bodies = list(get(scenario, 'requests')).map((request, index): Mention => {
      const path = [...at, 'requests', index, 'body-file'];
      return { path, found: get(request, 'body-file'), kind: 'body' };
    });
    return [
      authority,
      own,
      data,
      { path: [...at, 'har'], found: get(scenario, 'har'), kind: 'recording' },
      ...bodies,
    ];
  });
}

/** The bytes, or what would be allowed in place of this file. */
async function contentOf(name: string, root: string, kind: Kind): Promise<Buffer | string> {
  const problem = await problemWith(name, root, 'file');
  if (problem !== null) return problem;
  const limits = {
    body: LARGEST_BODY,
    authority: LARGEST_AUTHORITIES,
    recording: LARGEST_RECORDING,
    data: LARGEST_DATA,
  };
  const path = resolve(root, name);
  try {
    const { size } = await stat(path);
    if (size > limits[kind]) {
      return `a file of at most ${limits[kind] / MIB} MiB (this one has ${Math.ceil(size / MIB)} MiB)`;
    }
    return await readFile(path);
  } catch (error) {
    return `a file that can be read (${(error as Error).message})`;
  }
}

/** A variable with several lines is the data themselves; else it is their path, which need not be in the repository. */
async function givenData(variable: string, value: string, root: string): Promise<Buffer | string> {
  if (value.includes('\n')) return Buffer.from(value);
  const allowed = `data in the variable ${variable}: a CSV file with rows, or the path of one`;
  try {
    const { size } = await stat(resolve(root, value));
    if (size > LARGEST_DATA) return `${allowed} (at most ${LARGEST_DATA / MIB} MiB)`;
    return await readFile(resolve(root, value));
  } catch (error) {
    // Not its path, which may be secret.
    return `${allowed} (${(error as NodeJS.ErrnoException).code})`;
  }
}

function fingerprint(path: string, bytes: Buffer): BodyFile {
  return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function certificatesIn(bytes: Buffer): string[] | string {
  const pattern = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
  const blocks = bytes.toString('latin1').match(pattern) ?? [];
  if (blocks.length === 0) return 'a PEM file with `-----BEGIN CERTIFICATE-----` in it';
  for (const [index, block] of blocks.entries()) {
    try {
      new X509Certificate(block);
    } catch {
      return `a PEM file with certificates (number ${index + 1} of this one is broken)`;
    }
  }
  return blocks;
}
