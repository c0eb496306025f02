/** Contenders as they were written → what a versus measures, with everything looked up and nothing placed yet. */
import { findProjects, type Place } from '../checkout/projects.ts';
import type { Experiment } from '../config/experiment/experiment.ts';
import { selectSubjects } from '../config/settings/only.ts';
import type { Setting, Settings } from '../config/settings/settings.ts';
import { assembleVersus } from '../config/versus/assemble.ts';
import { type Project, type ReadVersus, readContenders } from '../config/versus/read.ts';
import { parseSpecs, withheldSpec } from '../config/versus/spec.ts';
import { UserError } from '../system/messages/problem.ts';

export interface VersusTerms {
  experiment: Experiment;
  /** What is placed in both arms. */
  projects: readonly Place[];
  /** Where loads read their files and start their tools, in an arm's tree. */
  loadFolder: string;
  /** The contenders as they may be written down. */
  contenders: string[];
  notes: string[];
}

/** @throws UserError for whatever is wrong with the contenders or their configs */
export async function versusTerms({
  written,
  scenariosOf,
  root,
  cwd,
  settings,
  signal,
}: {
  written: readonly Setting[];
  /** Name of the contender whose scenarios count for all. */
  scenariosOf: Setting | null;
  /** Root of the tree whose config is meant where no folder is named. */
  root: string;
  cwd: string;
  settings: Settings;
  signal: AbortSignal;
}): Promise<VersusTerms> {
  const specs = parseSpecs(written);
  const read = await readContenders({ specs, root, cwd, settings });
  const chosen = scenariosOf === null ? null : projectOf(read, scenariosOf);
  const found = await findProjects(
    read.projects.map((project) => project.root),
    signal,
  );
  const rootOf = (project: Project) => found.roots[read.projects.indexOf(project)] as string;
  const assembled = assembleVersus(read, rootOf, chosen);
  const selected = selectSubjects(assembled.experiment, settings.only ?? []);
  const { experiment, problems } = selected;
  if (problems.length > 0) throw new UserError(problems);
  return {
    experiment,
    projects: found.places,
    loadFolder: rootOf(chosen ?? read.main),
    contenders: specs.map(withheldSpec),
    notes: [...read.projects.flatMap(({ notes }) => notes), ...assembled.notes, ...selected.notes],
  };
}

function projectOf({ contenders }: ReadVersus, { value, origin }: Setting): Project {
  const one = contenders.find(({ name }) => name === value.trim());
  if (one !== undefined) return one.project;
  throw new UserError({
    where: origin,
    message: `no contender is called \`${value.trim()}\``,
    hint: `they are ${contenders.map(({ name }) => name).join(', ')}`,
  });
}
