/** A made-up history: commits, subjects, noise, a step for the worse, a slow creep, two machines. The same one each time. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { HistoryLine, HistoryMetric } from '../../src/history/line.ts';
import type { ChangePoint } from '../../src/history/trends/change-point.ts';

export interface MadeUp {
  commits: number;
  subjects: number;
  repository?: string | null;
}

const MACHINES = ['AMD EPYC 7763', 'Intel Xeon Platinum 8370C'];
const HOUR_MS = 3_600_000;
const START = Date.parse('2026-01-01T06:00:00Z');

export function madeUpCommit(index: number): string {
  return (index + 1).toString(16).padStart(8, '0').repeat(5);
}

export function madeUpHistory({ commits, subjects, repository = null }: MadeUp): {
  lines: HistoryLine[];
  changePoints: ChangePoint[];
} {
  const random = xoroshiro128plus(20261129);
  const noise = (sd: number) => {
    let sum = 0;
    for (let i = 0; i < 4; i++) sum += (random.next() >>> 0) / 2 ** 32 - 0.5;
    return sum * sd * Math.sqrt(3);
  };
  const lines: HistoryLine[] = [];
  for (let c = 0; c < commits; c++) {
    const machine = c < commits * 0.7 ? 0 : 1;
    const run =
      repository === null
        ? null
        : {
            id: 16_000_000_000 + 37 * c,
            attempt: 1,
            url: `${repository}/actions/runs/${16_000_000_000 + 37 * c}`,
          };
    for (let s = 0; s < subjects; s++) {
      const level =
        s % 4 === 1 && c >= stepAt(commits) ? -0.05 : s % 4 === 2 ? (-0.1 * c) / commits : 0;
      const log = Math.log(40_000 / (1 + (s % 9))) + level;
      const ownNoise = noise(0.004);
      const machines = machine === 1 ? 0.12 : 0;
      const metric = (unit: string, better: 'higher' | 'lower', value: number): HistoryMetric => ({
        unit,
        better,
        word: isBad(s, c, commits) && better === 'higher' ? 'regression' : 'unchanged',
        gating: true,
        head: Math.exp(value + machines + noise(0.03)),
        base: Math.exp(value + machines),
        ratio: { log: ownNoise, interval: [ownNoise - 0.008, ownNoise + 0.008] },
        calibrated: { log: value - Math.log(30_000) + ownNoise, light: 2, sd: 0.008, blocks: 10 },
      });
      lines.push({
        form: 1,
        subject: { server: s % 2 === 0 ? 'api' : 'gateway', scenario: `scenario-${s}` },
        at: new Date(START + c * HOUR_MS).toISOString(),
        tool: '0.1.0',
        commit: madeUpCommit(c),
        base: c === 0 ? null : madeUpCommit(c - 1),
        before: c === 0 ? null : madeUpCommit(c - 1),
        pulls: c % 3 === 0 ? [c + 1] : [],
        run,
        fingerprint: {
          hash: String(machine + 1).repeat(12),
          parts: { cpu: MACHINES[machine] as string, kernel: '6.11.0', runtime: 'v24.21.0' },
        },
        verdict: isBad(s, c, commits) ? 'regression' : 'unchanged',
        accepted: null,
        metrics: {
          throughput: metric('req/s', 'higher', log),
          cpu: metric('s', 'lower', -log),
          p99: metric('s', 'lower', Math.log(0.004) - level),
          memory: metric('B', 'lower', Math.log(60e6)),
        },
        calibrator: null,
      });
    }
  }
  return { lines, changePoints: changePoints({ commits, subjects }) };
}

function stepAt(commits: number): number {
  return Math.floor(commits * 0.6);
}

function isBad(subject: number, commit: number, commits: number): boolean {
  return subject % 4 === 1 && commit === stepAt(commits);
}

function changePoints({ commits, subjects }: MadeUp): ChangePoint[] {
  const at = stepAt(commits);
  return Array.from({ length: subjects }, (_, s) => s)
    .filter((s) => s % 4 === 1)
    .map((s) => ({
      subject: { server: s % 2 === 0 ? 'api' : 'gateway', scenario: `scenario-${s}` },
      metric: 'throughput',
      at: madeUpCommit(at),
      from: madeUpCommit(at - 1),
      to: madeUpCommit(at),
      logChange: -0.05 - 0.001 * s,
      interval: [-0.06 - 0.001 * s, -0.04 - 0.001 * s],
      p: 0.0002,
    }));
}
