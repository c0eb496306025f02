/** `throughput-gate demo`: the whole gate on the embedded Node.js server, twice. */

import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loadExperiment } from '../config/load.ts';
import { flagsOf } from '../config/settings/flags.ts';
import { parseSeed } from '../config/settings/seed.ts';
import { EXIT } from '../judge/verdict/exit-code.ts';
import { runGate } from '../run/pipeline.ts';
import { BY_ITSELF, FIXED_CONFIG } from '../run/request.ts';
import { copyFixture } from '../self-test/fixture.ts';
import { cleanup } from '../system/cleanup/cleanup.ts';
import { startGuard } from '../system/cleanup/guard.ts';
import { openResults } from '../system/results/results.ts';
import { openTerminal } from './terminal.ts';

/** Extra work per request of the slower copy: about 8 % of what the server needs for one (fixtures/README.md). */
const SLOWER_ITERATIONS = 600;
const KNOBS = 'knobs.env';

const ACTS = [
  {
    name: 'unchanged',
    iterations: 0,
    title: '1 of 2: a Node.js server against a copy of itself. The gate should find nothing.',
    expected: 'unchanged',
  },
  {
    name: 'slower',
    iterations: SLOWER_ITERATIONS,
    title: '2 of 2: the same server against a copy that does a little more work per request.',
    expected: 'regression',
  },
] as const;

const AS_EXPECTED =
  'Both verdicts are what they should be: the copy is unchanged, the slower one is caught. (Exit code 0; the codes above are those that a check would end with.)';

const WHAT_HELPS =
  'If the report says that the machine was disturbed, or that blocks took much longer than expected, other programs took its time: try again when it is quieter. Otherwise try a larger --budget. (Exit code 3; the codes above are those that a check would end with.)';

/** Exit code 0 when both verdicts came out as they should, else 3. */
export async function demoCommand(
  flags: { budget: string; seed?: string; out?: string },
  signal: AbortSignal,
): Promise<number> {
  const seed = flags.seed === undefined ? null : parseSeed(flags.seed, '--seed');
  await using undo = cleanup();
  const guard = undo.use(startGuard());
  const scratch = path.join(os.tmpdir(), `throughput-gate-demo-${randomBytes(4).toString('hex')}`);
  guard.add({ remove: scratch });
  await mkdir(scratch, { mode: 0o700 });
  undo.defer(() => rm(scratch, { recursive: true, force: true }));
  const terminal = openTerminal();
  undo.defer(terminal.close);

  const missed: string[] = [];
  for (const act of ACTS) {
    const baseDir = await copyWithKnobs(path.join(scratch, act.name, 'base'), 0);
    const headDir = await copyWithKnobs(path.join(scratch, act.name, 'head'), act.iterations);
    const settings = {
      start: { value: `. ./${KNOBS}; exec node server.js`, origin: 'demo' },
      budget: { value: flags.budget, origin: '--budget' },
    };
    const { experiment, form } = await loadExperiment({ root: headDir, settings });
    const results = openResults(path.join(flags.out ?? scratch, act.name));
    terminal.say(`\n${act.title}`);
    const { verdict } = await runGate({
      experiment,
      flags: flagsOf(settings),
      trees: { cwd: scratch, base: { kind: 'dir', dir: baseDir }, headDir },
      config: { ...FIXED_CONFIG, form },
      ...BY_ITSELF,
      results,
      seed,
      env: process.env,
      signal,
      emit: terminal.emit,
    });
    terminal.show(verdict, flags.out === undefined ? null : results.dir);
    if (verdict.verdict !== act.expected) {
      missed.push(`the ${act.name} copy is ${verdict.verdict}, not ${act.expected}`);
    }
  }
  if (missed.length === 0) {
    terminal.say(`\n${AS_EXPECTED}`);
    return EXIT.ok;
  }
  terminal.say(`\nA verdict is not what it should be: ${missed.join(', and ')}. ${WHAT_HELPS}`);
  return EXIT.invalid;
}

async function copyWithKnobs(dir: string, iterations: number): Promise<string> {
  await copyFixture(dir);
  await writeFile(path.join(dir, KNOBS), `export KNOB_CPU_ITERATIONS=${iterations}\n`);
  return dir;
}
