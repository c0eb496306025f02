/**
 * How long `throughput-gate judge` takes over a large measurement, and how much memory: 1,000 subjects of 20 blocks by
 * default, with 80 slices a block, 40 latency segments an arm and every metric of an HTTP scenario.
 *
 *     npm run build && node bench/judging.ts [--subjects 1000] [--blocks 20] [--rounds 5] [--program dist/cli.cjs]
 *
 * Each round runs, in fresh processes that read the same file: the command; `JSON.parse` of the file, by itself; and `judge()`
 * beside what a plain comparison would compute with simple-statistics (a Mann-Whitney test of each block's slices and a t
 * test of each subject's blocks, throughput only). Prints medians over the rounds, and ratios to the command.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { markdownTable } from 'markdown-table';
import { mean, median, tTestTwoSample, wilcoxonRankSum } from 'simple-statistics';
import { judge } from '../src/judge/judge.ts';
import { Measurement } from '../src/measure/observed/measurement.ts';
import { verdictFile } from '../src/report/verdict-file.ts';
import { ownFile } from '../src/system/program/runtime.ts';
import { largeMeasurement } from './large-measurement.ts';

/** One process: from its start to its end, and the most memory that it ever had resident. */
interface Run {
  seconds: number;
  peakMb: number;
  /** What it wrote. */
  output: string;
}

const { values } = parseArgs({
  options: {
    subjects: { type: 'string', default: '1000' },
    blocks: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '5' },
    program: { type: 'string', default: ownFile('dist/cli.cjs') },
    /** Of the processes that this program starts: what to do with the file. */
    parse: { type: 'string' },
    judge: { type: 'string' },
  },
});
/** At the end of a program: the most memory that it had, for whoever started it. */
const TELL = `data:text/javascript,process.on('exit',()=>process.stderr.write('\\npeak '+process.resourceUsage().maxRSS/1024))`;

if (values.parse !== undefined) JSON.parse(readFileSync(values.parse, 'utf8'));
else if (values.judge !== undefined) process.stdout.write(JSON.stringify(once(values.judge)));
else await report();

async function report(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'throughput-gate-judging-'));
  try {
    const file = path.join(folder, 'measurement.json');
    const megabytes = writeMeasurement(file) / 1e6;
    const rounds: { command: Run; parse: Run; inside: Inside }[] = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      rounds.push({
        command: await run([path.resolve(values.program), 'judge', file, '--format', 'json']),
        parse: await run([import.meta.filename, '--parse', file]),
        inside: JSON.parse((await run([import.meta.filename, '--judge', file])).output) as Inside,
      });
    }
    const of = (figure: (round: (typeof rounds)[number]) => number) => median(rounds.map(figure));
    const seconds = of(({ command }) => command.seconds);
    const row = (name: string, took: number, peakMb: number | null) => [
      name,
      `${took.toFixed(2)} s`,
      (seconds / took).toFixed(2),
      peakMb === null ? '' : `${peakMb.toFixed(0)} MB`,
    ];
    const table = markdownTable([
      [
        `${values.subjects} subjects × ${values.blocks} blocks, ${megabytes.toFixed(0)} MB`,
        'median',
        'the command over it',
        'most memory',
      ],
      row(
        '`throughput-gate judge FILE`, the whole process',
        seconds,
        of(({ command }) => command.peakMb),
      ),
      row(
        '`JSON.parse` of the file, the whole process',
        of(({ parse }) => parse.seconds),
        of(({ parse }) => parse.peakMb),
      ),
      row(
        '`judge()` of what is in memory already',
        of(({ inside }) => inside.judgeSeconds),
        null,
      ),
      row(
        'simple-statistics: Mann-Whitney per block, t test per subject',
        of(({ inside }) => inside.testsSeconds),
        null,
      ),
    ]);
    const told = new Set(
      rounds.flatMap(({ command, inside }) => [hashOf(command.output), inside.verdict]),
    );
    process.stdout.write(`${table}\n\nVerdict: ${[...told].join(', ')}\n`);
    if (told.size > 1) throw new Error('the command and judge() do not say the same');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Subject by subject: all of it is longer than some strings may be. As a run writes it, but for line breaks. */
function writeMeasurement(file: string): number {
  const size = { subjects: Number(values.subjects), blocks: Number(values.blocks) };
  const { subjects, ...head } = largeMeasurement({ ...size, slices: 80, segments: 40 });
  const to = openSync(file, 'w');
  let bytes = writeSync(to, `${JSON.stringify(head).slice(0, -1)},"subjects":[`);
  for (const [i, subject] of subjects.entries()) {
    bytes += writeSync(to, `${i === 0 ? '' : ','}${JSON.stringify(subject)}`);
  }
  bytes += writeSync(to, ']}\n');
  closeSync(to);
  return bytes;
}

async function run(args: string[]): Promise<Run> {
  const began = performance.now();
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', TELL, ...args],
    {
      maxBuffer: 256 * 2 ** 20,
    },
  ).catch((error: { code?: unknown; stdout: string; stderr: string }) => {
    // A regression is an answer too.
    if (error.code === 1) return error;
    throw error;
  });
  const seconds = (performance.now() - began) / 1000;
  return { seconds, peakMb: Number(/peak ([\d.]+)$/.exec(stderr)?.[1]), output: stdout };
}

interface Inside {
  judgeSeconds: number;
  testsSeconds: number;
  /** SHA-256 of the verdict: to see that a faster judge says the same. */
  verdict: string;
}

function once(file: string): Inside {
  const measurement = Measurement.parse(JSON.parse(readFileSync(file, 'utf8')));
  const [verdict, judgeSeconds] = timed(() => judge(measurement));
  const [, testsSeconds] = timed(() => plainTests(measurement));
  return { judgeSeconds, testsSeconds, verdict: hashOf(verdictFile(verdict)) };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function timed<T>(work: () => T): [T, number] {
  const began = performance.now();
  const result = work();
  return [result, (performance.now() - began) / 1000];
}

/** What a comparison with a library would do with throughput alone. Returns something, so that it is done. */
function plainTests({ subjects }: Measurement): number {
  let total = 0;
  for (const { blocks } of subjects) {
    const means = { b: [] as number[], h: [] as number[] };
    for (const { sliceOrder, sliceUs, sliceGood } of blocks) {
      const rates = { b: [] as number[], h: [] as number[] };
      for (const [i, us] of sliceUs.entries()) {
        rates[sliceOrder[i] as 'b' | 'h'].push((1e6 * (sliceGood[i] as number)) / us);
      }
      means.b.push(mean(rates.b));
      means.h.push(mean(rates.h));
      total += wilcoxonRankSum(rates.b, rates.h);
    }
    total += tTestTwoSample(means.b, means.h) ?? 0;
  }
  return total;
}
