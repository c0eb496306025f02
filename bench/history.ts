/**
 * How long it takes to read a history and to look for trends in it, and how much memory: 1,000 subjects by default, whose newest
 * files have so many runs each, as compaction leaves them.
 *
 *     node bench/history.ts [--subjects 1000] [--runs 100] [--rounds 3]
 *
 * Each round runs, in fresh processes on the same folder: a read of all lines with the checks of each (`eachSubject`); the same
 * with trends of each subject; `JSON.parse` of all lines alone. Prints medians, and each over the last.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { markdownTable } from 'markdown-table';
import { median } from 'simple-statistics';
import { lineText } from '../src/history/line.ts';
import { linesPath } from '../src/history/paths.ts';
import { eachSubject } from '../src/history/runs.ts';
import { directoryStore } from '../src/history/stores/directory.ts';
import { trendsOf } from '../src/history/trends/trends.ts';
import { madeUpHistory } from '../test/support/made-up-history.ts';

interface Round {
  seconds: number;
  peakMb: number;
  lines: number;
  changePoints: number;
}

const WORK = ['read', 'trends', 'parse'] as const;
const { values } = parseArgs({
  options: {
    subjects: { type: 'string', default: '1000' },
    runs: { type: 'string', default: '100' },
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
  if (values.work === 'parse') {
    for (const server of readdirSync(folder)) {
      for (const file of readdirSync(path.join(folder, server))) {
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

async function report(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'throughput-gate-history-'));
  try {
    const megabytes = write(folder) / 1e6;
    const rounds: Record<(typeof WORK)[number], Round[]> = { read: [], trends: [], parse: [] };
    for (let i = 0; i < Number(values.rounds); i++) {
      for (const work of WORK) rounds[work].push(await run(work, folder));
    }
    const of = (work: (typeof WORK)[number], figure: (round: Round) => number) =>
      median(rounds[work].map(figure));
    const least = of('parse', ({ seconds }) => seconds);
    const names = {
      read: 'read and check all lines',
      trends: 'and look for trends',
      parse: '`JSON.parse` of all lines, by itself',
    };
    const table = markdownTable([
      [
        `${values.subjects} subjects × ${values.runs} runs, ${megabytes.toFixed(0)} MB`,
        'median',
        'over JSON.parse',
        'most memory',
      ],
      ...WORK.map((work) => [
        names[work],
        `${of(work, ({ seconds }) => seconds).toFixed(2)} s`,
        (of(work, ({ seconds }) => seconds) / least).toFixed(2),
        `${of(work, ({ peakMb }) => peakMb).toFixed(0)} MB`,
      ]),
    ]);
    const [round] = rounds.trends;
    process.stdout.write(
      `${table}\n\n${round?.lines} lines, ${round?.changePoints} change points\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns how many bytes */
function write(folder: string): number {
  const { lines } = madeUpHistory({
    commits: Number(values.runs),
    subjects: Number(values.subjects),
  });
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
  const args = [import.meta.filename, '--work', work, '--folder', folder];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Round;
}
