/** Whole runs of the gate on fixtures, as a user would run them. */
import { spawn } from 'node:child_process';
import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Verdict } from '../src/judge/verdict/verdict.ts';
import { ownFile } from '../src/system/program/runtime.ts';
import { findFixtures, findToolchains } from '../test/support/fixture.ts';
import { type BuiltFixture, buildFixtureOnce } from '../test/support/fixture-build.ts';
import { type Decided, DecisionClock } from './decided.ts';

/** Null, with a line on stderr, where the fixture's toolchain is missing. */
export async function builtFixture(name: string): Promise<BuiltFixture | null> {
  const fixture = (await findFixtures()).find((other) => other.name === name);
  if (fixture === undefined) throw new Error(`no fixture ${name}`);
  // The newest of several.
  const [toolchain] = (await findToolchains(fixture)).sort((x, y) =>
    x.version < y.version ? 1 : -1,
  );
  if (toolchain === undefined) {
    process.stderr.write(
      `${name}: left out, its toolchain (${fixture.toolchain[0]}) is not on this machine, or too old\n`,
    );
    return null;
  }
  return await buildFixtureOnce(fixture, toolchain);
}

/**
 * A folder with the fixture, whose start command reads `knobs.env`: the arms differ in a file, as in real life.
 * `{tls}` in a value is the folder of the test certificate. `server` and `scenario`: keys of the config file.
 */
export async function armFolder(
  dir: string,
  built: BuiltFixture,
  given: {
    env: Record<string, string>;
    server?: Record<string, unknown>;
    scenario: Record<string, unknown>;
    gate?: Record<string, unknown>;
  },
): Promise<string> {
  const { env, server = {}, scenario, gate = {} } = given;
  await cp(built.folder, dir, { recursive: true, verbatimSymlinks: true });
  const knobs = Object.entries(env)
    .map(([name, value]) => `export ${name}='${value.replace('{tls}', ownFile('fixtures/tls'))}'\n`)
    .join('');
  await writeFile(path.join(dir, 'knobs.env'), knobs);
  const start = `. ./knobs.env; exec ${built.start.join(' ')}`;
  // YAML is a superset of JSON.
  const config = {
    servers: { api: { start, ready: '/health', ...server } },
    scenarios: { load: scenario },
    gate,
  };
  await writeFile(path.join(dir, 'gate.json'), JSON.stringify(config));
  return dir;
}

/**
 * Runs the command line on two folders of `armFolder`; `PATH` is the toolchain's. `program`: the bundle, or the sources, which
 * need no build.
 */
export async function runGate(given: {
  baseDir: string;
  headDir: string;
  budget: string;
  out: string;
  PATH: string;
  program?: 'dist/cli.cjs' | 'src/cli.ts';
}): Promise<{ verdict: Verdict; seconds: number; decided: Decided }> {
  const { baseDir, headDir, budget, out, PATH, program = 'dist/cli.cjs' } = given;
  const began = performance.now();
  const args = ['run', '--config', path.join(headDir, 'gate.json')];
  args.push('--base-dir', baseDir, '--head-dir', headDir);
  args.push('--budget', budget, '--format', 'json', '--out', out);
  const child = spawn(process.execPath, [ownFile(program), ...args], {
    cwd: path.dirname(out),
    env: { ...process.env, PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const clock = new DecisionClock();
  child.stderr.on('data', (text) => clock.heard(String(text)));
  for await (const chunk of child.stdout) output += chunk;
  const seconds = (performance.now() - began) / 1000;
  if (output === '') throw new Error(`no verdict of ${headDir}\n${clock.told}`);
  return { verdict: JSON.parse(output) as Verdict, seconds, decided: clock.decided() };
}

export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
