/**
 * Error rates, power and coverage of the decision rule by simulation, with fixed seeds: writes docs/calibration.md.
 *
 *     node bench/calibration.ts [--jobs 40000]
 *
 * Nothing is measured, so it gives the same page on any machine.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { logCost } from '../src/judge/rule/decide.ts';
import { looksFor } from '../src/plan/looks.ts';
import { ownFile } from '../src/system/program/runtime.ts';
import { NOISES } from '../test/support/block-noise.ts';
import { familyError, powerAtMde, typeOneError } from '../test/support/calibration.ts';
import { type Share, wholeRule } from '../test/support/whole-rule.ts';
import { fewBlocksTable } from './few-blocks-table.ts';
import { intervalTable } from './interval-table.ts';

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '40000' } } });
const JOBS = Number(values.jobs);
const ONE_OF_TWO = { tolerance: 0.05, alpha: 0.01 / 2 };
const ALPHAS = [0.05, 0.01, 0.01 / 3, 0.01 / 6];

const page = `# How the rule behaves, by simulation

Written by \`npm run bench:calibration\`; every figure with its standard error, in points. [How it decides](how-it-decides.md) says what
the rule is, [accuracy](accuracy.md) how it does on real blocks.

## False alarms of one comparison

Share of ${JOBS.toLocaleString('en')} jobs without any change in which the sequential test rejects at any look, for several levels and most blocks (looks as in
every plan). Bounds are computed for normal statistics and applied to Student's t. That costs up to a tenth of the level, and so a tenth of it is kept back ([why](adr/0045-looks.md)).
If two builds are equal, either of them might have been called head. So a block's log-ratio is as likely to lie above zero as the same amount below it,
whatever the server and the machine do. The rows with skew therefore show what another, one-sided design would cost, and not how often this one fails unchanged code. A head that differs from start to start in its own way may have such blocks ([what that does](adr/0113-figures-of-how-it-ended.md#blocks-that-lean-to-one-side)).

${typeOneTable()}

If each block resembles the one before it, the test does not keep its level. Two things work against this: every block has fresh processes, and both arms meet the
same state of the machine. Whether they suffice is measured, not proven: every self-test looks on real blocks for what neighbours and whole runs have in common all the same ([accuracy](accuracy.md)). Runs of one server had something in
common when all blocks of a run used one copy of the programs ([why, and since when](adr/0042-run-effect.md)).

## Few blocks on a restless machine

Share of ${(JOBS / 2).toLocaleString('en')} jobs over equal builds that the whole rule calls a regression, by tolerance and by how many blocks the budget holds. One of four metrics, so 0.25 % is nominal; blocks differ by 3 %, in which the
floor of half the tolerance helps at 5 % and hardly at 2 %.

${fewBlocksTable(Math.round(JOBS / 2))}

Heavy tails and bursts of other work make the rule more careful, also with four blocks. Blocks that depend on each other make it less so, with four blocks less than with eight: waiting for more of them would be no cure.
Where a server has two states, four blocks may all agree by chance, and a budget of four has no fifth one to ask ([what is done about it](adr/0101-blocks-that-agree.md)).
Whether real blocks of a busy machine do is in [decision 0045](adr/0045-looks.md#four-blocks-on-a-busy-machine).

## False alarms of a job

Share of jobs in which any metric that did not change is rejected, at 1 %, by Holm's procedure on sequential p-values.

${familyTable()}

## Power at the printed MDE

Share of jobs that call a change as large as the MDE that the report prints a regression, by the whole rule: all looks, the order of
the words, and the floor of half the tolerance. One of two metrics (0.5 %), tolerance 5 %; 80 % is promised.

${powerTable()}

## The whole rule: stopping, intervals, bias

One comparison at 1 %, at most 20 blocks, 3 % noise, tolerance 5 %. *Coverage*: printed 95 % intervals that contain the true change. *Bias*: how far the estimate at that moment lies above the true change, on average. A comparison stops early because the change looks small, or because it looks large. So the estimate of a small change is a little too small on average, and that of a large one a little too large.

${ruleTable()}

## The printed interval

Share of jobs whose interval holds the true drop, in %: plain t interval → printed interval. One of four metrics (0.25 %), at most 26 blocks, ${(JOBS / 5).toLocaleString('en')} jobs in each
cell, good to half a point. *Recorded*: blocks of 1.6 s that are drawn from the slices of the Go and Node.js servers in \`bench/records\`, each job from one run, by what they differ from the run's mean by. *Width*: of the printed intervals over plain ones, on average. *Against its word*: jobs in all
cells of the row whose interval reaches to where the word says that the change is not, or does not hold the estimate. [What the interval is](how-it-decides.md#the-interval), [why](adr/0062-interval-at-the-stop.md).

${intervalTable(Math.round(JOBS / 5))}

Back to the [README](../README.md).
`;
writeFileSync(ownFile('docs/calibration.md'), page);
process.stdout.write(page);

function typeOneTable(): string {
  const rows = NOISES.flatMap(({ name, draw }) =>
    [6, 8, 13, 20, 30, 60].map((blocks) => [
      name,
      String(blocks),
      ...typeOneError(draw, { alphas: ALPHAS, blocks, jobs: JOBS, seed: blocks }).map(text),
    ]),
  );
  return markdownTable([
    ['block values', 'blocks', 'at 5 %', 'at 1 %', 'at 0.33 %', 'at 0.17 %'],
    ...rows,
  ]);
}

function familyTable(): string {
  const jobs = Math.round(JOBS / 5);
  const rows = [2, 6, 18].flatMap((metrics) =>
    [0, 0.25, 0.8].flatMap((correlation) =>
      [0, Math.floor(metrics / 2)].map((slower) => {
        const found = familyError({ metrics, correlation, slower, jobs, seed: 11 });
        return [String(metrics), String(correlation), String(slower), text(found)];
      }),
    ),
  );
  return markdownTable([
    ['metrics', 'correlation', 'really slower', `false alarms, ${jobs.toLocaleString('en')} jobs`],
    ...rows,
  ]);
}

function powerTable(): string {
  const jobs = Math.round(JOBS / 2);
  const rows = [6, 10, 20].map((blocks) => [
    String(blocks),
    ...[0.01, 0.03, 0.08].map((sd) =>
      text(powerAtMde({ ...ONE_OF_TWO, sd, looks: looksFor(blocks), jobs, seed: 13 })),
    ),
  ]);
  return markdownTable([['blocks', 'noise 1 %', 'noise 3 %', 'noise 8 %'], ...rows]);
}

function ruleTable(): string {
  const jobs = Math.round(JOBS / 4);
  const rows = [0, 0.02, 0.025, 0.03, 0.035, 0.05, 0.1].map((drop) => {
    const effect = logCost('throughput', drop);
    const rule = { tolerance: 0.05, alpha: 0.01, looks: looksFor(20) };
    const found = wholeRule({ ...rule, effect, sd: 0.03, jobs, seed: 17 });
    return [
      `${Number((100 * drop).toFixed(1))} %`,
      text(found.regression),
      text(found.unchanged),
      text(found.coverage),
      `${(100 * found.bias).toFixed(2)} points`,
    ];
  });
  return markdownTable([['true drop', 'regression', 'unchanged', 'coverage', 'bias'], ...rows]);
}

function text({ share, se }: Share): string {
  const digits = share < 0.02 ? 2 : 1;
  return `${(100 * share).toFixed(digits)} ± ${(100 * se).toFixed(digits)} %`;
}
