/** Finds the fixture servers and defines tests over all of them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { ownFile } from '../../src/system/program/runtime.ts';
import { type BuiltFixture, buildFixtureOnce, Unreachable } from './fixture-build.ts';
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
  /** What an iteration of KNOB_CPU_ITERATIONS costs here; about 2 ns unless given. */
  iterationNs?: number;
  /** SIGINT is beyond the program's control, and ends it by itself, not with code 0. */
  diesOfSigint?: boolean;
  /** Knobs that it refuses as unknown. */
  lacks?: string[];
  /** It knows WORKERS. */
  workers?: boolean;
}

/** One executable that can build or run a fixture: its first line of version, and a PATH on which it is first. */
export interface Toolchain {
  version: string;
  path: string;
}

/**
 * Starts the fixture with these settings, on a free port unless `PORT` is among them; by way of a
 * command that becomes the one that is appended to it, if there is one.
 */
export type Launch = (settings?: Record<string, string>, by?: readonly string[]) => FixtureProcess;

/**
 * Defines the same tests for every fixture of a protocol and every version of its toolchain on
 * `PATH`. A fixture without toolchain, or whose build reaches no registry, is skipped, with the
 * reason; any other build that fails is a test that fails.
 */
export async function describeFixtures(
  protocol: string,
  define: (launch: Launch, fixture: Fixture) => void,
): Promise<void> {
  const fixtures = (await findFixtures()).filter(({ protocols }) => protocols.includes(protocol));
  assert.notEqual(fixtures.length, 0, `no fixture speaks ${protocol}`);
  const candidates: Candidate[] = [];
  // All builds come before the first test, which would otherwise run beside them.
  for (const fixture of fixtures) candidates.push(...(await candidatesOf(fixture)));
  for (const { title, fixture, built } of candidates) {
    if (built instanceof Unreachable) {
      describe(title, { skip: built.message }, () => {});
    } else if (built instanceof Error) {
      describe(title, () => it('builds', () => assert.fail(built)));
    } else {
      describe(title, () =>
        define(
          (settings = {}, by = []) =>
            new FixtureProcess({ ...built, start: [...by, ...built.start] }, settings),
          fixture,
        ),
      );
    }
  }
}

/** One fixture under one toolchain, and what became of its build. */
interface Candidate {
  title: string;
  fixture: Fixture;
  built: BuiltFixture | Error;
}

async function candidatesOf(fixture: Fixture): Promise<Candidate[]> {
  const { toolchains, refusals } = await searchToolchains(fixture);
  if (toolchains.length === 0) {
    const why = refusals.length === 0 ? '' : `: ${fixture.name} ${refusals.join('; ')}`;
    const built = new Unreachable(`no working ${fixture.toolchain[0]} on PATH${why}`);
    return [{ title: fixture.name, fixture, built }];
  }
  const candidates: Candidate[] = [];
  for (const toolchain of toolchains) {
    const built = await buildFixtureOnce(fixture, toolchain).catch((error: Error) => error);
    candidates.push({ title: `${fixture.name} (${toolchain.version})`, fixture, built });
  }
  return candidates;
}

/** Every folder of `fixtures/` that has a manifest. */
export async function findFixtures(): Promise<Fixture[]> {
  const root = ownFile('fixtures');
  const fixtures: Fixture[] = [];
  for (const name of (await readdir(root)).sort()) {
    const folder = join(root, name);
    const manifest = join(folder, 'fixture.json');
    if (!existsSync(manifest)) continue;
    fixtures.push({ ...JSON.parse(await readFile(manifest, 'utf8')), name, folder });
  }
  return fixtures;
}

/** Every executable of the toolchain's name on `PATH` that works, one per version. */
export async function findToolchains(fixture: Pick<Fixture, 'toolchain'>): Promise<Toolchain[]> {
  return (await searchToolchains(fixture)).toolchains;
}

/** The same, and what those that do not work say that the fixture needs. */
export async function searchToolchains({
  toolchain,
}: Pick<Fixture, 'toolchain'>): Promise<{ toolchains: Toolchain[]; refusals: string[] }> {
  const [command, ...args] = toolchain as [string, ...string[]];
  const found = new Map<string, Toolchain>();
  const refusals = new Set<string>();
  const inherited = process.env.PATH ?? '';
  for (const folder of inherited.split(delimiter)) {
    const path = folder + delimiter + inherited;
    try {
      const env = { ...process.env, PATH: path };
      const { stdout } = await run(join(folder, command), args, { env });
      const version = stdout.split('\n', 1)[0] ?? '';
      if (!found.has(version)) found.set(version, { version, path });
    } catch (error) {
      // Not in this folder, or broken: not a toolchain. An interpreter quotes the command before its words.
      const { stderr = '' } = error as { stderr?: string };
      const [said] = [...stderr.matchAll(/\bneeds .*/g)].at(-1) ?? [];
      if (said !== undefined) refusals.add(said);
    }
  }
  return { toolchains: [...found.values()], refusals: [...refusals] };
}
