/** The action as the tests use it: one sandbox, one origin, one step or more. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext } from 'node:test';
import type { InputName } from '../../src/github/inputs.ts';
import { Verdict } from '../../src/judge/verdict/verdict.ts';
import { Measurement } from '../../src/measure/observed/measurement.ts';
import { Plan } from '../../src/plan/plan.ts';
import { onQuietMachine } from '../support/disturbed.ts';
import {
  type FakeGitHub,
  type FakeGitHubOptions,
  startFakeGitHub,
} from '../support/fake-github.ts';
import { bytesOf, changedBytes, checkout, makeSandbox } from '../support/git.ts';
import { buildBundles, RunningStep, type StepResult } from '../support/runner.ts';
import { type Change, makeOrigin, type Origin, pullRequest, START } from './repository.ts';

/** The shortest run that can be judged, with tolerances far above any machine's noise. */
export const QUICK = {
  start: START,
  budget: '5s',
  connections: '8',
  metrics: 'cpu',
  tolerance: '60%',
} as const satisfies Partial<Record<InputName, string>>;

/** For a `describe`: the action's bundle as it is released, built before its tests and gone after them. */
export function realBundle(): () => string {
  return bundleOf(false);
}

/** The same on scripted servers. */
export function scriptedBundle(): () => string {
  return bundleOf(true);
}

function bundleOf(scripted: boolean): () => string {
  let release = '';
  let bundle = '';
  before(() => {
    release = mkdtempSync(join(tmpdir(), 'tg-release-'));
    bundle = buildBundles(release, { scripted });
  });
  after(() => rmSync(release, { recursive: true, force: true }));
  return () => bundle;
}

export interface Case {
  change: Change;
  with?: Partial<Record<InputName, string>>;
  event?: (origin: Origin) => { name: string; payload: object; ref: string };
  /** What is checked out, and how deep. Default: the merge commit and its parents. */
  at?: { commit: keyof Origin; depth: number };
  github?: FakeGitHub;
  /** What the workflow gives the step beside its inputs. */
  env?: Record<string, string>;
}

export interface Scene {
  dir: string;
  workspace: string;
  /** Every byte of the workspace before the step. */
  untouched: Record<string, string>;
  origin: Origin;
  github: FakeGitHub;
  step: RunningStep;
}

/** Starts the action on a fresh checkout. Everything is gone after the test. */
export async function startGate(t: TestContext, bundle: string, wanted: Case): Promise<Scene> {
  const { dir } = makeSandbox(t);
  const origin = makeOrigin(dir, wanted.change);
  const { commit, depth } = wanted.at ?? { commit: 'merge', depth: 2 };
  const sha = origin[commit];
  const workspace = checkout(join(dir, 'workspace'), origin.url, sha, depth);
  const untouched = bytesOf(workspace);
  const github = wanted.github ?? (await fakeGitHub(t));
  const event = (wanted.event ?? pullRequest)(origin);
  const stepDir = join(dir, 'step');
  mkdirSync(stepDir);
  const step = new RunningStep({
    bundle,
    workspace,
    dir: stepDir,
    apiUrl: github.url,
    event,
    sha,
    with: wanted.with ?? QUICK,
    ...(wanted.env === undefined ? {} : { env: wanted.env }),
  });
  t.after(() => step[Symbol.asyncDispose]());
  return { dir, workspace, untouched, origin, github, step };
}

/** To its end, on a fresh checkout each time; a run on a machine that was too disturbed is repeated. */
export function runGate(
  t: TestContext,
  bundle: string,
  wanted: Case,
): Promise<Scene & { result: StepResult }> {
  return onQuietMachine(
    async () => {
      const scene = await startGate(t, bundle, wanted);
      return { ...scene, result: await scene.step.result };
    },
    ({ result }) => result.outputs['verdict-file'],
  );
}

export async function fakeGitHub(
  t: TestContext,
  options: FakeGitHubOptions = {},
): Promise<FakeGitHub> {
  const github = await startFakeGitHub(options);
  t.after(() => github.close());
  return github;
}

/** What a run left that it should not have: processes, folders, any change in the checkout; each in words. */
export function leftovers({ workspace, untouched, step }: Scene): string[] {
  const folders = readdirSync(step.temp).filter(
    (name) => name.startsWith('throughput-gate-') && !name.startsWith('throughput-gate-results'),
  );
  const changed = changedBytes(workspace, untouched);
  const processes = processesOf(step.temp).map(({ pid, command }) => `process ${pid}: ${command}`);
  return [...processes, ...folders, ...changed];
}

/**
 * Every process that descends from this step: the runner's RUNNER_TEMP, different for each, is
 * inherited by all. `marked`: those that the gate marked as its own servers and builds.
 */
export function processesOf(temp: string): { pid: number; command: string; marked: boolean }[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      if (!environment.includes(`RUNNER_TEMP=${temp}`)) return [];
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
      const marked = environment.some((entry) => entry.startsWith('THROUGHPUT_GATE_RUN='));
      // A zombie has no command line; it only waits to be reaped.
      return command === '' ? [] : [{ pid: Number(pid), command, marked }];
    } catch {
      return [];
    }
  });
}

/** The five files, each read by its own schema. */
export function readResults(outputs: StepResult['outputs']) {
  const text = (name: string) => readFileSync(outputs[name] ?? '', 'utf8');
  const verdict = Verdict.parse(JSON.parse(text('verdict-file')));
  const plan = Plan.parse(JSON.parse(text('plan-file')));
  const measurement = Measurement.parse(JSON.parse(text('measurement-file')));
  assert.deepEqual(measurement.plan, plan);
  assert.equal(verdict.seed, plan.seed);
  for (const name of ['verdict-file', 'plan-file', 'measurement-file', 'summary-file', 'report']) {
    assert.ok(outputs[name]?.startsWith(`${outputs['results-dir']}/`), name);
  }
  return { verdict, commentText: text('report'), summaryText: text('summary-file') };
}
