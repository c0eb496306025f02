/** The rules side by side, in Markdown. */

import { alignedTable } from '../../src/report/markup/aligned-table.ts';
import { NOTHING } from '../../src/report/wording/format.ts';
import { percentText, rateText } from '../../src/self-test/text.ts';
import type { Comparison } from './compare.ts';

export function rivalsTable({ doses, rules }: Comparison): string {
  const head = doses.map((asked) =>
    asked === 0 ? 'red on unchanged code' : `found ${percentText(asked)}`,
  );
  const rows = rules.map(({ name, source, red, seconds }) => [
    `${name} (${source})`,
    ...red.map((rate) => (rate === null ? NOTHING : rateText(rate))),
    seconds === null ? NOTHING : `${seconds.toFixed(0)} s`,
  ]);
  return alignedTable(
    [['Rule', ...head, 'Measuring time'], ...rows],
    ['l', ...head.map(() => 'r' as const), 'r'],
  );
}

/** What each rule is given here that it does not have elsewhere, and what the figures leave out. */
export const RIVALS_NOTES: readonly string[] = [
  'All rules judge throughput, of the same recorded blocks. Red means: the rule calls head slower. A rule that calls head faster is not counted here, although on unchanged code that is just as wrong.',
  "The other rules have an easier task here than in a workflow of their own. Both builds ran on one machine, within minutes; github-action-benchmark usually compares with a number from another day and another machine. A run here is made of alternating slices from several blocks, each with fresh processes; a run of a load tool is one process, and all of it depends on how that process happened to start. Servers and load generator were pinned, and base's blocks come right before head's.",
  'Each rule was asked once from each block on, in the order of measuring; after the last block comes the first again. So the same blocks are used several times. The intervals (Wilson) allow for it: they count only as many answers as could be had without using a block twice. That is why the interval of a share of 100% can be wide.',
  'A run of github-action-benchmark and of autocannon-compare is 10 s of load on one arm. A run of benchstat and of the t interval is what one arm was given in one block.',
  'The rows of Throughput Gate are the resampled jobs of the tables above. Any gating metric can make them red, not only throughput. Their time is the mean until the verdict on unchanged code; the other rules always take the same time.',
];
