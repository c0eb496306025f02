/** Measures what a self-test still lacks: doses, chunks of blocks, whole jobs. */
import { isDeepStrictEqual } from 'node:util';
import { subjectName } from '../config/experiment/experiment.ts';
import { drawSalt, saltIn, withhold } from '../config/experiment/withhold.ts';
import { drawSeed } from '../config/settings/seed.ts';
import { durationText } from '../config/values/duration.ts';
import { machineDifferences } from '../judge/machine/differences.ts';
import { readEnvironment } from '../measure/environment/environment.ts';
import type { Measurement } from '../measure/observed/measurement.ts';
import { seedFor } from '../plan/order.ts';
import { differencesText } from '../report/notices/difference.ts';
import { UserError } from '../system/messages/problem.ts';
import { TOOL } from '../system/program/runtime.ts';
import { SCHEMA } from '../system/shapes/schema-versions.ts';
import { calibrate, meanEffect } from './calibrate.ts';
import { knobDoses, knobInjection, pauseDoses } from './doses.ts';
import type { SelfTestFolder } from './folder.ts';
import type { Dose, SelfTestJob, SelfTestRecord } from './record.ts';
import { runOnce, type SelfTestSetup } from './run-once.ts';
import { schedule, type Task } from './schedule.ts';
import { treeHash } from './trees.ts';
import { chunksOf, turnsOf } from './turns.ts';

/** What the user asks for. */
export interface Wishes {
  /** Drops in throughput, ascending. */
  doses: number[];
  /** Variable that makes the server do more work per request; null: its processes are stopped for a share of the time. */
  knob: string | null;
  blocks: number;
  jobs: number;
  /** Null: that of what was begun, or a new one. */
  seed: number | null;
}

/** Told before each task, and before the dose of the knob is found out, which takes runs of its own. */
export type Begins =
  | { kind: 'calibration'; knob: string }
  | { kind: 'task'; task: Task; asked: number | null; position: number; count: number };

export interface Watcher {
  begins: (what: Begins) => void;
  done: (what: Done) => void;
  /** No further task may begin. */
  isTime: () => boolean;
}

/** Told once for each task that was done. */
export interface Done {
  task: Task;
  /** Position among all tasks, from 1, and their number. */
  position: number;
  count: number;
  seconds: number;
  blocks: number;
  /** Of each dose: ln(cost ratio), head over base. */
  effects: readonly { asked: number; throughput: number; cpu: number | null }[];
}

/** Goes on with the record that is in the folder, or begins one. */
export async function measureSelfTest(
  setup: SelfTestSetup,
  folder: SelfTestFolder,
  wishes: Wishes,
  { begins, done, isTime }: Watcher,
): Promise<void> {
  const tree = await treeHash(setup.headDir);
  const begun =
    (await folder.record()) ?? (await beginRecord(setup, folder, { ...wishes, begins }, tree));
  assertSame(setup, begun, wishes, { dir: folder.dir, tree });
  await assertSameExperiment(setup, folder);
  const machine = machineDifferences(begun.environment, readEnvironment(process.env));
  if (machine.length > 0) {
    const message = `this is another machine than the one on which this self-test was begun (${differencesText(machine)}): the doses come from the first, and sizes are only as right as they are here`;
    setup.emit({ type: 'warning', subject: null, message });
  }
  const record = extendRecord(begun, wishes, folder.dir);
  if (record !== begun) folder.begin(record);
  if (!record.takesTurns) {
    const message =
      'this self-test was begun by an older version, whose runs had one dose each: what there is of it is judged, and nothing is added';
    setup.emit({ type: 'warning', subject: null, message });
    return;
  }
  const tasks = schedule(record, setup.experiment.gate.tolerance.throughput);
  for (const [i, task] of tasks.entries()) {
    if (isDone(folder, task)) continue;
    if (isTime()) return;
    const place = { position: i + 1, count: tasks.length };
    begins({ kind: 'task', task, asked: askedOf(record, task), ...place });
    const { measurement, seconds } = await measureTask(setup, record, task);
    if (task.kind === 'run') folder.keepRun(task.index, measurement);
    else folder.keepJob(task.dose, task.index, { schemaVersion: 1, seconds, measurement });
    done({
      task,
      ...place,
      seconds,
      blocks: measurement.subjects[0]?.blocks.length ?? 0,
      effects: effectsOf(record, task, measurement),
    });
  }
}

function isDone(folder: SelfTestFolder, task: Task): boolean {
  return task.kind === 'run' ? folder.hasRun(task.index) : folder.hasJob(task.dose, task.index);
}

async function measureTask(setup: SelfTestSetup, record: SelfTestRecord, task: Task) {
  if (task.kind === 'run') {
    return await runOnce(setup, {
      seed: seedFor(record.seed, `run ${task.index}`),
      injection: turnsOf(record, task.index),
      blocks: task.blocks,
    });
  }
  const dose = record.doses.find(({ name }) => name === task.dose) as Dose;
  return await runOnce(setup, {
    seed: seedFor(record.seed, `job ${task.dose} ${task.index}`),
    injection: dose.injection,
    // Of two copies of one build neither is head: the rule is asked both ways.
    isMirrored: dose.asked === 0,
  });
}

/** Null for a run, which has all of them in turn. */
function askedOf({ doses }: SelfTestRecord, task: Task): number | null {
  return task.kind === 'run' ? null : (doses.find(({ name }) => name === task.dose)?.asked ?? null);
}

