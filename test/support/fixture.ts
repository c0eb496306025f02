/** Finds the fixture servers, builds them in temporary folders, and defines tests over all of them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe } from 'node:test';
import { promisify } from 'node:util';
import { ownFile } from '../../src/runtime.ts';
import { FixtureProcess } from './fixture-process.ts';

const run = promisify(execFile);

/** A folder of `fixtures/`, with its `fixture.json`; `fixtures/README.md` says what the keys mean. */
export interface Fixture {
  name: string;
  folder: string;
  protocols: string[];
  toolchain: string[];
  build: string[] | null;
  start: string[];
}

/** One executable that can build or run a fixture: its first line of version, and a PATH on which it is first. */
export interface Toolchain {
  version: string;
  path: string;
}

/** A copy of a fixture that is ready to start. */
export interface BuiltFixture {
  folder: string;
  start: string[];
  path: string;
}

/** Starts the fixture with these settings, on a free port unless `PORT` is among them. */
export type Launch = (settings?: Record<string, string>) => FixtureProcess;

/**
 * Defines the same tests for every fixture of a protocol and every version of its toolchain on
 * `PATH`. A fixture without toolchain is skipped, with the reason.
 */
export async function describeFixtures(
  protocol: string,
  define: (launch: Launch) => void,
): Promise<void> {
  const fixtures = (await findFixtures()).filter(({ protocols }) => protocols.includes(protocol));
  assert.notEqual(fixtures.length, 0, `no fixture speaks ${protocol}`);
  for (const fixture of fixtures) {
    const toolchains = await findToolchains(fixture);
    if (toolchains.length === 0) {
      describe(fixture.name, { skip: `no working ${fixture.toolchain[0]} on PATH` }, () => {});
    }
    for (const toolchain of toolchains) describeBuilt(fixture, toolchain, define);
  }
}

export async function findFixtures(): Promise<Fixture[]> {
  const root = ownFile('fixtures');
  const entries = await readdir(root, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory());
  return Promise.all(
    folders.map(async ({ name }) => {
      const folder = join(root, name);
      const manifest = JSON.parse(await readFile(join(folder, 'fixture.json'), 'utf8'));
      return { ...manifest, name, folder };
    }),
  );
}

/** Every executable of the toolchain's name on `PATH` that works, one per version. */
export async function findToolchains({ toolchain }: Fixture): Promise<Toolchain[]> {
  const [command, ...args] = toolchain as [string, ...string[]];
  const found = new Map<string, Toolchain>();
  const inherited = process.env.PATH ?? '';
  for (const folder of inherited.split(delimiter)) {
    try {
      const { stdout } = await run(join(folder, command), args);
      const version = stdout.split('\n', 1)[0] ?? '';
      const path = folder + delimiter + inherited;
      if (!found.has(version)) found.set(version, { version, path });
    } catch {
      // Not in this folder, or broken: not a toolchain.
    }
  }
  return [...found.values()];
}

/** Copies the fixture to `into` and builds it there. Rejects with the build's output. */
export async function buildFixture(
  { folder, build, start }: Fixture,
  { path }: Toolchain,
  into: string,
): Promise<BuiltFixture> {
  await cp(folder, into, { recursive: true });
  if (build !== null) {
    const [command, ...args] = build as [string, ...string[]];
    await run(command, args, { cwd: into, env: { ...process.env, PATH: path } });
  }
  return { folder: into, start, path };
}

function describeBuilt(
  fixture: Fixture,
  toolchain: Toolchain,
  define: (launch: Launch) => void,
): void {
  describe(`${fixture.name} (${toolchain.version})`, () => {
    let built: BuiltFixture | undefined;
    let folder = '';
    before(async () => {
      folder = await realpath(await mkdtemp(join(tmpdir(), 'fixture-')));
      built = await buildFixture(fixture, toolchain, folder);
    });
    after(() => rm(folder, { recursive: true, force: true }));
    define((settings = {}) => {
      assert(built, 'launched before it was built');
      return new FixtureProcess(built, settings);
    });
  });
}
