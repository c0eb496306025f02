/** `throughput-gate self-test`: what the gate would say of an unchanged server and of one that is slower by a known size. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { repoRoot } from '../checkout/find.ts';
import type { Experiment } from '../config/experiment/experiment.ts';
import { subjectName } from '../config/experiment/experiment.ts';
import { DEFAULT_FILES } from '../config/files/find-file.ts';
import { loadExperiment } from '../config/load.ts';
import { flagsOf } from '../config/settings/flags.ts';
import { parseSeed } from '../config/settings/seed.ts';
import type { Settings } from '../config/settings/settings.ts';
import { parseDuration } from '../config/values/duration.ts';
import { EXIT } from '../judge/verdict/exit-code.ts';
import type { Emit } from '../measure/told/events.ts';
import { analyse } from '../self-test/analyse.ts';
import { parseDoses } from '../self-test/doses.ts';
import { selfTestFolder } from '../self-test/folder.ts';
import { beginsLine, selfTestLine } from '../self-test/progress-text.ts';
import { renderSelfTestMarkdown, renderSelfTestText } from '../self-test/render.ts';
import type { SelfTestResult } from '../self-test/result.ts';
import { type Begins, type Done, measureSelfTest } from '../self-test/self-test.ts';
import { type Twins, twinsOfFixture, twinsOfUser } from '../self-test/trees.ts';
import { cleanup } from '../system/cleanup/cleanup.ts';
import { startGuard } from '../system/cleanup/guard.ts';
import { wayInside } from '../system/files/inside.ts';
import { writeWhole } from '../system/files/whole-file.ts';
import { together, UserError } from '../system/messages/problem.ts';
import { toJson } from '../system/results/results.ts';
import { openTerminal } from './terminal.ts';

export const SELF_TEST_OUT = 'throughput-gate-self-test';
/** Of the embedded server. */
const OWN_KNOB = 'KNOB_CPU_ITERATIONS';

export interface SelfTestFlags {
  headDir?: string;
  knob?: string;
  doses: string;
  blocks: string;
  jobs: string;
  seed?: string;
  stopAfter?: string;
  out: string;
  format: 'text' | 'json' | 'markdown';
}

export async function selfTestCommand(
  flags: SelfTestFlags,
  settings: Settings,
  signal: AbortSignal,
): Promise<number> {
  const began = performance.now();
  const { doses, blocks, jobs, stopMs, seed } = await together({
    doses: () => parseDoses(flags.doses, '--doses'),
    blocks: () => count(flags.blocks, '--blocks'),
    jobs: () => count(flags.jobs, '--jobs'),
    stopMs: () => (flags.stopAfter === undefined ? null : duration(flags.stopAfter)),
    seed: () => (flags.seed === undefined ? null : parseSeed(flags.seed, '--seed')),
  });
  const folder = selfTestFolder(path.resolve(flags.out));

  await using undo = cleanup();
  const guard = undo.use(startGuard());
  const scratch = path.join(
    os.tmpdir(),
    `throughput-gate-self-test-${randomBytes(4).toString('hex')}`,
  );
  guard.add({ remove: scratch });
  await mkdir(scratch, { mode: 0o700 });
  undo.defer(() => rm(scratch, { recursive: true, force: true }));
  const terminal = openTerminal();
  undo.defer(terminal.close);

  const cwd = process.cwd();
  const root = path.resolve(flags.headDir ?? (await repoRoot(cwd, signal)) ?? cwd);
  const isOwn =
    flags.headDir === undefined &&
    settings.start === undefined &&
    settings.config === undefined &&
    !hasConfig(root);
  const twins = isOwn
    ? await twinsOfFixture(scratch, signal)
    : await twinsOfUser(scratch, { cwd, headDir: flags.headDir, signal });
  const asked = isOwn
    ? { ...settings, start: { value: 'exec node server.js', origin: 'self-test' } }
    : settings;
  await withoutResults(twins, root, folder.dir);
  const loaded = await loadExperiment({ root: twins.headDir, settings: asked, cwd });
  assertOneSubject(loaded.experiment);
  // Copies have no commits that a second job could check out, and nothing here is to be confirmed.
  const gate = { ...loaded.experiment.gate, onRegression: 'fail' as const };
  const experiment = { ...loaded.experiment, gate };

  const setup = {
    ...twins,
    experiment,
    form: loaded.form,
    flags: flagsOf(asked),
    scratch: path.join(scratch, 'results'),
    signal,
    emit: warningsOnly((line) => process.stderr.write(`  ${line}\n`)),
  };
  const knob = flags.knob ?? (isOwn ? OWN_KNOB : null);
  let measured = 0;
  const isTime = () => stopMs !== null && performance.now() - began >= stopMs;
  const done = (what: Done) => {
    measured++;
    process.stderr.write(`${selfTestLine(what)}\n`);
  };
  try {
    const begins = (what: Begins) => process.stderr.write(`${beginsLine(what)}\n`);
    const watcher = { begins, done, isTime };
    await measureSelfTest(setup, folder, { doses, knob, blocks, jobs, seed }, watcher);
  } catch (error) {
    // A server that breaks after hours must not take with it what they have shown.
    if (measured > 0) writePage(folder.dir, analyse(await folder.read(), {}));
    throw error;
  }
  const result = analyse(await folder.read(), {});
  writePage(folder.dir, result);
  if (flags.format === 'json') process.stdout.write(toJson(result));
  else if (flags.format === 'markdown') process.stdout.write(renderSelfTestMarkdown(result));
  else terminal.say(renderSelfTestText(result));
  return EXIT.ok;
}

function writePage(dir: string, result: SelfTestResult): void {
  writeWhole(path.join(dir, 'self-test.md'), renderSelfTestMarkdown(result));
}

function hasConfig(root: string): boolean {
  return DEFAULT_FILES.some((file) => existsSync(path.join(root, file)));
}

/** What an earlier part of this self-test left in the tree is none of the server's files. */
async function withoutResults(twins: Twins, root: string, out: string): Promise<void> {
  const inside = wayInside(root, out);
  if (!inside) return;
  for (const twin of Object.values(twins)) {
    await rm(path.join(twin, inside), { recursive: true, force: true });
  }
}

/** Each subject has its own noise; a mixture of several would say nothing of any. */
function assertOneSubject({ subjects, scenarios }: Experiment): void {
  const names = subjects.map(subjectName);
  if (names.length !== 1) {
    throw new UserError({
      where: 'self-test',
      message: `there are ${names.length} subjects, a self-test is of one`,
      hint: `choose one with --only: ${names.join(', ')}`,
    });
  }
  if (scenarios.find(({ name }) => name === subjects[0]?.scenario)?.kind === 'hold') {
    throw new UserError({
      where: 'self-test',
      message: 'a hold has no throughput that a slowdown of known size could be put into',
      hint: 'choose another scenario with --only',
    });
  }
}

function warningsOnly(say: (line: string) => void): Emit {
  const told = new Set<string>();
  return (event) => {
    if (event.type !== 'warning' || told.has(event.message)) return;
    told.add(event.message);
    say(event.message);
  };
}

function count(text: string, where: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new UserError({ where, message: `${JSON.stringify(text)} is no whole number` });
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0) return ms;
  throw new UserError({
    where: '--stop-after',
    message: `${JSON.stringify(text)} is no time`,
    hint: 'write 5m or 90s',
  });
}
