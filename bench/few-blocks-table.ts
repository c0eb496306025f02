/**
 * False alarms of the whole rule after four to eight blocks, where blocks are not what the test takes them for. A part of docs/calibration.md;
 * alone: `node bench/few-blocks-table.ts [--jobs 20000]`.
 */
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { looksFor } from '../src/plan/looks.ts';
import { FEW_BLOCKS } from '../test/support/few-blocks.ts';
import { shareOf, wholeRule } from '../test/support/whole-rule.ts';

const BUDGETS = [4, 5, 6, 8];
const TOLERANCES = [0.05, 0.02];
/** One of four metrics that share 1 %. */
const ALPHA = 0.01 / 4;
const SD = 0.03;

export function fewBlocksTable(jobs: number): string {
  const rows = FEW_BLOCKS.map(({ name, draw }) => [
    name,
    ...TOLERANCES.flatMap((tolerance) =>
      BUDGETS.map((blocks) => {
        const rule = { sd: SD, tolerance, alpha: ALPHA, looks: looksFor(blocks) };
        const found = wholeRule({ ...rule, effect: 0, jobs, seed: blocks, draw });
        // Either build might have been called head: both words of a job are false alarms, at the same rate.
        const wrong = Math.round((found.regression.share + found.improvement.share) * jobs);
        const { share, se } = shareOf(wrong, 2 * jobs);
        return `${(100 * share).toFixed(2)} ± ${(100 * se).toFixed(2)} %`;
      }),
    ),
  ]);
  const head = TOLERANCES.flatMap((tolerance) =>
    BUDGETS.map((blocks) => `${100 * tolerance} %, ${blocks} blocks`),
  );
  return markdownTable([['block values', ...head], ...rows]);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { jobs: { type: 'string', default: '20000' } } });
  process.stdout.write(`${fewBlocksTable(Number(values.jobs))}\n`);
}
