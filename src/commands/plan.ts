/** `throughput-gate plan`: what `run` would do, without building or starting anything. */
import path from 'node:path';
import { repoRoot } from '../checkout/find.ts';
import { wantedTrees } from '../checkout/wanted.ts';
import type { Experiment } from '../config/experiment.ts';
import { loadExperiment } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { EXIT } from '../exit.ts';
import { chooseCores } from '../measure/probes/cores.ts';
import { outlineOf } from '../plan/outline.ts';
import { assertRunnable, machineNotes } from '../preflight.ts';
import { formatProblem, UserError } from '../problem.ts';
import { renderOutline } from '../report/outline.ts';
import { toJson } from '../results.ts';
import { placeSubjects } from '../stages/placed.ts';
import { FLAG_NAMES, type RunFlags } from './run.ts';

export type PlanFlags = Pick<
  RunFlags,
  'base' | 'baseDir' | 'headDir' | 'save' | 'against' | 'format'
>;

/** Exit code 2 when this machine could not run it. */
export async function planCommand(
  flags: PlanFlags,
  settings: Settings,
  signal: AbortSignal,
): Promise<number> {
  const cwd = process.cwd();
  const { base } = wantedTrees(flags, cwd, { kind: 'auto' }, (key) => FLAG_NAMES[key]);
  const root = flags.headDir ?? (await repoRoot(cwd, signal)) ?? cwd;
  const loaded = await loadExperiment({ root: path.resolve(root), settings, cwd });
  const cores = chooseCores();
  const { experiment, lacking, warnings } = placeSubjects(loaded.experiment, cores);
  const missing = missingHere(experiment);
  const singleLook = flags.against !== undefined;
  const outline = outlineOf(experiment, cores, { lacking, singleLook });
  const notes = [...loaded.notes, ...warnings, ...machineNotes(experiment), ...missing];
  if (flags.format === 'json') process.stdout.write(toJson({ ...outline, notes }));
  else {
    const text = { base: baseInWords(base, flags), head: flags.headDir ?? 'this work tree', notes };
    process.stdout.write(renderOutline(outline, text));
  }
  return missing.length > 0 ? EXIT.usage : EXIT.ok;
}

/** What `run` would refuse with, before it builds anything. */
function missingHere(experiment: Experiment): string[] {
  try {
    assertRunnable(experiment);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems.map(formatProblem);
  }
}

function baseInWords(base: ReturnType<typeof wantedTrees>['base'], { against }: PlanFlags): string {
  if (against !== undefined) return `the measurement kept in ${against}`;
  switch (base.kind) {
    case 'dir':
      return base.dir;
    case 'ref':
      return `the merge base with ${base.ref}, or that commit`;
    case 'none':
      return 'none: head is measured alone';
    default:
      return 'the merge base with the default branch';
  }
}
