/** Builds fixtures in copies of their folders, so that nothing is left in the repository. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { type Dirent, existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { ownFile } from '../../src/system/program/runtime.ts';
import type { Fixture, Toolchain } from './fixture.ts';

const run = promisify(execFile);

/** A copy of a fixture that is ready to start. */
export interface BuiltFixture {
  folder: string;
  start: string[];
  path: string;
}

/** A build that failed because a package registry did not answer: nobody's mistake. */
export class Unreachable extends Error {}

/** Far beyond the slowest first build, so that a build that hangs fails with its name. */
const BUILD_LIMIT_MS = 10 * 60_000;
/** Builds that have not been made for so long are of sources that are gone. */
const KEPT_MS = 7 * 24 * 3_600_000;

/**
 * Copies the fixture to `into` and builds it there. Rejects with the build's output; with
 * `Unreachable` where the output says that a registry was not to be reached.
 */
export async function buildFixture(
  fixture: Fixture,
  { path }: Toolchain,
  into: string,
): Promise<BuiltFixture> {
  const isSource = await sourcesOf(fixture.folder);
  await cp(fixture.folder, into, { recursive: true, filter: isSource });
  if (fixture.build !== null) {
    const [command, ...args] = fixture.build as [string, ...string[]];
    const env = { ...process.env, PATH: path };
    try {
      await run(command, args, { cwd: into, env, timeout: BUILD_LIMIT_MS, maxBuffer: 1 << 26 });
    } catch (cause) {
      throw buildError(fixture, cause as Error & { stdout?: string; stderr?: string });
    }
  }
  return { folder: into, start: fixture.start, path };
}

/**
 * The same, once for each state of the fixture's sources and each toolchain: later calls, also of
 * later test runs, get the first one's build. What is built must run from wherever it is moved to.
 */
export async function buildFixtureOnce(
  fixture: Fixture,
  toolchain: Toolchain,
): Promise<BuiltFixture> {
  const cache = ownFile('node_modules/.cache/fixtures');
  const folder = join(cache, `${fixture.name}-${await digestOf(fixture, toolchain)}`);
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true });
    await removeOld(cache);
    const building = await mkdtemp(`${folder}.`);
    try {
      await buildFixture(fixture, toolchain, building);
      await rename(building, folder);
    } catch (error) {
      await rm(building, { recursive: true, force: true });
      // Another test file may have built the same meanwhile.
      if (!existsSync(folder)) throw error;
    }
  }
  return { folder, start: fixture.start, path: toolchain.path };
}

/** What package managers, and the libraries below them, print when they reach nobody. */
const NO_ANSWER = new RegExp(
  [
    'ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH',
    'no such host|connection refused|network is unreachable|i/o timeout|TLS handshake timeout',
    'name resolution|failed to establish a new connection|connection timed out|read timed out',
    "couldn't resolve host|could not resolve host|couldn't connect|could not connect",
    'spurious network error|timeout was reached|dns error|error sending request',
  ].join('|'),
  'i',
);

/**
 * The first line of a build's output that says that a registry was not reached, if there is one; with the next line where the sentence
 * ends there, as Gleam breaks its own.
 */
export function unreachableLine(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  const pairs = lines.map((line, i) => `${line} ${lines[i + 1] ?? ''}`.trim());
  return lines.find((line) => NO_ANSWER.test(line)) ?? pairs.find((pair) => NO_ANSWER.test(pair));
}

function buildError(
  { name, build }: Fixture,
  cause: Error & { stdout?: string; stderr?: string },
): Error {
  const output = `${cause.stdout ?? ''}${cause.stderr ?? ''}`;
  const line = unreachableLine(output);
  if (line !== undefined) return new Unreachable(`its build reached no registry: ${line}`);
  return new Error(`${name}: "${build?.join(' ')}" failed: ${cause.message}\n${output}`, { cause });
}

/**
 * Tells a fixture's sources from what somebody has built in its folder, by its `.gitignore`, whose
 * lines here are all of the form `/name`.
 */
async function sourcesOf(folder: string): Promise<(path: string) => boolean> {
  const ignoreFile = join(folder, '.gitignore');
  const lines = existsSync(ignoreFile) ? (await readFile(ignoreFile, 'utf8')).split('\n') : [];
  const built = lines.filter(Boolean).map((line) => line.replace(/^\/|\/$/g, ''));
  return (path) => !built.includes(relative(folder, path).split(sep)[0] as string);
}

/** Stands for all that a build depends on: the sources, the command and the toolchain. */
async function digestOf({ folder, build }: Fixture, { version, path }: Toolchain): Promise<string> {
  const isSource = await sourcesOf(folder);
  const hash = createHash('sha256').update(JSON.stringify([build, version, path]));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(pathOf);
  for (const file of files.filter(isSource).sort()) {
    hash.update(JSON.stringify([relative(folder, file), await readFile(file, 'base64')]));
  }
  return hash.digest('hex').slice(0, 16);
}

function pathOf({ parentPath, name }: Dirent): string {
  return join(parentPath, name);
}

async function removeOld(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const folder = join(cache, name);
    const { mtimeMs } = await stat(folder);
    if (Date.now() - mtimeMs > KEPT_MS) await rm(folder, { recursive: true, force: true });
  }
}