/** Of each dose of the task. */
function effectsOf(record: SelfTestRecord, task: Task, measurement: Measurement): Done['effects'] {
  if (task.kind === 'job') {
    const dose = record.doses.find(({ name }) => name === task.dose) as Dose;
    return [{ asked: dose.asked, ...meanEffect(measurement) }];
  }
  const chunks = chunksOf(
    [measurement],
    record.doses.map(({ name }) => name),
  );
  return record.doses.flatMap(({ name, asked }) =>
    (chunks.get(name) ?? []).map((chunk) => ({ asked, ...meanEffect(chunk) })),
  );
}

async function beginRecord(
  setup: SelfTestSetup,
  folder: SelfTestFolder,
  { doses, knob, blocks, jobs, seed: asked, begins }: Wishes & Pick<Watcher, 'begins'>,
  tree: string,
): Promise<SelfTestRecord> {
  const { experiment } = setup;
  const seed = asked ?? drawSeed();
  const [subject] = experiment.subjects;
  if (subject === undefined) throw new Error('a self-test needs a subject');
  const isInjected = doses.some((drop) => drop > 0);
  if (knob !== null && isInjected) begins({ kind: 'calibration', knob });
  const calibration = knob === null || !isInjected ? null : await calibrate(setup, knob, seed);
  const record: SelfTestRecord = {
    schemaVersion: SCHEMA['self-test'],
    tool: TOOL,
    startedAt: new Date().toISOString(),
    environment: readEnvironment(process.env),
    tree,
    subject,
    seed,
    method: knob === null ? 'pauses' : 'knob',
    knob,
    calibration,
    budgetMs: experiment.gate.budgetMs,
    doses:
      knob === null || calibration === null
        ? pauseDoses(doses)
        : knobDoses(doses, knob, calibration),
    takesTurns: true,
    ruler:
      knob === null || calibration === null
        ? null
        : { units: calibration.units, injection: knobInjection(knob, calibration.units) },
    blocks,
    jobs,
  };
  folder.begin(record);
  return record;
}

/** More of the same may be asked for later; what is there stays as it is. */
function extendRecord(
  record: SelfTestRecord,
  { blocks, jobs }: Wishes,
  dir: string,
): SelfTestRecord {
  const isSame = blocks <= record.blocks && jobs <= record.jobs;
  if (isSame) return record;
  if (!record.takesTurns) {
    throw new UserError({
      where: dir,
      message:
        'the self-test in this folder was begun by an older version, whose runs had one dose each: it can be read, and not gone on with',
      hint: `ask for the ${record.blocks} blocks and ${record.jobs} jobs that it has, or give another folder with --out`,
    });
  }
  return {
    ...record,
    blocks: Math.max(blocks, record.blocks),
    jobs: Math.max(jobs, record.jobs),
  };
}

/** Another question must not be answered with the blocks of this one. */
function assertSame(
  { experiment }: SelfTestSetup,
  record: SelfTestRecord,
  { doses, knob, seed }: Wishes,
  { dir, tree }: { dir: string; tree: string },
): void {
  const [subject] = experiment.subjects;
  const now: [string, string, string][] = [
    ['subject', subjectName(record.subject), subject === undefined ? '' : subjectName(subject)],
    ['doses', listed(record.doses.map(({ asked }) => asked)), listed(doses)],
    ['knob', record.knob ?? 'none', knob ?? 'none'],
    ['budget', durationText(record.budgetMs), durationText(experiment.gate.budgetMs)],
    ['version', record.tool.version, TOOL.version],
    ['the files', record.tree.slice(0, 12), tree.slice(0, 12)],
    ...(seed === null
      ? []
      : [['seed', String(record.seed), String(seed)] as [string, string, string]]),
  ];
  const different = now.filter(([, then, asked]) => then !== asked);
  if (different.length === 0) return;
  throw new UserError(
    different.map(([what, then, asked]) => ({
      where: dir,
      message: `the self-test in this folder was begun with ${what} ${then}, now it is ${asked}`,
      hint: 'go on with what it was begun with, or give another folder with --out',
    })),
  );
}

/** The same for what the record does not hold: how the server is started and loaded, and what the gate asks of it. */
async function assertSameExperiment(
  { experiment }: SelfTestSetup,
  folder: SelfTestFolder,
): Promise<void> {
  const { chunks, jobs } = await folder.read();
  const [then] = [
    ...chunks.values(),
    ...[...jobs.values()].map((all) => all.map(measurementOf)),
  ].flat();
  if (then === undefined) return;
  const { gate, servers, scenarios } = then.experiment;
  const now = withhold(experiment, saltIn([...servers, ...scenarios]) ?? drawSalt());
  const pairs: [string, unknown, unknown][] = [
    ['the server', servers, now.servers],
    ['the scenario', scenarios, now.scenarios],
    ['the tolerances', gate.tolerance, now.gate.tolerance],
    ['the limits', gate.limits, now.gate.limits],
    ['the false-alarm rate', gate.falseAlarmRate, now.gate.falseAlarmRate],
    ['the metrics that can fail the job', gate.metrics, now.gate.metrics],
  ];
  const different = pairs.filter(([, was, is]) => !isDeepStrictEqual(was, asRead(is)));
  if (different.length === 0) return;
  throw new UserError({
    where: folder.dir,
    message: `the self-test in this folder was begun with other settings: ${different.map(([what]) => what).join(', ')}`,
    hint: 'go on with what it was begun with, or give another folder with --out',
  });
}

/** As it would come back from a file, whose keys may stand in another order. */
function asRead(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function measurementOf({ measurement }: SelfTestJob): Measurement {
  return measurement;
}

function listed(drops: readonly number[]): string {
  return drops.map((drop) => `${Number((100 * drop).toFixed(2))}%`).join(',');
}
