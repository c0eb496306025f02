/** One whole run of head against the calibrator, with no earlier runs to compare with: what it would leave in a history. */
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { median } from 'simple-statistics';
import { readMeasurement } from '../../src/attempts/result-files.ts';
import { loadExperiment } from '../../src/config/load.ts';
import { disturbance } from '../../src/judge/machine/disturbed.ts';
import { calibratedValue, calibratorRates } from '../../src/judge/past/calibrated.ts';
import { isTooBusy } from '../../src/judge/past/quiet.ts';
import { runGate } from '../../src/run/pipeline.ts';
import { BY_ITSELF, FIXED_CONFIG } from '../../src/run/request.ts';
import { openResults } from '../../src/system/results/results.ts';
import type { BuiltFixture } from '../../test/support/fixture-build.ts';
import { armFolder } from '../gate.ts';
import type { Line } from './line.ts';

export async function measureRun(
  built: BuiltFixture,
  given: { scratch: string; env: Record<string, string>; budget: string; signal: AbortSignal },
): Promise<Omit<Line, 'fixture' | 'dose' | 'startedAt'>> {
  const { scratch, env, budget, signal } = given;
  const began = performance.now();
  const folder = await mkdtemp(path.join(scratch, 'run-'));
  const gate = { budget, metrics: ['throughput', 'cpu'] };
  const head = path.join(folder, 'head');
  const headDir = await armFolder(head, built, { env, scenario: { latency: false }, gate });
  const origin = 'bench';
  const settings = { config: { value: 'gate.json', origin } };
  const { experiment } = await loadExperiment({ root: headDir, settings });
  const results = openResults(path.join(folder, 'out'));
  const nothing = async () => ({ fingerprints: {}, subjects: [] });
  const verdict = await runGate({
    experiment,
    flags: [],
    trees: { cwd: folder, base: { kind: 'none' }, headDir },
    ...BY_ITSELF,
    config: FIXED_CONFIG,
    past: { mode: 'stored', source: { name: 'no history', read: nothing } },
    results,
    seed: null,
    env: { ...process.env, PATH: built.path },
    signal,
    emit: () => {},
  });
  const { subjects } = await readMeasurement(results.path('measurement'));
  const [subject] = subjects;
  if (subject === undefined || subject.failure !== null) {
    throw new Error(subject?.failure?.message ?? `nothing was measured: ${verdict.verdict}`);
  }
  const { blocks, pilot } = subject;
  await rm(folder, { recursive: true, force: true });
  const foreign = blocks.flatMap(({ runner }) => runner.foreign ?? []);
  const seconds = Number(((performance.now() - began) / 1000).toFixed(1));
  return {
    throughput: calibratedValue('throughput', blocks),
    cpu: calibratedValue('cpu', blocks),
    calibratorRates: calibratorRates(blocks),
    blocks: blocks.length,
    disturbed: blocks.filter(({ runner }) => disturbance(runner) !== null).length,
    foreign: foreign.length === 0 ? null : Number(median(foreign).toFixed(3)),
    isBusy: isTooBusy(blocks),
    headRate: pilot?.arms.head?.rate ?? null,
    seconds,
  };
}
