/** Self-tests of known noise and effect, as if they had been measured. */
import type { Measurement } from '../../src/measure/observed/measurement.ts';
import { knobInjection } from '../../src/self-test/doses.ts';
import { type Dose, RULER, type SelfTest, type SelfTestJob } from '../../src/self-test/record.ts';
import type { BlockRatios } from '../support/block.ts';
import { buildMeasurement, normals } from '../support/measurement.ts';

const KNOB = 'KNOB_CPU_ITERATIONS';

export interface DoseSpec {
  /** Drop in throughput. */
  asked: number;
  blocks: number;
  /** Whole jobs, each of so many blocks. */
  jobs?: number[];
}

export interface SelfTestSpec {
  doses: readonly DoseSpec[];
  /** Of a block's log-ratio. */
  sd: number;
  seed?: number;
  budgetMs?: number;
  slices?: number;
  /** Blocks of a run. */
  chunk?: number;
  /** Standard deviation of what all blocks of a run have in common. */
  runSd?: number;
  /** A large dose in each run, and how much more than was asked each dose really costs, run by run. */
  ruler?: { drop: number; units: number; dearer: (run: number) => number };
}

/** CPU time per request rises by what throughput loses. */
export function buildSelfTest(spec: SelfTestSpec): SelfTest {
  const { doses, sd, seed = 11, budgetMs = 120_000, slices = 4, chunk = 10, runSd = 0 } = spec;
  const { ruler } = spec;
  const z = normals(seed);
  const chunks = new Map<string, Measurement[]>();
  const jobs = new Map<string, SelfTestJob[]>();
  const large = { asked: ruler?.drop ?? 0, blocks: Math.max(...doses.map((d) => d.blocks)) };
  for (const dose of ruler === undefined ? doses : [...doses, large]) {
    const measured = (count: number, run = 0) => {
      const cost = (ruler?.dearer(run) ?? 1) * (1 / (1 - dose.asked) - 1);
      const effect = Math.log1p(cost) + (runSd === 0 ? 0 : runSd * z());
      const block = (): BlockRatios => {
        const shared = z();
        const value = () => effect + sd * (0.5 * shared + Math.sqrt(0.75) * z());
        return { throughput: value(), cpu: value(), memory: 0.001 * z() };
      };
      return buildMeasurement({
        slices,
        gate: { budgetMs },
        subjects: [{ blocks: Array.from({ length: count }, block) }],
      });
    };
    const name = dose === large ? RULER : doseOf(dose, ruler).name;
    const parts: Measurement[] = [];
    for (let left = dose.blocks; left > 0; left -= chunk) {
      parts.push(measured(Math.min(chunk, left), parts.length));
    }
    chunks.set(name, parts);
    if (dose === large) continue;
    jobs.set(
      name,
      ('jobs' in dose ? (dose.jobs ?? []) : []).map((count) => ({
        schemaVersion: 1,
        seconds: 10 + 6 * count,
        measurement: measured(count),
      })),
    );
  }
  const measurement = buildMeasurement({ subjects: [{ blocks: [] }] });
  return {
    record: {
      schemaVersion: 2,
      tool: measurement.tool,
      startedAt: measurement.startedAt,
      environment: measurement.environment,
      tree: '0'.repeat(64),
      subject: { server: 'api', scenario: 'plain' },
      seed,
      method: 'knob',
      knob: KNOB,
      calibration: { units: 400, blocks: 10, throughput: 0.5, cpu: 0.52 },
      budgetMs,
      doses: doses.map((dose) => doseOf(dose, ruler)),
      takesTurns: ruler !== undefined,
      ruler:
        ruler === undefined
          ? null
          : { units: ruler.units, injection: knobInjection(KNOB, ruler.units) },
      blocks: Math.max(...doses.map(({ blocks }) => blocks)),
      jobs: Math.max(...doses.map(({ jobs = [] }) => jobs.length)),
    },
    chunks,
    jobs,
  };
}

/** Its units are a part of the ruler's, as its cost is. */
function doseOf({ asked }: DoseSpec, ruler: SelfTestSpec['ruler']): Dose {
  const cost = (drop: number) => 1 / (1 - drop) - 1;
  const units =
    ruler === undefined ? 0 : Math.round((ruler.units * cost(asked)) / cost(ruler.drop));
  return {
    name: asked === 0 ? 'none' : `${Number((100 * asked).toFixed(2))}pc`,
    asked,
    injection: knobInjection(KNOB, units),
    expected: { throughput: -asked, cpu: 1 / (1 - asked) - 1 },
  };
}
