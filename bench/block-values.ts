/**
 * What the value of a block is worth, on recorded blocks: its standard deviation within a run and its mean by dose, as it was
 * judged before (adjacent pairs, a fifth trimmed) and with carry-over taken out, for several shares that are trimmed.
 *
 *     node bench/block-values.ts
 *
 * Every second run is shown apart: one half to choose on, the other to see what the choice is worth. Nothing is measured.
 */
import { markdownTable } from 'markdown-table';
import { mean, sampleVariance } from 'simple-statistics';
import { withoutCarryOver } from '../src/judge/figures/carry-over.ts';
import { trimmedMean } from '../src/judge/figures/trimmed.ts';
import type { BlockMeasurement } from '../src/measure/observed/measurement.ts';
import { type Compared, columnsOf, type Quad, quadsOf } from './recorded/quads.ts';
import { keptNames, readMeasurements } from './records.ts';

interface Run {
  dose: string;
  blocks: BlockMeasurement[];
}

const SHARES = [0.2, 0.3, 0.4];
/** What the value is made of: neighbours, and the CPU time of a group. */
const METRICS: Record<string, (quads: readonly Quad[]) => readonly Compared[]> = {
  throughput: (quads) => quads.flatMap(({ pairs }) => pairs),
  cpu: (quads) => quads.map((quad) => quad.cpu),
};

for (const name of keptNames()) {
  const runs = runsOf(name);
  const halves = {
    'all runs': runs,
    'chosen on': runs.filter((_, i) => i % 2 === 0),
    'shown on': runs.filter((_, i) => i % 2 === 1),
  };
  for (const [metric, compared] of Object.entries(METRICS)) {
    const rows = Object.entries(halves).flatMap(([half, own]) =>
      [false, true].flatMap((isCorrected) =>
        SHARES.map((share) => [
          half,
          isCorrected ? 'taken out' : 'left in',
          `${100 * share} %`,
          ...figuresOf(own, (block) => blockValue(compared(quadsOf(block)), share, isCorrected)),
        ]),
      ),
    );
    const head = ['runs', 'carry-over', 'trimmed', 'sd within a run', 'mean by dose'];
    process.stdout.write(`## ${name}, ${metric}\n\n${markdownTable([head, ...rows])}\n\n`);
  }
}

function runsOf(name: string): Run[] {
  return readMeasurements(name).flatMap(({ dose, measurement }) =>
    measurement.subjects.map(({ blocks }) => ({ dose, blocks: [...blocks] as BlockMeasurement[] })),
  );
}

function figuresOf(runs: readonly Run[], value: (block: BlockMeasurement) => number | null) {
  const byDose = new Map<string, number[]>();
  let [squares, degrees] = [0, 0];
  for (const { dose, blocks } of runs) {
    const values = blocks.flatMap((block) => value(block) ?? []);
    if (values.length < 3) continue;
    squares += (values.length - 1) * sampleVariance(values);
    degrees += values.length - 1;
    byDose.set(dose, [...(byDose.get(dose) ?? []), ...values]);
  }
  const means = [...byDose].map(([dose, all]) => `${dose}: ${percent(mean(all))}`);
  return [percent(Math.sqrt(squares / degrees)), means.join(', ')];
}

function blockValue(
  compared: readonly Compared[],
  share: number,
  isCorrected: boolean,
): number | null {
  const { logs, stays } = columnsOf(compared);
  return trimmedMean(isCorrected ? withoutCarryOver(logs, stays) : logs, share);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(2)} %`;
}
