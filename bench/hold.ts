/**
 * As many connections as asked for, opened and held against the Go fixture with several processes, as a
 * block of a hold does it.
 *
 *   node bench/hold.ts [--connections 100000] [--protocol http1|websocket] [--open-rate 4000] [--seconds 10]
 *     [--rate 2000] [--workers 6]
 *
 * Prints what became of the connections, how long it took to open them and one of them, latency while all
 * were held, and the server's memory per connection.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { HoldScenario } from '../src/config/experiment/scenario.ts';
import type { Server } from '../src/config/experiment/server.ts';
import { readHoldLimits } from '../src/load/hold/limits.ts';
import { holdersFor } from '../src/load/hold/shares.ts';
import { Neighbours } from '../src/measure/beside/neighbours.ts';
import type { RunContext } from '../src/measure/context/run-context.ts';
import { runHoldBlock } from '../src/measure/hold/block.ts';
import { runHoldPilot } from '../src/measure/hold/pilot.ts';
import { chooseAddresses } from '../src/measure/listening/addresses.ts';
import type { ArmObservation } from '../src/measure/observed/arm-observation.ts';
import { BuildTimes } from '../src/measure/programs/own-programs.ts';
import { KEPT_PROGRAMS } from '../src/measure/programs/program-copies.ts';
import { Remarks } from '../src/measure/told/remarks.ts';
import type { BlockPlan } from '../src/plan/plan.ts';
import { holdNotes, holdProblems } from '../src/preflight/soak.ts';
import { chooseCores, pinSelf } from '../src/system/cpus/cores.ts';
import { formatProblem } from '../src/system/messages/problem.ts';
import { sweep } from '../src/system/processes/kill-strays.ts';
import { READY, STOP } from '../test/support/manners.ts';
import { goProgram } from './servers.ts';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '100000' },
    protocol: { type: 'string', default: 'http1' },
    'open-rate': { type: 'string', default: '4000' },
    seconds: { type: 'string', default: '10' },
    rate: { type: 'string', default: '2000' },
    workers: { type: 'string', default: '6' },
  },
});

const HEAD_ONLY: BlockPlan = {
  ...{ index: 0, startOrder: ['head'], connectOrder: ['head'], warmupOrder: ['head'] },
  ...{ sliceOrder: '', latencyOrder: '', steadyOrder: [] },
};

const scenario = scenarioOf();
const limits = readHoldLimits();
const problems = holdProblems(scenario, limits);
for (const problem of problems) console.log(formatProblem(problem));
for (const note of holdNotes(scenario, limits)) console.log(note);
if (problems.length > 0) process.exit(2);
const folder = await mkdtemp(join(tmpdir(), 'bench-hold-'));
const marker = `bench-hold-${process.pid}.`;
const addresses = chooseAddresses();
const cores = chooseCores();
try {
  const fixture = scenario.protocol === 'http1' ? 'fixtures/go-http' : 'fixtures/go-websocket';
  const program = await goProgram(fixture, fixture, folder);
  if (program === null) process.exit(1);
  const server = serverOf(program.command[0] as string);
  pinSelf(cores);
  const { observation, latencyUs } = await measure(server, contextOf());
  print(observation, latencyUs);
} finally {
  await sweep(marker);
  await addresses[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

function scenarioOf(): HoldScenario {
  const isHttp = values.protocol === 'http1';
  return HoldScenario.parse({
    kind: 'hold',
    name: 'bench',
    protocol: values.protocol,
    tls: null,
    connections: Number(values.connections),
    openPerSecond: Number(values['open-rate']),
    holdMs: 1000 * Number(values.seconds),
    perSecond: Number(values.rate),
    timeoutMs: 10_000,
    request: isHttp
      ? {
          ...{ method: 'GET', path: '/', headers: {}, body: null, bodyFile: null, weight: 1 },
          ...{ ids: null, expect: { status: 200, body: null } },
        }
      : null,
    socket: isHttp
      ? null
      : { path: '/ws/echo', headers: {}, subprotocol: null, message: { bytes: 64, binary: false } },
    serverCores: null,
  });
}

function serverOf(program: string): Server {
  return {
    name: 'fixture',
    workdir: '.',
    build: null,
    buildTimeoutMs: 1_800_000,
    start: `exec '${program}'`,
    listen: { kind: 'port' },
    pairs: 'exclusive',
    ready: { ...READY, path: '/health', status: 200, timeoutMs: 10_000 },
    stop: STOP,
    env: { WORKERS: values.workers },
    before: null,
    after: null,
  };
}

function contextOf(): RunContext {
  return {
    dirs: { head: folder },
    loadDir: folder,
    cores,
    // A hold has processes of its own.
    generator: null as unknown as RunContext['generator'],
    env: { of: () => process.env, own: (_, values) => values, load: process.env, origins: [] },
    logs: folder,
    marker,
    addresses,
    builds: new BuildTimes(),
    programs: KEPT_PROGRAMS,
    starts: { count: 0 },
    answers: null,
    hooks: { count: 0 },
    neighbours: new Neighbours(),
    injection: null,
    printed: () => {},
    form: 'flags',
    remarks: new Remarks({ note: console.log, warn: console.log }),
    signal: new AbortController().signal,
  };
}

async function measure(
  server: Server,
  context: RunContext,
): Promise<{ observation: ArmObservation; latencyUs: number }> {
  const { pilot } = await runHoldPilot(context, server, scenario, ['head']);
  const { block, samples } = await runHoldBlock(context, server, scenario, HEAD_ONLY);
  for (const { kind, message } of samples) console.log(`${kind}: ${message}`);
  return {
    observation: block.arms.head as ArmObservation,
    latencyUs: pilot.arms.head?.medianLatencyUs ?? Number.NaN,
  };
}

function print({ good, attempted, hold, latency }: ArmObservation, aloneUs: number): void {
  if (hold === null || latency === null) return;
  const { rssBeforeBytes, rssHeldBytes, opened } = hold;
  const each = ((rssHeldBytes ?? Number.NaN) - (rssBeforeBytes ?? Number.NaN)) / opened;
  const processes = holdersFor(scenario.connections, limits);
  const named = (list: readonly number[] | null) =>
    list === null ? 'any core' : `core ${list.join()}`;
  console.log(
    `\n${values.workers} server processes on ${named(cores.servers)}, ${processes} generator processes on ${named(cores.generator)}, ${limits.openFiles ?? 'any number of'} files each:\n`,
  );
  const ms = (us: number) => `${(us / 1000).toFixed(2)} ms`;
  const rows = [
    ['connections asked for', String(scenario.connections)],
    ['opened', String(opened)],
    ['refused', String(hold.refused)],
    ['timed out', String(hold.timedOut)],
    ['dropped', String(hold.dropped)],
    ['time to open all', `${(hold.openMs / 1000).toFixed(1)} s`],
    ['… at the rate asked for', `${(scenario.connections / scenario.openPerSecond).toFixed(1)} s`],
    ['connect p50', ms(hold.connectP50Us)],
    ['connect p99', ms(hold.connectP99Us)],
    ['connect max', ms(hold.connectMaxUs)],
    [
      'requests while held',
      `${attempted}, ${attempted - good} failed, ${latency.segments.late.reduce((sum, late) => sum + late, 0)} sent late`,
    ],
    ['latency p50', `${ms(latency.p50Us)} (of 200 connections: ${ms(aloneUs)})`],
    ['latency p99', ms(latency.p99Us)],
    ['latency max', ms(latency.maxUs)],
    ["server's memory per connection", `${(each / 1024).toFixed(1)} KiB`],
  ];
  console.log(markdownTable([['what', 'value'], ...rows], { align: ['l', 'r'] }));
}
