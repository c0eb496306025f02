/**
 * Are the blocks of a run independent? Short runs of unchanged code under several conditions, in turns: how much differs
 * between runs beyond what differs within them, and how often the 95 % interval of one run has the truth, which is 0.
 *
 *     npm run bench:run-effect -- --log FILE [--fixture go-http] [--runs 30] [--minutes 3]
 *         [--conditions 'a copy per run,one file for both,fresh file and port']
 *
 * Appends a line of JSON per run to the log, and ends when each condition has so many runs or the minutes are over: the
 * same command goes on. `--minutes 0` prints the table alone. Conditions take turns in random order, so that what the machine
 * does meanwhile meets all of them alike.
 */
import { parseArgs } from 'node:util';
import { builtFixture } from './gate.ts';
import { keepIn, readLog } from './log.ts';
import type { Line } from './run-effect/line.ts';
import { CONDITIONS, measureRun, sizesOf } from './run-effect/measure.ts';
import { effectTable } from './run-effect/table.ts';

/** A block has so much of slices, after so much warm-up of each arm. */
const MILLISECONDS = { slicesMs: 1600, warmupMs: 300 };

const { values } = parseArgs({
  options: {
    log: { type: 'string' },
    fixture: { type: 'string', default: 'go-http' },
    runs: { type: 'string', default: '30' },
    blocks: { type: 'string', default: '6' },
    minutes: { type: 'string', default: '3' },
    conditions: { type: 'string', default: 'a copy per run,one file for both,fresh file and port' },
  },
});

const { log, fixture } = values;
if (log === undefined) throw new Error('--log FILE: where the runs are kept');
const wanted = values.conditions.split(',');
const unknown = wanted.find((name) => CONDITIONS[name] === undefined);
if (unknown !== undefined) {
  throw new Error(`no condition "${unknown}"; there are ${Object.keys(CONDITIONS).join(', ')}`);
}
const lines = readLog<Line>(log);
const deadlineMs = performance.now() + 60_000 * Number(values.minutes);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

if (Number(values.minutes) > 0) await goOn();
process.stdout.write(`${effectTable(lines)}\n`);

async function goOn(): Promise<void> {
  const built = await builtFixture(fixture);
  if (built === null) return;
  let sizes = lines.flatMap((line) =>
    line.kind === 'sizes' && line.fixture === fixture ? line.sizes : [],
  )[0];
  if (sizes === undefined) {
    sizes = await sizesOf(built, { ...MILLISECONDS, signal: stop.signal });
    keep({ kind: 'sizes', fixture, sizes });
  }
  let longestMs = 0;
  for (;;) {
    const name = nextOf(wanted);
    if (name === null || stop.signal.aborted) return;
    const beganMs = performance.now();
    if (beganMs + longestMs > deadlineMs) return;
    const startedAt = new Date().toISOString();
    const seed = Date.parse(startedAt) % 2 ** 31;
    const terms = { sizes, blocks: Number(values.blocks), seed, signal: stop.signal };
    const blocks = await measureRun(built, CONDITIONS[name] as never, terms);
    keep({ kind: 'run', fixture, condition: name, startedAt, blocks });
    longestMs = Math.max(longestMs, performance.now() - beganMs);
  }
}

function keep(line: Line): void {
  lines.push(line);
  keepIn(log, line);
}

/** By chance among those with the fewest runs; null when each has as many as are wanted. */
function nextOf(names: readonly string[]): string | null {
  const count = (name: string) =>
    lines.filter(
      (line) => line.kind === 'run' && line.fixture === fixture && line.condition === name,
    ).length;
  const least = Math.min(...names.map(count));
  if (least >= Number(values.runs)) return null;
  const open = names.filter((name) => count(name) === least);
  return open[Math.floor(Math.random() * open.length)] ?? null;
}
