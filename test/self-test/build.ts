/** Self-tests of known noise and effect, as if they had been measured. */
import type { Measurement } from '../../src/measure/measurement.ts';
import type { Dose, SelfTest, SelfTestJob } from '../../src/self-test/record.ts';
import { type BlockRatios, buildMeasurement, normals } from '../support/measurement.ts';

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
}

const CHUNK = 10;

/** CPU time per request rises by what throughput loses. */
export function buildSelfTest(spec: SelfTestSpec): SelfTest {
  const { doses, sd, seed = 11, budgetMs = 120_000, slices = 4 } = spec;
  const z = normals(seed);
  const chunks = new Map<string, Measurement[]>();
  const jobs = new Map<string, SelfTestJob[]>();
  for (const dose of doses) {
    const effect = -Math.log(1 - dose.asked);
    const block = (): BlockRatios => {
      const shared = z();
      const value = () => effect + sd * (0.5 * shared + Math.sqrt(0.75) * z());
      return { throughput: value(), cpu: value(), memory: 0.001 * z() };
    };
    const measured = (count: number) =>
      buildMeasurement({
        slices,
        gate: { budgetMs },
        subjects: [{ blocks: Array.from({ length: count }, block) }],
      });
    const { name } = doseOf(dose);
    const parts: Measurement[] = [];
    for (let left = dose.blocks; left > 0; left -= CHUNK)
      parts.push(measured(Math.min(CHUNK, left)));
    chunks.set(name, parts);
    jobs.set(
      name,
      (dose.jobs ?? []).map((count) => ({
        schemaVersion: 1,
        seconds: 10 + 6 * count,
        measurement: measured(count),
      })),
    );
  }
  const measurement = buildMeasurement({ subjects: [{ blocks: [] }] });
  return {
    record: {
      schemaVersion: 1,
      tool: measurement.tool,
      startedAt: measurement.startedAt,
      environment: measurement.environment,
      tree: '0'.repeat(64),
      subject: { server: 'api', scenario: 'plain' },
      seed,
      method: 'knob',
      knob: 'KNOB_CPU_ITERATIONS',
      calibration: { units: 400, blocks: 10, throughput: 0.5, cpu: 0.52 },
      budgetMs,
      doses: doses.map(doseOf),
      blocks: Math.max(...doses.map(({ blocks }) => blocks)),
      jobs: Math.max(...doses.map(({ jobs = [] }) => jobs.length)),
    },
    chunks,
    jobs,
  };
}

function doseOf({ asked }: DoseSpec): Dose {
  return {
    name: asked === 0 ? 'none' : `${Number((100 * asked).toFixed(2))}pc`,
    asked,
    injection: { env: { base: {}, head: {} }, pauses: 0 },
    expected: { throughput: -asked, cpu: 1 / (1 - asked) - 1 },
  };
}
