/**
 * The self-test on the fixtures, as a user would run it: what docs/accuracy.md is made from.
 *
 *     node bench/self-tests.ts [--out bench-results/accuracy] [--stop-after 20m] [--servers go-http,node-http]
 *     node bench/accuracy.ts --from bench-results/accuracy/go-http …
 *
 * Takes about an hour and a half; interrupted, the same command goes on. Keep the machine quiet meanwhile.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ownFile } from '../src/runtime.ts';
import { armFolder, builtFixture } from './gate.ts';

interface Asked {
  fixture: string;
  /** Null: pauses, whose size is exact. */
  knob: string | null;
  doses: string;
  blocks: number;
  jobs: number;
}

/** Of the fixtures (fixtures/README.md). */
const KNOB = 'KNOB_CPU_ITERATIONS';
const ASKED: Record<string, Asked> = {
  'go-http': { fixture: 'go-http', knob: KNOB, doses: '0,3%,5%,10%', blocks: 60, jobs: 10 },
  'go-http-pauses': { fixture: 'go-http', knob: null, doses: '0,5%,10%', blocks: 30, jobs: 0 },
  'node-http': { fixture: 'node-http', knob: KNOB, doses: '0,5%', blocks: 60, jobs: 10 },
};
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
    const built = await builtFixture(asked.fixture);
    if (built === null) continue;
    const dir = await armFolder(path.join(scratch, name), built, { env: {}, scenario: {} });
    const args = ['self-test', '--config', path.join(dir, 'gate.json'), '--head-dir', dir];
    if (asked.knob !== null) args.push('--knob', asked.knob);
    args.push('--doses', asked.doses, '--blocks', String(asked.blocks));
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
