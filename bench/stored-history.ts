/**
 * A history as runs with `baseline: stored` leave it in a folder: of each subject a file with its newest lines, and beside it files
 * with older ones, which no run reads.
 */
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { LIMITS } from '../src/history/compact.ts';
import { type HistoryLine, type HistoryMetric, lineText } from '../src/history/line.ts';
import { linesPath, olderPath } from '../src/history/paths.ts';

export interface Size {
  readonly subjects: number;
  /** Of each subject. */
  readonly commits: number;
  /** Of them, so many lines are in the file of the newest. */
  readonly newest: number;
}

/** As many as compaction ever leaves on one machine: one more, and a hundred of them move. */
export const NEWEST_AT_MOST = LIMITS.recent + LIMITS.movedAtLeast - 1;

/** @returns bytes of the newest files */
export function writeStoredHistory(folder: string, { subjects, commits, newest }: Size): number {
  const noise = noiseFrom(7);
  let bytes = 0;
  for (let s = 0; s < subjects; s++) {
    const subject = subjectOf(s);
    const own = Array.from({ length: newest }, (_, i) =>
      lineText(lineOf(subject, commits - newest + i, noise)),
    ).join('');
    bytes += own.length;
    const file = path.join(folder, linesPath(subject));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, own);
    writeOlder(folder, subject, Math.ceil((commits - newest) / LIMITS.movedAtLeast), noise);
  }
  return bytes;
}

export function subjectOf(index: number): HistoryLine['subject'] {
  return { server: `server-${Math.floor(index / 10)}`, scenario: `scenario-${index % 10}` };
}

/** The first has its lines; the others are further names of it: what is in them is read by nobody here. */
function writeOlder(
  folder: string,
  subject: HistoryLine['subject'],
  files: number,
  noise: () => number,
): void {
  if (files === 0) return;
  const first = path.join(folder, olderPath(subject, 1));
  const lines = Array.from({ length: LIMITS.movedAtLeast }, (_, i) => lineOf(subject, i, noise));
  writeFileSync(first, lines.map(lineText).join(''));
  for (let number = 2; number <= files; number++) {
    linkSync(first, path.join(folder, olderPath(subject, number)));
  }
}

function lineOf(subject: HistoryLine['subject'], run: number, noise: () => number): HistoryLine {
  const metric = (unit: string, isCalibrated: boolean): HistoryMetric => {
    const log = 1 + 0.01 * noise();
    return {
      unit,
      better: unit === 'req/s' ? 'higher' : 'lower',
      word: 'unchanged',
      gating: true,
      head: 40_000 * Math.exp(log),
      base: null,
      ratio: null,
      calibrated: isCalibrated ? { log, light: 2 + 0.02 * noise(), sd: 0.008, blocks: 12 } : null,
    };
  };
  return {
    form: 1,
    subject,
    at: new Date(Date.UTC(2025, 0, 1) + run * 3_600_000).toISOString(),
    tool: '0.1.0',
    commit: commitOf(run),
    base: null,
    before: commitOf(run - 1),
    pulls: [run + 1],
    run: {
      id: 16_000_000_000 + 37 * run,
      attempt: 1,
      url: `https://github.com/octo/app/actions/runs/${16_000_000_000 + 37 * run}/attempts/1`,
    },
    fingerprint: { hash: 'a1b2c3d4e5f60718', parts: PARTS },
    verdict: 'unchanged',
    accepted: null,
    metrics: {
      throughput: metric('req/s', true),
      cpu: metric('s', true),
      p99: metric('s', false),
      memory: metric('B', false),
      errors: metric('share', false),
    },
    calibrator: {
      hash: 'ffeeddccbbaa',
      rates: {
        work: 10_000 * Math.exp(0.01 * noise()),
        light: 80_000 * Math.exp(0.02 * noise()),
      },
    },
  };
}

function commitOf(run: number): string {
  return (run + 1).toString(16).padStart(40, '0');
}

function noiseFrom(seed: number): () => number {
  const random = xoroshiro128plus(seed);
  return () => {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += (random.next() >>> 0) / 2 ** 32;
    return sum - 6;
  };
}

/** As a runner of GitHub has them. */
const PARTS = {
  cpu: 'AMD EPYC 7763 64-Core Processor',
  'cpu-flags': '5b1f0c9e2d7a4836',
  microcode: '0xffffffff',
  hypervisor: 'Microsoft',
  topology: '4 CPUs on 2 cores of 1 socket',
  os: 'Ubuntu 24.04.3 LTS',
  kernel: '6.11.0-1018-azure',
  image: 'ubuntu24 20261122.1.0',
  node: 'v24.21.0',
  cores: 'servers 2, load generator 1',
  programs: 'go: go version go1.25.4 linux/amd64',
  tool: 'throughput-gate 0.1.0',
  calibrator: 'ffeeddccbbaa0011',
  scenario: '0f1e2d3c4b5a6978',
};
