/**
 * How often a comparison of two equal contenders has any wrong answer: a claim answered the wrong way, or one contender ranked above the
 * other. By simulation, with fixed seeds.
 *
 *     node bench/claims.ts [--jobs 4000] [--rate 0.01]
 *
 * Nothing is measured, so it prints the same on any machine.
 */
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { wrongAnswers } from '../test/support/claim-jobs.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '4000' },
    rate: { type: 'string', default: '0.01' },
  },
});
const [jobs, rate] = [Number(values.jobs), Number(values.rate)];

const rows = [0.01, 0.03, 0.08].map((sd, i) => {
  const wrong = wrongAnswers({ seed: 100 * (i + 1), jobs, sd, rate });
  const shown = (share: number) => {
    const error = Math.sqrt((share * (1 - share)) / jobs);
    return `${(100 * share).toFixed(2)} ± ${(100 * error).toFixed(2)} %`;
  };
  return [`${100 * sd} %`, shown(wrong.any), shown(wrong.claims), shown(wrong.ranking)];
});
const head = ['noise of a block', 'any wrong answer', 'a claim', 'the ranking'];
process.stdout.write(
  `${jobs.toLocaleString('en')} jobs each, false-alarm rate ${100 * rate} %.\n\n${markdownTable([head, ...rows])}\n`,
);
