/** The rules side by side, in Markdown. */
import { NOTHING } from '../../src/report/format.ts';
import { alignedTable } from '../../src/report/table.ts';
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
  'All rules judge throughput, of the same recorded blocks. Red means: head is called slower. A test that calls head faster is not counted here, though on unchanged code that is as wrong.',
  "The rules of others are better off here than in a workflow of their own. Both builds ran on one machine, within minutes; github-action-benchmark usually compares with a number of another day and machine. A run here is made of alternating slices of several blocks, with fresh processes in each; a run of a load tool is one process, whose own luck is in the whole of it. Servers and load generator were pinned, and base's blocks lie right before head's.",
  'Each rule was asked once from every block on, in the order of measuring, starting over at the end. These turns overlap: the intervals (Wilson) count how often the rule could have been asked without any overlap, and not the turns. A share of 100% of few blocks is therefore no certainty.',
  'A run of github-action-benchmark and of autocannon-compare is 10 s of load on one arm. A run of benchstat and of the t interval is what one arm was given in one block.',
  'The rows of Throughput Gate are the resampled jobs of the tables above: any metric that gates can make them red, not throughput alone. Their time is the mean until the verdict on unchanged code; the other rules always take theirs.',
];
