/**
 * How often the printed interval holds the truth, by the whole rule, on simulated and on recorded blocks. A part of docs/calibration.md;
 * alone: `node bench/interval-table.ts [--jobs 5000]`.
 */
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { logCost } from '../src/judge/rule/decide.ts';
import { looksFor } from '../src/plan/looks.ts';
import { NOISES, type Noise } from '../test/support/block-noise.ts';
import { type Simulated, type Stopped, wholeRule } from '../test/support/whole-rule.ts';
import { recordedPools } from './recorded/pools.ts';

const DROPS = [0, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1];
const TOLERANCES = [0.05, 0.02];
/** One of four metrics that share 1 %. */
const ALPHA = 0.01 / 4;
/** As many as a small server has in the default budget. */
const MOST_BLOCKS = 26;

interface Blocks {
  name: string;
  sd: number;
  draw: NonNullable<Simulated['draw']>;
}

export function intervalTable(jobs: number): string {
  const rows = kinds().flatMap(({ name, sd, draw }) =>
    TOLERANCES.map((tolerance) => {
      const found = DROPS.map((drop, seed) => {
        const effect = logCost('throughput', drop);
        const rule = { tolerance, alpha: ALPHA, looks: looksFor(MOST_BLOCKS) };
        return wholeRule({ ...rule, sd, effect, draw, jobs, seed: seed + 1 });
      });
      return [name, `${100 * tolerance} %`, ...found.map(text), width(found), against(found)];
    }),
  );
  const head = DROPS.map((drop) => `${100 * drop} %`);
  return markdownTable([['blocks', 'tolerance', ...head, 'width', 'against its word'], ...rows]);
}

function kinds(): Blocks[] {
  const heavy = NOISES.find(({ name }) => name.startsWith('heavy'))?.draw as Noise;
  const [normal] = NOISES;
  return [
    ...[0.01, 0.03, 0.08].map(
      (sd): Blocks => ({ name: `normal, ${100 * sd} %`, sd, draw: normal?.draw as Noise }),
    ),
    { name: 'heavy tails (t, 3 degrees of freedom), 3 %', sd: 0.03, draw: heavy },
    ...recordedPools().map(
      ({ name, draw }): Blocks => ({ name, sd: 1, draw: (_z, count) => draw(count) }),
    ),
  ];
}

/** Plain t interval → printed interval. */
function text({ plain, coverage }: Stopped): string {
  return `${percent(plain.share)} → ${percent(coverage.share)}`;
}

function width(found: readonly Stopped[]): string {
  const all = found.map((one) => one.width);
  return `${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)} ×`;
}

function against(found: readonly Stopped[]): string {
  return String(found.reduce((sum, { contradictions }) => sum + contradictions, 0));
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { jobs: { type: 'string', default: '5000' } } });
  process.stdout.write(`${intervalTable(Number(values.jobs))}\n`);
}
