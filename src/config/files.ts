/** The files that scenarios name: bodies, authorities and recordings, read and checked. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BodyFile } from './experiment.ts';
import { type Recording, readHar } from './har.ts';
import { foundInstead, type Mistake, type Path } from './mistakes.ts';
import { problemWith } from './path-containment.ts';
import { MAX_REQUESTS } from './scenario-keys.ts';
import { entries, get, isHold, kindOf, list } from './untyped.ts';
import { file } from './values.ts';

/** What the files hold, by their path as the schema normalises it. */
export interface ScenarioFiles {
  bodies: Map<string, BodyFile>;
  /** PEM text: the certificates and nothing else of the file, which may hold a key too. */
  authorities: Map<string, string>;
  recordings: Map<string, Recording>;
}

const MIB = 1024 * 1024;
/** A body is kept in memory by every generator process. */
const LARGEST_BODY = 64 * MIB;
const LARGEST_AUTHORITIES = 4 * MIB;
/** Recordings hold the answers too. */
const LARGEST_RECORDING = 256 * MIB;
/** A broken recording is often broken in every entry. */
const SHOWN_MISTAKES = 5;

/** Reads every file under `root` that the scenarios of the raw value name. */
export async function readFiles(
  raw: unknown,
  root: string,
): Promise<{ files: ScenarioFiles; mistakes: Mistake[] }> {
  const files = noFiles();
  const mistakes: Mistake[] = [];
  for (const { path, found, kind } of mentions(raw)) {
    const wanted = file.safeParse(found);
    if (!wanted.success) continue;
    const name = wanted.data;
    const complain = (message: string, hint?: string) =>
      mistakes.push({ path, part: 'value', message, hint });
    const bytes = await contentOf(name, root, kind);
    if (typeof bytes === 'string') complain(foundInstead(found, bytes));
    else if (kind === 'body') files.bodies.set(name, fingerprint(name, bytes));
    else if (kind === 'authority') {
      const certificates = certificatesIn(bytes);
      if (typeof certificates === 'string') complain(foundInstead(found, certificates));
      else files.authorities.set(name, certificates.join('\n'));
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
  return { files, mistakes };
}

export function noFiles(): ScenarioFiles {
  return { bodies: new Map(), authorities: new Map(), recordings: new Map() };
}

type Kind = 'body' | 'authority' | 'recording';

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
    if (kindOf(scenario) !== 'http') return [authority];
    const own: Mention = {
      path: [...at, 'body-file'],
      found: get(scenario, 'body-file'),
      kind: 'body',
    };
    if (isHold(scenario)) return [authority, own];
    const bodies = list(get(scenario, 'requests')).map((request, index): Mention => {
      const path = [...at, 'requests', index, 'body-file'];
      return { path, found: get(request, 'body-file'), kind: 'body' };
    });
    return [
      authority,
      own,
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
