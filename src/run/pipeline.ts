/**
 * The program on one page: two trees, built, met in a pilot run, measured look by look, judged, reported.
 *
 * `Experiment → plan.json → measurement.json → verdict.json → comment.md, summary.md, report.html`
 */

import { randomBytes } from 'node:crypto';
import { onlyClaimed } from '../attempts/confirmation.ts';
import { withoutRepository } from '../checkout/git-env.ts';
import { placeProjects } from '../checkout/projects.ts';
import { placedArms, prepareTrees, type Trees, type TreesOptions } from '../checkout/trees.ts';
import { armNames, startsBeside } from '../config/experiment/contenders.ts';
import { type Experiment, subjectName } from '../config/experiment/experiment.ts';
import type { Server } from '../config/experiment/server.ts';
import { judge } from '../judge/judge.ts';
import { sameMachine } from '../judge/verdict/confirmation.ts';
import { sameCode } from '../judge/verdict/same-code.ts';
import type { Backend, BackendTerms, OpenBackend } from '../measure/backend.ts';
import { type Broken, usableArms } from '../measure/failures/arm-failure.ts';
import { chooseAddresses } from '../measure/listening/addresses.ts';
import { openLiveBackend } from '../measure/live-backend.ts';
import type { Measurement } from '../measure/observed/measurement.ts';
import { BuildTimes } from '../measure/programs/own-programs.ts';
import type { Plan } from '../plan/plan.ts';
import { claimNotes } from '../preflight/claims.ts';
import { placeSubjects } from '../preflight/core-placement.ts';
import {
  assertRunnable,
  besideNotes,
  coreNotes,
  machineNotes,
  thisMachine,
} from '../preflight/machine.ts';
import { findingText } from '../report/findings/finding.ts';
import { insteadText } from '../report/notices/instead-of-base.ts';
import { planText } from '../report/plan/outline.ts';
import { cleanup } from '../system/cleanup/cleanup.ts';
import { startGuard } from '../system/cleanup/guard.ts';
import { chooseCores } from '../system/cpus/cores.ts';
import { ownFiles } from '../system/files/own-files.ts';
import { TreeWatch } from '../system/files/tree-watch.ts';
import { MARKER } from '../system/processes/process-tree.ts';
import { toJson } from '../system/results/results.ts';
import type { Arm } from '../terms/arm.ts';
import type { Cores } from '../terms/core-sets.ts';
import { buildAll } from './build.ts';
import { continueEarlier } from './earlier.ts';
import { armEnvironments } from './environment.ts';
import { disowned, type Judged, writeVerdict } from './judged.ts';
import { measureUntilResolved } from './measure.ts';
import { insteadOfBase } from './past.ts';
import { pilotAll } from './pilot.ts';
import { withProfiles } from './profile.ts';
import { forEachProgram } from './programs.ts';
import type { GateRequest } from './request.ts';
import { NOTHING_CHANGED } from './same-code.ts';
import { knownBefore, loadDirOf, startMeasurement } from './started.ts';

/**
 * Runs the gate. Whatever happens, nothing that it started or made is left, except the results. What of those cannot be
 * written is told in `results.troubles`: the verdict stands.
 */
export async function runGate(
  asked: GateRequest,
  openBackend: OpenBackend = openLiveBackend,
): Promise<Judged> {
  const judged = await measureAndJudge(asked, openBackend);
  // Only now does nothing of the change's run any more.
  asked.results.settle();
  return judged;
}

async function measureAndJudge(asked: GateRequest, openBackend: OpenBackend): Promise<Judged> {
  // First of all: the results' folder was cleared, and may be the one that it was read from.
  if (asked.earlier) asked.results.write('measurement', toJson(asked.earlier.measurement));
  const cores = chooseCores({ beside: startsBeside(asked.experiment) });
  const { request, lacking } = begun(asked, cores);
  const { experiment, results, emit, signal } = request;

  await using undo = cleanup();
  const marker = `${randomBytes(6).toString('hex')}.`;
  const guard = undo.use(startGuard());
  guard.add({ kill: marker });
  undo.defer(markOwnCommands(marker));
  const trees = undo.use(
    await treesOf(request, {
      signal,
      log: (message) => emit({ type: 'note', message }),
      warn: (message) => emit({ type: 'warning', subject: null, message }),
      made: (root) => guard.add({ remove: root }),
    }),
  );

  const known = await knownBefore(request, trees);
  const env = { ...withoutRepository(request.env), [MARKER]: marker };
  const environments = await armEnvironments(request, trees, env);
  const addresses = undo.use(chooseAddresses((folder) => guard.add({ remove: folder })));
  const own = environments.now().of('head');
  const started = await startMeasurement(request, trees, { ...known, cores, lacking, env: own });
  const continued = continueEarlier(request, started);
  let measuring: Measurement = { ...started, attempts: continued?.attempts ?? [] };
  const watch = watchTrees(trees, experiment);
  const builds = new BuildTimes();
  const skipped = sameCode(started.sources) ? NOTHING_CHANGED : null;
  let broken: Broken = skipped
    ? new Map()
    : await buildAll(request, trees, { addresses, env: environments.now(), marker, watch, builds });
  const instead = await insteadOfBase(request, measuring, broken);
  if (instead !== undefined) {
    ({ begun: measuring, broken } = instead);
    emit({
      type: 'warning',
      subject: null,
      message: insteadText(instead.why, measuring.past?.from ?? ''),
    });
  }
  for (const finding of sameMachine(measuring)) {
    emit({ type: 'warning', subject: null, message: findingText(finding) });
  }
  if (cores.note !== null) emit({ type: 'warning', subject: null, message: cores.note });
  const shared = { cores, env: environments.settled(), marker, addresses, builds, undo };
  const backend = await openBackend({ ...termsOf(request, trees), ...shared });
  if (skipped === null) undo.defer(() => releaseAll(request, backend, measuring.plan, broken));

  const planned = await pilotAll(request, backend, measuring, {
    skipped,
    broken,
    trees,
    continued,
  });
  results.write('plan', toJson(planned.plan));
  emit({ type: 'note', message: planText(planned.plan.subjects, experiment.gate.jobBudgetMs) });
  const measured = await measureUntilResolved(request, backend, planned);
  const trouble = ownFiles.trouble() ?? watch.measured(backend.replaced?.());
  const measurement =
    trouble === null ? measured.measurement : disowned(measured.measurement, trouble);
  const verdict = trouble === null ? measured.judged.verdict : judge(measurement);
  results.write('measurement', toJson(measurement));
  writeVerdict(results, { measurement, verdict });
  request.history?.collect(measurement, verdict);
  // All is written by now, so that a profiler which breaks the run breaks nothing else.
  const places = { root: trees.root, dirs: termsOf(request, trees).dirs };
  const told = await withProfiles(request, backend, { measurement, verdict, ...places });
  if (told !== verdict) writeVerdict(results, { measurement, verdict: told });
  const isVersus = experiment.servers.some(({ contenders }) => contenders !== undefined);
  emit({ type: 'finished', verdict: told.verdict, ...(isVersus ? { isVersus } : {}) });
  return { measurement, verdict: told };
}

