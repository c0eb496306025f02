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
import { stayed, stayOf, withoutCarryOver } from '../src/judge/carry-over.ts';
import { trimmedMean } from '../src/judge/trimmed.ts';
import type { BlockMeasurement } from '../src/measure/measurement.ts';
import { keptNames, readMeasurements } from './records.ts';

/** Log-ratios of neighbours, head over base, and by how many slices more head followed itself. */
interface Compared {
  logs: number[];
  stays: number[];
}

interface Run {
  dose: string;
  blocks: BlockMeasurement[];
}

const SHARES = [0.2, 0.3, 0.4];
const METRICS = { throughput: pairsOf, cpu: groupsOf } as const;

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
          ...figuresOf(own, (block) => blockValue(compared(block), share, isCorrected)),
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

function blockValue({ logs, stays }: Compared, share: number, isCorrected: boolean): number | null {
  return trimmedMean(isCorrected ? withoutCarryOver(logs, stays) : logs, share);
}

function pairsOf({ sliceOrder, sliceUs, sliceGood }: BlockMeasurement): Compared {
  const cost = (i: number) => Math.log((sliceUs[i] as number) / (sliceGood[i] as number));
  const firsts = Array.from({ length: Math.floor(sliceUs.length / 2) }, (_, i) => 2 * i);
  const sign = (i: number) => (sliceOrder[i] === 'h' ? 1 : -1);
  return {
    logs: firsts.map((i) => sign(i) * (cost(i) - cost(i + 1))),
    stays: firsts.map((i) => (stayed(sliceOrder, i) ? sign(i) : 0)),
  };
}

function groupsOf({ sliceOrder, sliceGood, arms }: BlockMeasurement): Compared {
  const [base, head] = [arms.base?.cpuMs ?? [], arms.head?.cpuMs ?? []];
  const good = (group: number, letter: string) => {
    let sum = 0;
    for (let i = 4 * group; i < 4 * group + 4; i++) {
      if (sliceOrder[i] === letter) sum += sliceGood[i] as number;
    }
    return sum;
  };
  return {
    logs: head.map((ms, group) =>
      Math.log(ms / good(group, 'h') / ((base[group] as number) / good(group, 'b'))),
    ),
    stays: head.map((_, group) => stayOf(sliceOrder, 4 * group, 4 * group + 4)),
  };
}

function percent(value: number): string {
  return `${(100 * value).toFixed(2)} %`;
}
