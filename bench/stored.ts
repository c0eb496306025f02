/**
 * Do earlier runs and the calibrator tell a slowdown? Whole runs of one server against the calibrator: unchanged, and slowed by
 * known sizes, in turns. Each is judged by the rule of `baseline: stored` against the unchanged runs before it.
 *
 *     npm run bench:stored -- --log FILE [--fixture go-http] [--runs 40] [--slow 20] [--minutes 3]
 *
 * Appends a line of JSON per run to the log, and ends when there are so many or the minutes are over: the same command goes on.
 * `--minutes 0` prints the table alone. Three runs of four are unchanged until there are enough, as a history grows before changes
 * are compared with it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cleanup } from '../src/system/cleanup/cleanup.ts';
import { builtFixture } from './gate.ts';
import { keepIn, readLog } from './log.ts';
import { dosesOf, type Line, nextOf } from './stored/line.ts';
import { measureRun } from './stored/measure.ts';
import { storedTable } from './stored/table.ts';

const { values } = parseArgs({
  options: {
    log: { type: 'string' },
    fixture: { type: 'string', default: 'go-http' },
    runs: { type: 'string', default: '40' },
    slow: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '3' },
    budget: { type: 'string', default: '8s' },
  },
});
const { log, fixture, budget } = values;
if (log === undefined) throw new Error('--log FILE: where the runs are kept');
const wanted = { unchanged: Number(values.runs), slow: Number(values.slow) };
const lines = readLog<Line>(log);
const deadlineMs = performance.now() + 60_000 * Number(values.minutes);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

if (Number(values.minutes) > 0) await goOn();
process.stdout.write(`${storedTable(lines.filter((line) => line.fixture === fixture))}\n`);

async function goOn(): Promise<void> {
  const built = await builtFixture(fixture);
  if (built === null) return;
  await using undo = cleanup();
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'throughput-gate-stored-'));
  undo.defer(() => rm(scratch, { recursive: true, force: true }));
  let longestMs = 0;
  for (;;) {
    // What a busy machine spoils is measured again.
    const own = lines.filter((line) => line.fixture === fixture && !line.isBusy);
    const dose = nextOf(own, wanted);
    const beganMs = performance.now();
    if (dose === null || stop.signal.aborted || beganMs + longestMs > deadlineMs) return;
    const startedAt = new Date().toISOString();
    const env = dosesOf(fixture)[dose];
    const run = await measureRun(built, { scratch, env, budget, signal: stop.signal });
    const line: Line = { fixture, dose, startedAt, ...run };
    lines.push(line);
    keepIn(log, line);
    longestMs = Math.max(longestMs, performance.now() - beganMs);
  }
}
