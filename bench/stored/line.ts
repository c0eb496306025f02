/** One run of a series against the calibrator, and which comes next. */
import type { CalibratedValue, CalibratorRates } from '../../src/measure/observed/past-runs.ts';

export type Dose = 'unchanged' | '5 %' | '10 %';

export interface Line {
  fixture: string;
  dose: Dose;
  startedAt: string;
  /** Against the calibrator; null where it could not be told. */
  throughput: CalibratedValue | null;
  cpu: CalibratedValue | null;
  /** Requests per second: the calibrator's own, and head's. */
  calibratorRates: CalibratorRates;
  headRate: number | null;
  /** Blocks, and of these those in which the machine did something else; the share of its time that other processes took, at the median. */
  blocks: number;
  disturbed: number;
  foreign: number | null;
  /** It would be compared with no other run. */
  isBusy: boolean;
  seconds: number;
}

/** Unchanged runs before any other: none could be judged. */
const FIRST = 10;

/** What makes the fixture slower by about so much. */
const ITERATIONS: Readonly<Record<string, Readonly<Record<Dose, number>>>> = {
  'go-http': { unchanged: 0, '5 %': 375, '10 %': 750 },
  'node-http': { unchanged: 0, '5 %': 1000, '10 %': 2000 },
};

export function dosesOf(fixture: string): Readonly<Record<Dose, Record<string, string>>> {
  const own = ITERATIONS[fixture];
  if (own === undefined) throw new Error(`no doses for ${fixture}`);
  const env = (dose: Dose) => ({ KNOB_CPU_ITERATIONS: String(own[dose]) });
  return { unchanged: env('unchanged'), '5 %': env('5 %'), '10 %': env('10 %') };
}

/** After the first ones by chance, as often as each is still wanted; null when there are enough. */
export function nextOf(
  lines: readonly Pick<Line, 'dose'>[],
  wanted: { unchanged: number; slow: number },
  random: () => number = Math.random,
): Dose | null {
  const left = (dose: Dose, most: number) =>
    Math.max(0, most - lines.filter((line) => line.dose === dose).length);
  const open: Dose[] = [
    ...Array.from({ length: left('unchanged', wanted.unchanged) }, () => 'unchanged' as const),
    ...Array.from({ length: left('5 %', wanted.slow) }, () => '5 %' as const),
    ...Array.from({ length: left('10 %', wanted.slow) }, () => '10 %' as const),
  ];
  if (open.length === 0) return null;
  if (lines.filter(({ dose }) => dose === 'unchanged').length < FIRST) return 'unchanged';
  return open[Math.floor(random() * open.length)] ?? null;
}
