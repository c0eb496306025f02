/**
 * The program on one page: two trees, built, rehearsed, measured look by look, judged, reported.
 *
 * `Experiment → plan.json → measurement.json → verdict.json → comment.md, summary.md`
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { buildArm } from './checkout/build.ts';
import { prepareTrees, type Trees, type TreesOptions } from './checkout/trees.ts';
import { type Cleanup, cleanup } from './cleanup.ts';
import { type Arm, type Experiment, type Server, subjectName } from './config/experiment.ts';
import { fillServer } from './config/placeholders.ts';
import type { Emit } from './events.ts';
import { startGuard } from './guard.ts';
import { toBaseline } from './history/baseline.ts';
import type { Store } from './history/store.ts';
import { incomparable } from './judge/comparable.ts';
import { judge, unresolved } from './judge/judge.ts';
import { lookEvents, soFar } from './judge/so-far.ts';
import type { Verdict } from './judge/verdict.ts';
import {
  emptySubject,
  measureBlocks,
  prepareServers,
  rehearseSubject,
  releaseServers,
} from './measure/campaign.ts';
import { startGenerator } from './measure/load/client.ts';
import type { Failure, Measurement } from './measure/measurement.ts';
import { chooseCores, pinSelf } from './measure/probes/cores.ts';
import { readEnvironment } from './measure/probes/environment.ts';
import { MARKER } from './measure/probes/tree.ts';
import type { Workbench } from './measure/workbench.ts';
import { planSubject } from './plan/make.ts';
import { drawSeed } from './plan/seed.ts';
import { renderComment } from './report/comment.ts';
import { renderSummary } from './report/summary.ts';
import { type Results, toJson } from './results.ts';
import { TOOL } from './runtime.ts';

export interface GateRequest {
  experiment: Experiment;
  /** Where head and base come from; `none` when head is measured alone. */
  trees: Omit<TreesOptions, 'signal' | 'log' | 'made'>;
  /** Compare head with this store's latest measurement instead of a base. */
  against: Store | null;
  /** Keep the measurement there. */
  save: Store | null;
  results: Results;
  seed: number | null;
  /** Environment for builds and servers. */
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  emit: Emit;
}

/** Runs the gate. Whatever happens, nothing that it started or made is left, except the results. */
export async function runGate(request: GateRequest): Promise<Verdict> {
  const { experiment, results, emit, signal } = request;
  const names = experiment.subjects.map(subjectName);
  emit({ type: 'started', subjects: names, budgetMs: experiment.gate.budgetMs });
  const stored =
    request.against && toBaseline(await request.against.latest(), request.against.name);

  await using undo = cleanup();
  const marker = `${randomBytes(6).toString('hex')}.`;
  const guard = undo.use(startGuard());
  guard.add({ kill: marker });
  const trees = undo.use(
    await prepareTrees({
      ...request.trees,
      signal,
      log: (message) => emit({ type: 'note', message }),
      made: (root, records) => {
        guard.add({ remove: root });
        if (records !== null) guard.add({ forget: root, records });
      },
    }),
  );

  const env = { ...request.env, [MARKER]: marker };
  const broken = await buildAll(request, trees, env);
  const measurement = startMeasurement(request, trees, stored);
  const built = experiment.servers.filter((server) => !broken.has(server.name));
  const bench = await openWorkbench(request, trees, measurement, { env, marker, undo, built });

  await rehearseAll(request, bench, measurement, broken, trees);
  results.write('plan', toJson(measurement.plan));
  await measureUntilResolved(request, bench, measurement);

  const verdict = judge(measurement);
  results.write('measurement', toJson(measurement));
  results.write('verdict', toJson(verdict));
  results.write('comment', renderComment(verdict));
  results.write('summary', renderSummary(verdict));
  if (request.save !== null) await request.save.keep(measurement);
  emit({ type: 'finished', verdict: verdict.verdict });
  return verdict;
}

/** Builds every server in every tree, one after the other, before anything is measured. */
async function buildAll(
  { experiment, signal, emit }: GateRequest,
  trees: Trees,
  env: NodeJS.ProcessEnv,
): Promise<Map<string, Failure>> {
  const broken = new Map<string, Failure>();
  for (const server of experiment.servers) {
    for (const [arm, tree] of Object.entries(trees.arms) as [Arm, { dir: string }][]) {
      if (server.build !== null) emit({ type: 'building', server: server.name, arm });
      const result = await buildArm({
        server: fillServer(server, { arm, dir: tree.dir }),
        arm,
        dir: tree.dir,
        env,
        signal,
        output: (line) => emit({ type: 'build-line', server: server.name, arm, line }),
      });
      if (server.build !== null) {
        emit({ type: 'built', server: server.name, arm, ok: result.ok });
      }
      // A head that does not build outranks a base that does not: it is the change's own fault.
      if (!result.ok && broken.get(server.name)?.arm !== 'head') {
        const message = [result.message, ...result.tail.map((line) => `  ${line}`)].join('\n');
        broken.set(server.name, { arm, stage: 'build', message });
      }
    }
  }
  return broken;
}

