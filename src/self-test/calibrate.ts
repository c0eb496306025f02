/** What a unit of the knob costs: found with one dose that is large enough to be measured well. */
import { mean } from 'simple-statistics';
import { pairValue } from '../judge/rule/estimate.ts';
import type { BlockMeasurement, Measurement } from '../measure/observed/measurement.ts';
import { UserError } from '../system/messages/problem.ts';
import { knobInjection, unitsToCost } from './doses.ts';
import type { SelfTestRecord } from './record.ts';
import { runOnce, type SelfTestSetup } from './run-once.ts';

/** First guess; a knob of microseconds needs fewer, one of loop iterations more. */
const FIRST_UNITS = 100;
/**
 * ln(cost ratio) of a dose that is plain to see, and no further from the doses than it must be: what a unit costs is not the
 * same for a server that has twice as much to do.
 */
const WANTED = { least: 0.15, most: 0.4 };
/** More of a request's cost that is aimed at. */
const WANTED_COST = 0.3;
const TRIES = 6;
const BLOCKS = { look: 3, calibrate: 10 };

export async function calibrate(
  setup: SelfTestSetup,
  knob: string,
  seed: number,
): Promise<NonNullable<SelfTestRecord['calibration']>> {
  let units = FIRST_UNITS;
  let last = '';
  for (let i = 0; i < TRIES; i++) {
    const seen = await effectOf(setup, { knob, units, seed: seed + i, blocks: BLOCKS.look });
    if (seen.throughput >= WANTED.least && seen.throughput <= WANTED.most) {
      const { throughput, cpu } = await effectOf(setup, {
        knob,
        units,
        seed: seed + TRIES,
        blocks: BLOCKS.calibrate,
      });
      return { units, blocks: BLOCKS.calibrate, throughput, cpu };
    }
    const added = Math.round(100 * Math.expm1(seen.throughput));
    last = `${units} of it made a request dearer by ${added}%`;
    // A dose that does nothing yet may be a hundred times too small, but no further is trusted at once.
    units = Math.min(units * 100, unitsToCost(WANTED_COST, units, seen.throughput));
  }
  throw new UserError({
    where: `--knob ${knob}`,
    message: `no number of it was found that makes a request dearer by 16 to 49%: ${last}`,
    hint: `the server must read ${knob} from its environment as a whole number, and do so much more work per request`,
  });
}

async function effectOf(
  setup: SelfTestSetup,
  given: { knob: string; units: number; seed: number; blocks: number },
): Promise<{ throughput: number; cpu: number | null }> {
  const { knob, units, seed, blocks } = given;
  const injection = knobInjection(knob, units);
  const { measurement } = await runOnce(setup, { seed, injection, blocks });
  return meanEffect(measurement);
}

/** ln(cost ratio), head over base. */
export function meanEffect({ subjects }: Measurement): { throughput: number; cpu: number | null } {
  const blocks = subjects.flatMap((subject) => subject.blocks);
  const of = (metric: 'throughput' | 'cpu') =>
    blocks.flatMap((block: BlockMeasurement) => pairValue(metric, block) ?? []);
  const [throughput, cpu] = [of('throughput'), of('cpu')];
  return {
    throughput: throughput.length === 0 ? 0 : mean(throughput),
    cpu: cpu.length === 0 ? null : mean(cpu),
  };
}
