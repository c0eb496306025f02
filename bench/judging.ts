/**
 * How long the judge takes over a large measurement: 1,000 subjects of 20 blocks by default, with 80 slices a block, 40
 * latency segments an arm and every metric of an HTTP scenario.
 *
 *     node bench/judging.ts [--subjects 1000] [--blocks 20] [--rounds 5]
 *
 * Each round is a fresh process, so nothing is compiled or remembered when it begins. Prints the medians over the
 * rounds, and ratios against two things that anybody knows, done in the same process on the same figures: reading the
 * measurement's JSON, and what a plain comparison would compute with simple-statistics (a Mann-Whitney test of each
 * block's slices and a t test of each subject's blocks, throughput only).
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { parseArgs, promisify } from 'node:util';
import { markdownTable } from 'markdown-table';
import { mean, median, tTestTwoSample, wilcoxonRankSum } from 'simple-statistics';
import { judge } from '../src/judge/judge.ts';
import type { Measurement } from '../src/measure/measurement.ts';
import { largeMeasurement } from './large-measurement.ts';

interface Round {
  judgeMs: number;
  parseMs: number;
  testsMs: number;
  /** Resident memory before the judge began, and the most until it ended. */
  heldMb: number;
  peakMb: number;
  jsonMb: number;
  /** SHA-256 of the verdict: to see that a faster judge says the same. */
  verdict: string;
}

const { values } = parseArgs({
  options: {
    subjects: { type: 'string', default: '1000' },
    blocks: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '5' },
    once: { type: 'boolean', default: false },
  },
});
const size = {
  subjects: Number(values.subjects),
  blocks: Number(values.blocks),
  slices: 80,
  segments: 40,
};

if (values.once) process.stdout.write(JSON.stringify(once()));
else await report();

function once(): Round {
  const measurement = largeMeasurement(size);
  const heldMb = process.memoryUsage.rss() / 2 ** 20;
  const [verdict, judgeMs] = timed(() => judge(measurement));
  const peakMb = process.resourceUsage().maxRSS / 2 ** 10;
  const [, testsMs] = timed(() => plainTests(measurement));
  const text = JSON.stringify(measurement);
  const [, parseMs] = timed(() => JSON.parse(text));
  const hash = createHash('sha256').update(JSON.stringify(verdict)).digest('hex');
  return { judgeMs, parseMs, testsMs, heldMb, peakMb, jsonMb: text.length / 1e6, verdict: hash };
}

async function report(): Promise<void> {
  const rounds: Round[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const child = await promisify(execFile)(process.execPath, [
      import.meta.filename,
      ...['--once', '--subjects', values.subjects, '--blocks', values.blocks],
    ]);
    rounds.push(JSON.parse(child.stdout) as Round);
  }
  const of = (key: Exclude<keyof Round, 'verdict'>) => median(rounds.map((round) => round[key]));
  const ms = (key: 'judgeMs' | 'parseMs' | 'testsMs') => [
    `${(of(key) / 1000).toFixed(2)} s`,
    (of('judgeMs') / of(key)).toFixed(2),
  ];
  const table = markdownTable([
    [`${values.subjects} subjects × ${values.blocks} blocks`, 'median', 'judge() over it'],
    ['judge()', ...ms('judgeMs')],
    [`JSON.parse of the measurement (${of('jsonMb').toFixed(0)} MB)`, ...ms('parseMs')],
    ['simple-statistics: Mann-Whitney per block, t test per subject', ...ms('testsMs')],
  ]);
  const verdicts = new Set(rounds.map(({ verdict }) => verdict));
  process.stdout.write(
    `${table}\n\nMemory: ${of('heldMb').toFixed(0)} MB with the measurement built, ${of('peakMb').toFixed(0)} MB at most until it was judged.\nVerdict: ${[...verdicts].join(', ')}\n`,
  );
}

function timed<T>(work: () => T): [T, number] {
  const began = performance.now();
  const result = work();
  return [result, performance.now() - began];
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