function startMeasurement(
  { experiment, seed, env }: GateRequest,
  trees: Trees,
  stored: Measurement['stored'],
): Measurement {
  const sources: Measurement['sources'] = {};
  for (const [arm, tree] of Object.entries(trees.arms)) sources[arm as Arm] = tree.source;
  return {
    schemaVersion: 1,
    tool: TOOL,
    startedAt: new Date().toISOString(),
    environment: readEnvironment(env),
    sources,
    experiment,
    plan: {
      schemaVersion: 1,
      tool: TOOL,
      seed: seed ?? drawSeed(),
      arms: trees.arms.base === undefined ? ['head'] : ['base', 'head'],
      cores: chooseCores(),
      subjects: [],
    },
    stored,
    subjects: [],
  };
}

async function openWorkbench(
  { signal, emit }: GateRequest,
  trees: Trees,
  { plan }: Measurement,
  {
    env,
    marker,
    undo,
    built,
  }: { env: NodeJS.ProcessEnv; marker: string; undo: Cleanup; built: readonly Server[] },
): Promise<Workbench> {
  if (plan.cores.note !== null) emit({ type: 'warning', subject: null, message: plan.cores.note });
  undo.defer(pinSelf(plan.cores));
  const logs = path.join(trees.root, 'logs');
  mkdirSync(logs, { recursive: true });
  const dirs: Workbench['dirs'] = {};
  for (const [arm, tree] of Object.entries(trees.arms)) dirs[arm as Arm] = tree.dir;
  const generator = undo.use(await startGenerator({ cores: plan.cores.generator }));
  const bench: Workbench = {
    dirs,
    cores: plan.cores,
    generator,
    env,
    logs,
    marker,
    ports: new Map(),
    starts: 0,
    signal,
  };
  undo.defer(async () => {
    const troubles = await releaseServers(bench, built, plan.arms);
    for (const message of troubles) emit({ type: 'warning', subject: null, message });
  });
  return bench;
}

/** Meets every subject once, so that a mistake in the last one is found before the first is measured. */
async function rehearseAll(
  { experiment, trees: request, save, emit }: GateRequest,
  bench: Workbench,
  measurement: Measurement,
  broken: Map<string, Failure>,
  trees: Trees,
): Promise<void> {
  const { plan, stored } = measurement;
  const usable = experiment.servers.filter((server) => !broken.has(server.name));
  for (const [name, failure] of await prepareServers(bench, usable, plan.arms)) {
    broken.set(name, failure);
  }
  const pointless = trees.missingBase !== null && request.base.kind !== 'none' && save === null;
  // The judge says why; measuring would not change its mind.
  const incompatible =
    stored !== null && incomparable(measurement, stored).length > 0 && save === null;
  for (const subject of experiment.subjects) {
    const failure = broken.get(subject.server) ?? null;
    if (failure !== null) {
      measurement.subjects.push({ ...emptySubject(subject), failure });
      continue;
    }
    const name = subjectName(subject);
    emit({ type: 'rehearsing', subject: name });
    const { measured, pace } = await rehearseSubject(bench, experiment, subject, plan.arms);
    measurement.subjects.push(measured);
    if (pace === null) continue;
    emit({ type: 'rehearsed', subject: name, rates: ratesOf(measured) });
    if (incompatible) continue;
    if (pointless) {
      measured.failure = { arm: 'base', stage: 'build', message: trees.missingBase as string };
      continue;
    }
    const planned = planSubject({
      subject,
      arms: plan.arms,
      budgetMs: experiment.gate.budgetMs,
      pace,
      seed: plan.seed,
      singleLook: stored !== null,
    });
    plan.subjects.push(planned.plan);
    if (planned.overrunMs > 0) {
      const message = `the budget is too short for six blocks of this server: it will take ${Math.ceil(planned.overrunMs / 1000)} s longer`;
      emit({ type: 'warning', subject: name, message });
    }
    emit({
      type: 'planned',
      subject: name,
      looks: planned.plan.looks,
      blockMs: planned.plan.blockMs,
    });
  }
}

function ratesOf({ rehearsal }: Measurement['subjects'][number]): Partial<Record<Arm, number>> {
  const entries = Object.entries(rehearsal?.arms ?? {}).map(([arm, seen]) => [arm, seen.rate]);
  return Object.fromEntries(entries);
}

/** Look by look over all subjects; who is decided gets no more blocks. */
async function measureUntilResolved(
  { experiment, results, emit }: GateRequest,
  bench: Workbench,
  measurement: Measurement,
): Promise<void> {
  const { plan } = measurement;
  const told = new Set<string>();
  for (const event of lookEvents(measurement, told)) emit(event);
  const stages = Math.max(0, ...plan.subjects.map((subject) => subject.looks.length));
  for (let stage = 0; stage < stages; stage++) {
    const open = new Set(unresolved(measurement));
    for (const subject of plan.subjects) {
      const measured = measurement.subjects.find((m) => subjectName(m) === subjectName(subject));
      const until = subject.looks[stage];
      if (measured === undefined || until === undefined || !open.has(subjectName(subject)))
        continue;
      await measureBlocks(bench, experiment, subject, measured, until, (event) =>
        emit(
          event.type === 'block-done' ? { ...event, soFar: soFar(measurement, measured) } : event,
        ),
      );
    }
    results.write('measurement', toJson(measurement));
    for (const event of lookEvents(measurement, told)) emit(event);
  }
}
