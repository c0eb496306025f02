/**
 * Runs tiers of tests, each named by how its files end, and closes with one summary of all:
 * `unit` (`x.test.ts`) is pure: a few processes run their shares of the files;
 * `integration` (`x.integration.test.ts`) starts processes and servers: one file more at once than there are cores, for they
 * wait half of their time and assert what holds on a busy machine too; after them, one by one, those that say `Runs alone` and why;
 * `long` (`x.long.test.ts`, and every fuzz test at its full size) measures whole runs, every fixture and every load tool.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';

const root = join(import.meta.dirname, '..');
/** No file needs a tenth of this on a quiet machine; one that hangs must not keep the suite waiting. */
const BOUND_MS = { unit: 600_000, integration: 600_000, long: 2_400_000 };
const execArgv = ['--import', pathToFileURL(join(root, 'scripts', 'test-bound.ts')).href];
const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .map((name) => join('test', name))
  .filter((name) => name.endsWith('.test.ts'))
  .sort();
const isFuzz = (name: string) => readFileSync(join(root, name), 'utf8').includes('support/fuzz.ts');

const TIERS = {
  unit: (name: string) => !/\.(integration|long)\.test\.ts$/.test(name),
  integration: (name: string) => name.endsWith('.integration.test.ts'),
  long: (name: string) => name.endsWith('.long.test.ts') || isFuzz(name),
};
type Tier = keyof typeof TIERS;
type TestEvent = ReturnType<typeof run> extends AsyncIterable<infer Event> ? Event : never;
type TestFail = Extract<TestEvent, { type: 'test:fail' }>['data'];

/** What is measured in the longer tier is measured alone. */
const runsAlone = (tier: Tier, name: string): boolean =>
  tier === 'long' || /^(\/\*\*| \*) Runs alone: /m.test(readFileSync(join(root, name), 'utf8'));

/** What one command hands on to the next through the file that `TEST_TOTALS` names. */
interface Totals {
  /** Those at the end of node's summary, in its order. */
  counts: [string, number][];
  /** Each test that failed, with what went wrong. */
  failures: string[];
}
const totals = new Map<string, number>();
const failures: string[] = [];
let failuresBefore: readonly string[] = [];
const startedAt = performance.now();
let failed = false;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(TIERS, name));
if (asked.length === 0 || unknown.length > 0) {
  console.error(`Usage: node scripts/test.ts ${Object.keys(TIERS).join('|')} ...`);
  process.exit(2);
}

/** Every event of the tiers, one tier after the other; the counts of all stand at the end. */
async function* events(tiers: readonly Tier[]) {
  for (const tier of tiers) {
    process.env.FUZZ = tier === 'long' ? 'full' : 'short';
    process.env.TEST_BOUND_MS = String(BOUND_MS[tier]);
    for (const running of started(tier)) yield* withoutCounts(running());
  }
  totals.set('duration_ms', performance.now() - startedAt);
  addEarlier();
  for (const [name, value] of totals) {
    yield {
      type: 'test:diagnostic',
      data: { nesting: 0, message: `${name} ${value}`, level: 'info' },
    };
  }
}

/** The runs of a tier, each of which starts when it is asked for. */
function started(tier: Tier): (() => ReturnType<typeof run>)[] {
  const wanted = files.filter(TIERS[tier]);
  // One more than there are cores, so that no core waits: for a server, or for the longest share.
  const many = Math.max(2, availableParallelism()) + 1;
  if (tier === 'unit') {
    // All at once; what a later one says is kept until it is read.
    // Simulations take most of the time: dealt out first, or one process may get them all.
    const dealt = [
      ...wanted.filter((name) => name.endsWith('simulation.test.ts')),
      ...wanted.filter((name) => !name.endsWith('simulation.test.ts')),
    ];
    const shares = Array.from({ length: many }, (_, share) =>
      run({
        cwd: root,
        execArgv,
        files: [join(root, 'scripts', 'unit-tests.ts')],
        argv: dealt.filter((_, index) => index % many === share),
      }),
    );
    return shares.map((share) => () => share);
  }
  // In the order of their names, which begins with the longest: whole runs of the action.
  return [
    { concurrency: many, part: wanted.filter((name) => !runsAlone(tier, name)) },
    { concurrency: 1, part: wanted.filter((name) => runsAlone(tier, name)) },
  ]
    .filter(({ part }) => part.length > 0)
    .map(
      ({ concurrency, part }) =>
        () =>
          run({ cwd: root, execArgv, files: part, concurrency }),
    );
}

/** What was run, without the counts at its end, which are added up. */
async function* withoutCounts(events: ReturnType<typeof run>) {
  for await (const event of events) {
    if (event.type === 'test:fail' && !event.data.todo) {
      failed = true;
      noteFailure(event.data);
    }
    const count = event.type === 'test:diagnostic' ? countIn(event.data) : null;
    if (count === null) yield event;
    else totals.set(count.name, (totals.get(count.name) ?? 0) + count.value);
  }
}

/** One of the last lines of node's summary, such as "tests 12"; those of a test itself have a file. */
function countIn(data: { nesting: number; message: string; file?: string | undefined }) {
  const [, name, value] =
    /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) ([\d.]+)$/.exec(data.message) ??
    [];
  if (name === undefined || data.nesting > 0 || data.file !== undefined) return null;
  return { name, value: Number(value) };
}

/** A test that failed by itself: those around it fail with it. */
function noteFailure({ name, file, details: { error } }: TestFail): void {
  if ('failureType' in error && error.failureType === 'subtestsFailed') return;
  failures.push(`✖ ${name} (${relative(root, file ?? root)})\n${inspect(error.cause ?? error)}`);
}

/**
 * `.ci/run` runs the tiers by two commands: the second one's summary counts the first one's tests too, and its last lines
 * repeat what failed in the first, whose own summary is half an hour up in the log.
 */
function addEarlier(): void {
  const file = process.env.TEST_TOTALS;
  if (file === undefined) return;
  const none: Totals = { counts: [], failures: [] };
  const earlier = JSON.parse(readFileSync(file, 'utf8') || JSON.stringify(none)) as Totals;
  for (const [name, value] of earlier.counts) totals.set(name, (totals.get(name) ?? 0) + value);
  const all: Totals = { counts: [...totals], failures: [...earlier.failures, ...failures] };
  writeFileSync(file, JSON.stringify(all));
  failuresBefore = earlier.failures;
}

// Bundles are made once for all the tests that run them.
process.env.TEST_BUNDLES = mkdtempSync(join(tmpdir(), 'tg-bundles-'));
// Some hundred processes read the same sources; the first of them compiles each for all.
process.env.NODE_COMPILE_CACHE = mkdtempSync(join(tmpdir(), 'tg-compiled-'));
try {
  await pipeline(Readable.from(events(asked as Tier[])), new spec(), process.stdout, {
    end: false,
  });
} finally {
  for (const folder of [process.env.TEST_BUNDLES, process.env.NODE_COMPILE_CACHE]) {
    rmSync(folder, { recursive: true, force: true });
  }
}
if (failuresBefore.length > 0) {
  console.log(`\n✖ failing tests of the command before:\n\n${failuresBefore.join('\n\n')}`);
}
process.exitCode = failed ? 1 : 0;
