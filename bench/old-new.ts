/**
 * Two bundles of the gate on the same fixtures, run in turn: how long until speed is decided and until all is, which words, how
 * noisy the blocks were, and whether the 95 % intervals of unchanged code hold nothing.
 *
 *     node bench/old-new.ts --old PATH/cli.cjs --new PATH/cli.cjs [--runs 10] [--cases http1,http1-node] [--doses 0,2,3,5] [--budget 120s] [--log FILE] [--for SECONDS] [--only new]
 *
 * A dose is so many percent more work per request. Each round runs every case and dose with both bundles, the old one first in
 * every second round. `--log` appends one line of JSON per run, and counts the runs that are already in it; `--for` begins
 * no run after so many seconds, so that a series can be had in pieces; `--only` runs one of the bundles. Keep the machine quiet.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { mean } from 'simple-statistics';
import type { Verdict } from '../src/judge/verdict/verdict.ts';
import { CASES, type Case } from './cases.ts';
import { type Decided, DecisionClock } from './decided.ts';
import { armFolder, builtFixture } from './gate.ts';
import { keepIn, readLog } from './log.ts';

interface Run {
  bundle: 'old' | 'new';
  case: string;
  dose: number;
  seconds: Decided;
  verdict: string;
  /** Of throughput and CPU time. */
  metrics: { name: string; verdict: string; sd: number | null; covers: boolean | null }[];
}

const { values } = parseArgs({
  options: {
    old: { type: 'string' },
    new: { type: 'string' },
    runs: { type: 'string', default: '10' },
    cases: { type: 'string', default: 'http1,http1-node,http1-python,http1-rust' },
    doses: { type: 'string', default: '0,2,3,5' },
    budget: { type: 'string', default: '120s' },
    log: { type: 'string' },
    for: { type: 'string', default: 'Infinity' },
    only: { type: 'string' },
  },
});
if (values.old === undefined || values.new === undefined) {
  throw new Error('say which bundles: --old PATH --new PATH');
}
const bundles = { old: path.resolve(values.old), new: path.resolve(values.new) };
const names = values.cases.split(',');
const cases = CASES.filter(({ name }) => names.includes(name));
const doses = values.doses.split(',').map(Number);
/** `moreWork` of a case is about 8 % more work. */
const KNOWN_DOSE = 8;

const runs = readLog<Run>(values.log);
const scratch = await mkdtemp(path.join(os.tmpdir(), 'throughput-gate-old-new-'));
try {
  for (let round = 0; round < Number(values.runs); round++) {
    for (const one of cases) {
      for (const dose of doses) await both(one, dose, round);
    }
  }
  process.stdout.write(`${table()}\n`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function both(one: Case, dose: number, round: number): Promise<void> {
  const built = await builtFixture(one.fixture);
  if (built === null) return;
  const { scenario, server = {}, env = {}, work = 0, moreWork } = one;
  const folder = async (role: string, more: number) =>
    await armFolder(path.join(scratch, one.name, `${role}-${dose}`), built, {
      scenario,
      server,
      env: { ...env, KNOB_CPU_ITERATIONS: String(work + more) },
    });
  const base = await folder('base', 0);
  const head = await folder('head', Math.round((moreWork * dose) / KNOWN_DOSE));
  const order = round % 2 === 0 ? (['old', 'new'] as const) : (['new', 'old'] as const);
  for (const bundle of order) {
    if (values.only !== undefined && values.only !== bundle) continue;
    if (performance.now() / 1000 > Number(values.for)) return;
    const isOne = (run: Run) => run.bundle === bundle && run.case === one.name && run.dose === dose;
    if (runs.filter(isOne).length > round) continue;
    const run = {
      bundle,
      case: one.name,
      dose,
      ...(await runOnce(bundle, { base, head }, built.path)),
    };
    runs.push(run);
    keepIn(values.log, run);
    const { seconds, verdict } = run;
    process.stderr.write(
      `${bundle} ${one.name} ${dose} %: ${verdict}, speed ${seconds.speed?.toFixed(1) ?? '–'} s, all ${seconds.all.toFixed(1)} s\n`,
    );
  }
}

async function runOnce(
  bundle: Run['bundle'],
  { base, head }: { base: string; head: string },
  PATH: string,
): Promise<Pick<Run, 'seconds' | 'verdict' | 'metrics'>> {
  const args = ['run', '--config', path.join(head, 'gate.json'), '--base-dir', base];
  args.push('--head-dir', head, '--budget', values.budget, '--format', 'json');
  args.push('--out', path.join(scratch, 'results'));
  const child = spawn(process.execPath, [bundles[bundle], ...args], {
    cwd: scratch,
    env: { ...process.env, PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const clock = new DecisionClock();
  child.stderr.on('data', (text) => clock.heard(String(text)));
  for await (const chunk of child.stdout) output += chunk;
  if (output === '') throw new Error(`no verdict of ${head}\n${clock.told}`);
  const verdict = JSON.parse(output) as Verdict;
  const metrics = (verdict.subjects[0]?.metrics ?? [])
    .filter(({ name }) => name === 'throughput' || name === 'cpu')
    .map(({ name, verdict: word, sd, interval }) => ({
      ...{ name, verdict: word, sd },
      covers: interval === null ? null : interval[0] <= 0 && interval[1] >= 0,
    }));
  return {
    seconds: clock.decided(),
    verdict: verdict.verdict,
    metrics,
  };
}

function table(): string {
  const rows = cases.flatMap(({ name }) =>
    doses.flatMap((dose) =>
      (['old', 'new'] as const).flatMap((bundle) => {
        const own = runs.filter(
          (run) => run.bundle === bundle && run.case === name && run.dose === dose,
        );
        if (own.length === 0) return [];
        const words = new Map<string, number>();
        for (const { verdict } of own) words.set(verdict, (words.get(verdict) ?? 0) + 1);
        const metrics = own.flatMap((run) => run.metrics);
        const sds = metrics.flatMap(({ name: metric, sd }) =>
          metric === 'throughput' && sd !== null ? [sd] : [],
        );
        const covered = metrics.flatMap(({ covers }) => covers ?? []);
        const speeds = own.flatMap(({ seconds }) => seconds.speed ?? []);
        return [
          [
            name,
            `${dose} %`,
            bundle,
            String(own.length),
            [...words].map(([word, count]) => `${word} ${count}`).join(', '),
            speeds.length === 0 ? '–' : `${mean(speeds).toFixed(1)} s`,
            `${mean(own.map(({ seconds }) => seconds.all)).toFixed(1)} s`,
            sds.length === 0 ? '–' : `${(100 * mean(sds)).toFixed(2)} %`,
            dose === 0 ? `${covered.filter(Boolean).length} of ${covered.length}` : '',
          ],
        ];
      }),
    ),
  );
  const head = ['case', 'dose', 'bundle', 'runs', 'verdicts', 'speed decided', 'all decided'];
  return markdownTable([[...head, 'block sd', 'intervals that hold 0'], ...rows]);
}
