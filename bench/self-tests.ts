/**
 * The self-test on the fixtures, as a user would run it: what docs/accuracy.md is made from.
 *
 *     node bench/self-tests.ts [--out bench-results/accuracy] [--stop-after 20m] [--servers go-http,node-http]
 *     node bench/accuracy.ts --results
 *
 * Takes about an hour and a half; interrupted, the same command goes on. Keep the machine quiet meanwhile.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ownFile } from '../src/system/program/runtime.ts';
import { armFolder, builtFixture } from './gate.ts';

/** What is asked of each server; the knob is the fixtures' (fixtures/README.md). */
const ASKED: Record<string, { doses: string; blocks: number; jobs: number }> = {
  'go-http': { doses: '0,3%,5%,10%', blocks: 60, jobs: 10 },
  'node-http': { doses: '0,5%', blocks: 60, jobs: 10 },
};
const KNOB = 'KNOB_CPU_ITERATIONS';
/** What the goals of docs/accuracy.md are set for. */
const BUDGET = '180s';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'bench-results/accuracy' },
    servers: { type: 'string', default: Object.keys(ASKED).join() },
    'stop-after': { type: 'string' },
  },
});

const scratch = await mkdtemp(path.join(os.tmpdir(), 'throughput-gate-self-tests-'));
try {
  for (const name of values.servers.split(',')) {
    const asked = ASKED[name];
    if (asked === undefined) {
      throw new Error(`no server ${name}; there are ${Object.keys(ASKED).join(', ')}`);
    }
    const built = await builtFixture(name);
    if (built === null) continue;
    const dir = await armFolder(path.join(scratch, name), built, { env: {}, scenario: {} });
    const args = ['self-test', '--config', path.join(dir, 'gate.json'), '--head-dir', dir];
    args.push('--knob', KNOB, '--doses', asked.doses, '--blocks', String(asked.blocks));
    args.push('--jobs', String(asked.jobs), '--budget', BUDGET);
    args.push('--out', path.join(values.out, name));
    if (values['stop-after'] !== undefined) args.push('--stop-after', values['stop-after']);
    const child = spawn(process.execPath, [ownFile('dist/cli.cjs'), ...args], {
      env: { ...process.env, PATH: built.path },
      stdio: 'inherit',
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`the self-test of ${name} ended with exit code ${code}`);
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
