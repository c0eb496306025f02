/**
 * How long it takes to read a history, and how much memory: 1,000 subjects by default. Two tables, by the `--table` that is asked for:
 *
 * `stored` (default): what a run with `baseline: stored` does before it knows what head must come up to. The history has 10,000 commits, as
 * compaction leaves it: the newest lines of each subject in one file, older ones in others.
 *
 * `all`: a read of all lines of the newest files, with the checks of each, and trends on top, as `history check` has them.
 *
 *     node bench/history.ts [--table stored] [--subjects 1000] [--commits 10000] [--newest 199] [--rounds 3]
 *     node bench/history.ts --table all [--subjects 1000] [--commits 100] [--rounds 3]
 *
 * Each round runs in fresh processes on the same folder, and `JSON.parse` of all lines in the newest files beside it. Prints medians,
 * and each over that.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { markdownTable } from 'markdown-table';
import { median } from 'simple-statistics';
import { lineText } from '../src/history/line.ts';
import { readPast } from '../src/history/past-reading.ts';
import { linesPath, olderNumber } from '../src/history/paths.ts';
import { eachSubject } from '../src/history/runs.ts';
import { directoryStore } from '../src/history/stores/directory.ts';
import { trendsOf } from '../src/history/trends/trends.ts';
import { choose } from '../src/judge/past/chosen.ts';
import { predicted } from '../src/judge/past/predict.ts';
import { CalibratedMetric } from '../src/measure/observed/past-runs.ts';
import { madeUpHistory } from '../test/support/made-up-history.ts';
import { NEWEST_AT_MOST, subjectOf, writeStoredHistory } from './stored-history.ts';

interface Round {
  seconds: number;
  peakMb: number;
  lines: number;
  changePoints: number;
}

const TABLES = { stored: ['stored', 'parse'], all: ['read', 'trends', 'parse'] } as const;
type Work = (typeof TABLES)[keyof typeof TABLES][number];
const { values } = parseArgs({
  options: {
    subjects: { type: 'string', default: '1000' },
    table: { type: 'string', default: 'stored' },
    commits: { type: 'string' },
    newest: { type: 'string', default: String(NEWEST_AT_MOST) },
    rounds: { type: 'string', default: '3' },
    /** Of the processes that this program starts: what to do with a folder. */
    work: { type: 'string' },
    folder: { type: 'string' },
  },
});

if (values.work !== undefined) process.stdout.write(JSON.stringify(await once()));
else await report();

async function once(): Promise<Round> {
  const folder = values.folder as string;
  const started = performance.now();
  let lines = 0;
  let changePoints = 0;
  if (values.work === 'stored') lines = await storedRun(folder);
  else if (values.work === 'parse') {
    for (const server of readdirSync(folder)) {
      for (const file of readdirSync(path.join(folder, server))) {
        if (olderNumber(file) !== null) continue;
        const text = readFileSync(path.join(folder, server, file), 'utf8');
        for (const line of text.split('\n')) {
          if (line !== '') lines += JSON.parse(line) === null ? 0 : 1;
        }
      }
    }
  } else {
    await eachSubject(directoryStore(folder), 'newest', (runs) => {
      lines += runs.lines.length;
      if (values.work === 'trends') changePoints += trendsOf(runs.lines).changePoints.length;
    });
  }
  const seconds = (performance.now() - started) / 1000;
  return { seconds, peakMb: process.resourceUsage().maxRSS / 1024, lines, changePoints };
}

/** Reads what counts, and finds what each subject's run is expected to be. @returns how many runs count */
async function storedRun(folder: string): Promise<number> {
  const subjects = Array.from({ length: Number(values.subjects) }, (_, s) => subjectOf(s));
  const { past } = await readPast(directoryStore(folder), subjects);
  const now = Array.from({ length: 12 }, (_, i) => ({ log: 1 + i / 1000, light: 2 + i / 1000 }));
  let count = 0;
  let expected = 0;
  for (const { runs } of past.subjects) {
    const chosen = choose(
      runs.filter(({ fingerprint }) => fingerprint === runs.at(-1)?.fingerprint),
    );
    for (const metric of CalibratedMetric.options) {
      const known = chosen.runs.flatMap(({ metrics }) => metrics[metric] ?? []);
      if (predicted(known, now) !== null) expected++;
    }
    count += runs.length;
  }
  // By chance, a few have a run that lies far from all others.
  if (expected < 1.9 * subjects.length) throw new Error(`only ${expected} figures are expected`);
  return count;
}

async function report(): Promise<void> {
  const works: readonly Work[] = TABLES[values.table as keyof typeof TABLES] ?? [];
  const commits = values.commits ?? (values.table === 'stored' ? '10000' : '100');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'throughput-gate-history-'));
  try {
    const size = { subjects: Number(values.subjects), commits: Number(commits) };
    const bytes =
      values.table === 'stored'
        ? writeStoredHistory(folder, { ...size, newest: Number(values.newest) })
        : write(folder, size);
    const rounds: Record<Work, Round[]> = { stored: [], read: [], trends: [], parse: [] };
    for (let i = 0; i < Number(values.rounds); i++) {
      for (const work of works) rounds[work].push(await run(work, folder));
    }
    const of = (work: Work, figure: (round: Round) => number) => median(rounds[work].map(figure));
    const least = of('parse', ({ seconds }) => seconds);
    const names = {
      stored: 'read what a run is compared with, and what is expected of it',
      read: 'read and check all lines',
      trends: 'and look for trends',
      parse: '`JSON.parse` of all lines, by itself',
    };
    const table = markdownTable([
      [
        `${values.subjects} subjects × ${commits} commits, ${(bytes / 1e6).toFixed(0)} MB in the newest files`,
        'median',
        'over JSON.parse',
        'most memory',
      ],
      ...works.map((work) => [
        names[work],
        `${of(work, ({ seconds }) => seconds).toFixed(2)} s`,
        (of(work, ({ seconds }) => seconds) / least).toFixed(2),
        `${of(work, ({ peakMb }) => peakMb).toFixed(0)} MB`,
      ]),
    ]);
    const told = works.map((work) => {
      const [round] = rounds[work];
      return `${work}: ${round?.lines} lines, ${round?.changePoints} change points`;
    });
    process.stdout.write(`${table}\n\n${told.join('; ')}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns how many bytes */
function write(folder: string, size: { subjects: number; commits: number }): number {
  const { lines } = madeUpHistory(size);
  const texts = new Map<string, string[]>();
  for (const line of lines) {
    const file = path.join(folder, linesPath(line.subject));
    const known = texts.get(file);
    if (known === undefined) texts.set(file, [lineText(line)]);
    else known.push(lineText(line));
  }
  let bytes = 0;
  for (const [file, own] of texts) {
    mkdirSync(path.dirname(file), { recursive: true });
    const text = own.join('');
    bytes += text.length;
    writeFileSync(file, text);
  }
  return bytes;
}

async function run(work: string, folder: string): Promise<Round> {
  const args = ['--work', work, '--folder', folder, '--subjects', values.subjects];
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, ...args]);
  return JSON.parse(stdout) as Round;
}
