/** One short run of unchanged code: two arms of the same bytes, blocks of slices alone, by the gate's own measuring code. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { subjectName } from '../../src/config/experiment/experiment.ts';
import { loadExperiment } from '../../src/config/load.ts';
import type { Backend } from '../../src/measure/backend.ts';
import { type Addresses, chooseAddresses } from '../../src/measure/listening/addresses.ts';
import { openLiveBackend } from '../../src/measure/live-backend.ts';
import type { BlockMeasurement } from '../../src/measure/observed/measurement.ts';
import { BuildTimes } from '../../src/measure/programs/own-programs.ts';
import { planSubject } from '../../src/plan/make.ts';
import { blockPlans, seedFor } from '../../src/plan/order.ts';
import { NO_PHASES } from '../../src/plan/phases.ts';
import type { CountedEstimate } from '../../src/plan/pilot-estimate.ts';
import { cleanup } from '../../src/system/cleanup/cleanup.ts';
import { startGuard } from '../../src/system/cleanup/guard.ts';
import { chooseCores } from '../../src/system/cpus/cores.ts';
import { MARKER } from '../../src/system/processes/mark.ts';
import type { BuiltFixture } from '../../test/support/fixture-build.ts';
import { armFolder } from '../gate.ts';

/** What is new in each block after the first; `oneFile`: both arms are names of one file. */
export interface Condition {
  oneFile: boolean;
  freshFile: boolean;
  freshPort: boolean;
}

export const CONDITIONS: Readonly<Record<string, Condition>> = {
  'a copy per run': { oneFile: false, freshFile: false, freshPort: false },
  'one file for both': { oneFile: true, freshFile: false, freshPort: false },
  'fresh file and port': { oneFile: false, freshFile: true, freshPort: true },
  'fresh file': { oneFile: false, freshFile: true, freshPort: false },
  'fresh port': { oneFile: false, freshFile: false, freshPort: true },
};

/** What every block of every run of a fixture does. */
export interface Sizes {
  estimate: CountedEstimate;
  warmupRequests: number;
  sliceRequests: number;
  slices: number;
}

const ARMS = ['base', 'head'] as const;
const SLICE_MS = 25;
const SUBJECT = { server: 'api', scenario: 'load' };

/** From one pilot run: then all runs load alike. */
export async function sizesOf(
  built: BuiltFixture,
  { slicesMs, warmupMs, signal }: { slicesMs: number; warmupMs: number; signal: AbortSignal },
): Promise<Sizes> {
  const condition = { oneFile: false, freshFile: false, freshPort: false };
  return await withArms(built, { signal, condition }, async ({ backend }) => {
    const how = { arms: ARMS, cores: null, brokenBase: null, kept: null };
    const met = await backend.pilot(SUBJECT, how);
    if (met.kind === 'failed') throw new Error(met.failure.message);
    const { estimate } = met;
    if (estimate.kind !== 'counted')
      throw new Error(`${SUBJECT.scenario} is no load of counted work`);
    const work = (ms: number) => Math.round((estimate.rate * ms) / 1000);
    return {
      estimate,
      warmupRequests: work(warmupMs),
      sliceRequests: work(SLICE_MS),
      slices: 4 * Math.round(slicesMs / SLICE_MS / 4),
    };
  });
}

export async function measureRun(
  built: BuiltFixture,
  condition: Condition,
  {
    sizes,
    blocks,
    seed,
    signal,
  }: { sizes: Sizes; blocks: number; seed: number; signal: AbortSignal },
): Promise<BlockMeasurement[]> {
  return await withArms(
    built,
    { signal, condition },
    async ({ backend, experiment, renewPorts }) => {
      const [scenario] = experiment.scenarios;
      if (scenario === undefined) throw new Error('no scenario');
      const { estimate, slices, ...load } = sizes;
      const planned = planSubject({
        subject: SUBJECT,
        scenario,
        arms: ARMS,
        pairs: 'live',
        cores: null,
        budgetMs: 60_000,
        estimate,
        seed,
        load: { kind: 'sized', warmUpMs: null },
        looks: { kind: 'after', blocks },
      });
      const given = { arms: ARMS, pairs: 'live', phases: NO_PHASES } as const;
      const orders = { seed: seedFor(seed, subjectName(SUBJECT)), count: blocks, slices };
      const plan = { ...planned.plan, ...load, blocks: blockPlans({ ...given, ...orders }) };
      const measured: BlockMeasurement[] = [];
      let restarts = 0;
      for (const block of plan.blocks) {
        if (condition.freshPort) await renewPorts();
        const result = await backend.block(plan, block, restarts);
        if (result.kind === 'failed') throw new Error(result.failure.message);
        restarts = result.restarts;
        measured.push(result.block);
      }
      return measured;
    },
  );
}

interface Arms {
  backend: Backend;
  experiment: Awaited<ReturnType<typeof loadExperiment>>['experiment'];
  renewPorts(): Promise<void>;
}

/** Trees, generator and ports of a run, as the pipeline makes them; nothing of it is left. */
async function withArms<Result>(
  built: BuiltFixture,
  { signal, condition }: { signal: AbortSignal; condition: Condition },
  act: (arms: Arms) => Promise<Result>,
): Promise<Result> {
  await using undo = cleanup();
  const marker = `${randomBytes(6).toString('hex')}.`;
  const guard = undo.use(startGuard());
  guard.add({ kill: marker });
  const root = await mkdtemp(path.join(os.tmpdir(), 'throughput-gate-run-effect-'));
  guard.add({ remove: root });
  undo.defer(() => rm(root, { recursive: true, force: true }));
  const dirs = { base: path.join(root, 'base'), head: path.join(root, 'head') };
  for (const arm of ARMS) {
    mkdirSync(dirs[arm]);
    await armFolder(dirs[arm], built, { env: {}, scenario: {} });
  }
  if (condition.oneFile) {
    const [base, head] = ARMS.map((arm) => path.join(dirs[arm], programOf(built)));
    rmSync(head as string);
    linkSync(base as string, head as string);
  }
  const { experiment } = await loadExperiment({
    root: dirs.head,
    settings: { config: { value: 'gate.json', origin: 'bench' } },
  });
  let addresses = chooseAddresses((folder) => guard.add({ remove: folder }));
  undo.defer(() => addresses[Symbol.asyncDispose]());
  const current: Addresses = {
    of: (server, arm) => addresses.of(server, arm),
    [Symbol.asyncDispose]: async () => {},
  };
  const env = { ...process.env, PATH: built.path, [MARKER]: marker };
  const backend = await openLiveBackend({
    experiment,
    dirs,
    loadDir: dirs.head,
    root,
    cores: chooseCores(),
    env: { of: () => env, own: (_, values) => values, load: env, origins: [] },
    marker,
    addresses: current,
    builds: new BuildTimes(),
    injection: null,
    form: 'file',
    renewsPrograms: condition.freshFile,
    undo,
    signal,
    emit: () => {},
  });
  const renewPorts = async () => {
    const before = addresses;
    addresses = chooseAddresses((folder) => guard.add({ remove: folder }));
    await before[Symbol.asyncDispose]();
  };
  return await act({ backend, experiment, renewPorts });
}

/** Of what the fixture starts; for an interpreted one it is not in its folder, and not ours to copy. */
function programOf(built: BuiltFixture): string {
  return built.start[0] as string;
}