/** What can run on these cores; whoever waits is told what is begun, and what there is to know of it. */
function begun(asked: GateRequest, cores: Cores): { request: GateRequest } & Pick<Plan, 'lacking'> {
  const { confirmationOf: first, emit } = asked;
  const wanted = first === null ? asked.experiment : onlyClaimed(asked.experiment, first);
  const { experiment, lacking, warnings } = placeSubjects(wanted, cores);
  assertRunnable(experiment, thisMachine(asked.env));
  const subjects = experiment.subjects.map(subjectName);
  emit({ type: 'started', subjects, budgetMs: experiment.gate.budgetMs });
  const notes = [...coreNotes(cores), ...machineNotes(experiment), ...claimNotes(experiment)];
  for (const message of [...warnings, ...notes]) {
    emit({ type: 'warning', subject: null, message });
  }
  for (const message of besideNotes(experiment, cores)) emit({ type: 'note', message });
  return { request: { ...asked, experiment }, lacking };
}

function watchTrees({ root, arms, projects, ruleBase }: Trees, { servers }: Experiment): TreeWatch {
  const dirs = placedArms(arms).map(([arm, { dir }]): [Arm, string] => [arm, dir]);
  // The load is made of its files, so head must not write them either.
  if (ruleBase !== undefined) dirs.push(['base', ruleBase.dir]);
  if (projects === undefined) return new TreeWatch(root, new Map(dirs));
  const names = (arm: Arm) => [...new Set(servers.map((one) => armNames(one)[arm]))].join(', ');
  const folders = projects.map(({ folder }) => folder);
  const rivals = { names: { base: names('base'), head: names('head') }, folders };
  return new TreeWatch(root, new Map(dirs), rivals);
}

function treesOf(
  { trees: wanted, config }: GateRequest,
  means: Pick<TreesOptions, 'signal' | 'log' | 'warn' | 'made'>,
): Promise<Trees> {
  if ('projects' in wanted) return placeProjects({ places: wanted.projects, ...means });
  const { ruleBase, ...measured } = wanted;
  // The files that a config names are those beside it, whatever is measured.
  return prepareTrees({ ...(config.from === 'base' ? wanted : measured), ...means });
}

function termsOf(
  request: GateRequest,
  trees: Trees,
): Omit<BackendTerms, 'cores' | 'env' | 'marker' | 'addresses' | 'builds' | 'undo'> {
  const dirs: BackendTerms['dirs'] = {};
  for (const [arm, { dir }] of placedArms(trees.arms)) dirs[arm] = dir;
  const { experiment, config, selfTest, signal, emit } = request;
  const given = { injection: selfTest?.injection ?? null, form: config.form };
  return {
    experiment,
    dirs,
    loadDir: loadDirOf(request, trees),
    root: trees.root,
    ...given,
    signal,
    emit,
  };
}

/** Runs every `after` of what was built. */
async function releaseAll(
  { experiment, emit }: GateRequest,
  backend: Backend,
  { arms }: Pick<Plan, 'arms'>,
  broken: Broken,
): Promise<void> {
  const armsOf = ({ name }: Server) => usableArms(broken, name, arms);
  await forEachProgram(experiment.servers, armsOf, async (server, arm) => {
    for (const message of await backend.release(server, [arm])) {
      emit({ type: 'warning', subject: null, message });
    }
    return [];
  });
}

/** git, the generator and the holders have the marker too: none of them may outlive the gate. */
function markOwnCommands(marker: string): () => void {
  const before = process.env[MARKER];
  process.env[MARKER] = marker;
  return () => {
    if (before === undefined) delete process.env[MARKER];
    else process.env[MARKER] = before;
  };
}
