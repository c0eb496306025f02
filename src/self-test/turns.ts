/** Runs in which all doses take turns: in which order, and what each run has of a dose. Pure. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';
import { doseOf } from '../measure/block/injection.ts';
import type { Injection, Measurement } from '../measure/observed/measurement.ts';
import { seedFor } from '../plan/order.ts';
import { RULER, type SelfTestRecord } from './record.ts';

/** Of one turn of a dose: orders are balanced over each two blocks. */
const BLOCKS_A_TURN = 2;
/** Each dose comes so many times in a run, at least: blocks of one run must show how much they differ among themselves. */
const ROUNDS = 2;
/** Fewer would be little beside the run's start. */
const BLOCKS_AT_LEAST = 10;

type Asked = Pick<SelfTestRecord, 'doses' | 'ruler'>;

function roundsOf({ doses, ruler }: Asked): number {
  const kinds = doses.length + (ruler === null ? 0 : 1);
  return Math.max(ROUNDS, Math.ceil(BLOCKS_AT_LEAST / BLOCKS_A_TURN / kinds));
}

/** Blocks that a run has of each dose. */
export function blocksOfEach(asked: Asked): number {
  return BLOCKS_A_TURN * roundsOf(asked);
}

/** Blocks of a run. */
export function blocksOfRun(asked: Asked): number {
  return blocksOfEach(asked) * (asked.doses.length + (asked.ruler === null ? 0 : 1));
}

/** All doses once before any comes again, each time in another order. */
export function turnsOf(record: Asked & Pick<SelfTestRecord, 'seed'>, index: number): Injection {
  const { doses, ruler } = record;
  const kinds = doses.map(({ name, injection }) => ({ dose: name, ...slowdownOf(injection) }));
  if (ruler !== null) kinds.push({ dose: RULER, ...slowdownOf(ruler.injection) });
  const random = mersenne(seedFor(record.seed, `turns ${index}`));
  const turns: typeof kinds = [];
  for (let round = 0; round < roundsOf(record); round++) {
    const left = [...kinds];
    while (left.length > 0) turns.push(...left.splice(uniformInt(random, 0, left.length - 1), 1));
  }
  const unchanged = doses.find(({ asked }) => asked === 0) ?? doses[0];
  if (unchanged === undefined) throw new RangeError('a self-test without doses');
  // What has no turn, such as the pilot run, is as it is when nothing is put in.
  return { ...slowdownOf(unchanged.injection), turns };
}

function slowdownOf({ env, pauses }: Injection): Pick<Injection, 'env' | 'pauses'> {
  return { env, pauses };
}

/** What each run has of each dose: the run with the blocks of that dose alone. */
export function chunksOf(
  runs: readonly Measurement[],
  doses: readonly string[],
): Map<string, Measurement[]> {
  return new Map(doses.map((dose) => [dose, runs.map((run) => withBlocksOf(run, dose))]));
}

function withBlocksOf(run: Measurement, dose: string): Measurement {
  const isOwn = ({ index }: { index: number }) => doseOf(run.injection, index) === dose;
  return {
    ...run,
    plan: {
      ...run.plan,
      subjects: run.plan.subjects.map((plan) => ({ ...plan, blocks: plan.blocks.filter(isOwn) })),
    },
    subjects: run.subjects.map((subject) => ({
      ...subject,
      blocks: subject.blocks.filter(isOwn),
      replaced: subject.replaced.filter(({ block }) => isOwn(block)),
    })),
  };
}
