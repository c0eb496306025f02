/** Each arm's environment: the caller's, without what would make both arms run the same files. */

import { existsSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { withoutCallersTools } from '../checkout/callers-env.ts';
import { repoRoot } from '../checkout/find.ts';
import { GitError, git } from '../checkout/git.ts';
import { leftBehind, type Moved, moveValues, namedIn } from '../checkout/own-paths.ts';
import type { Trees, TreesOptions } from '../checkout/trees.ts';
import type { Experiment } from '../config/experiment.ts';
import type { ArmEnvironment } from '../measure/arm-environment.ts';
import { UserError } from '../system/problem.ts';
import type { Arm } from '../terms/arm.ts';
import type { GateRequest } from './request.ts';

/** Each arm's environment, at any moment of a run. */
export interface ArmEnvironments {
  /** As the trees are now. */
  now(): ArmEnvironment;
  /** As they are when everything is built, from there on; what both arms share all the same is told. */
  settled(): ArmEnvironment;
}

/** @throws UserError for a build or start command that names files which each arm has of its own */
export async function armEnvironments(
  {
    trees: wanted,
    experiment,
    emit,
    signal,
  }: Pick<GateRequest, 'trees' | 'experiment' | 'emit' | 'signal'>,
  trees: Pick<Trees, 'arms'>,
  env: NodeJS.ProcessEnv,
): Promise<ArmEnvironments> {
  const from = await userFolders({ ...wanted, signal }, env);
  const named = assertOwnCommands(experiment, from, inTrees(trees.arms));
  return {
    now: () => armEnvironment(env, trees, from),
    settled: () => {
      const settled = armEnvironment(env, trees, from);
      for (const message of [...named, ...sharedText(settled.shared)]) {
        emit({ type: 'warning', subject: null, message });
      }
      return settled;
    },
  };
}

/**
 * The same before there are trees, by what the user's folders have and git knows.
 * @throws UserError as `armEnvironments` does
 */
export async function assertOwnFiles(
  experiment: Pick<Experiment, 'servers'>,
  wanted: Pick<TreesOptions, 'cwd' | 'base' | 'headDir' | 'signal'>,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const from = await userFolders(wanted, env);
  const texts = experiment.servers.flatMap(({ build, start }) => [build ?? '', start]);
  if (!from.some((folder) => texts.some((text) => text.includes(folder)))) return [];
  const lists = await Promise.all(from.map((folder) => filesIn(folder, wanted.signal)));
  return assertOwnCommands(experiment, from, (path) =>
    lists.some((files) => files.some((file) => file === path || file.startsWith(`${path}/`))),
  );
}

/** Relative to the folder: what git would bring along, or everything where there is no git. */
async function filesIn(folder: string, signal: AbortSignal | undefined): Promise<string[]> {
  try {
    return (await git(folder, ['ls-files', '-z', '--', '.'], { signal })).split('\0');
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return await readdir(folder, { recursive: true });
  }
}

/** The user's folders that the trees were made of, by every name that the environment may have for them; longest first. */
async function userFolders(
  { cwd, base, headDir, signal }: Pick<TreesOptions, 'cwd' | 'base' | 'headDir' | 'signal'>,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const given = [headDir, base.kind === 'dir' ? base.dir : undefined].flatMap((dir) =>
    dir === undefined ? [] : [resolve(cwd, dir)],
  );
  const isRepository = headDir === undefined || (base.kind !== 'dir' && base.kind !== 'none');
  const root = isRepository ? await repoRoot(cwd, signal) : null;
  const real = [...given, ...(root === null ? [] : [root])].map(realOf);
  const aliases = [env.GITHUB_WORKSPACE, env.PWD, ...given].flatMap((path) =>
    path !== undefined && real.includes(realOf(path)) ? [path.replace(/\/+$/, '')] : [],
  );
  const home = realOf(env.HOME || '/');
  return [...new Set([...real, ...aliases])]
    .filter((path) => path !== '' && home !== realOf(path) && !home.startsWith(realOf(path) + sep))
    .sort((a, b) => b.length - a.length);
}

function armEnvironment(
  env: NodeJS.ProcessEnv,
  { arms }: Pick<Trees, 'arms'>,
  from: readonly string[],
): ArmEnvironment & { shared: ReturnType<typeof leftBehind> } {
  const plain = withoutCallersTools(env, from);
  const moved = (arm: Arm): Moved => ({ from, dir: arms[arm]?.dir ?? '', has: inTrees(arms) });
  const made = new Map<Arm, NodeJS.ProcessEnv>();
  for (const arm of Object.keys(arms) as Arm[]) made.set(arm, moveValues(plain, moved(arm)));
  return {
    of: (arm) => made.get(arm) ?? plain,
    load: env,
    own: (arm, values) => moveValues(values, moved(arm)),
    shared: leftBehind(made.get('head') ?? plain, { from }),
  };
}

/**
 * What both arms share although it stands in a folder of the user's, in words.
 * @throws UserError for a build or start command that names files which each arm has of its own
 */
function assertOwnCommands(
  { servers }: Pick<Experiment, 'servers'>,
  from: readonly string[],
  has: Moved['has'],
): string[] {
  const warnings: string[] = [];
  for (const { name, build, start } of servers) {
    for (const [key, command] of Object.entries({ build, start })) {
      for (const { path, isOwn } of namedIn(command ?? '', { from, has })) {
        if (isOwn) throw notOwn(`servers.${name}.${key}`, path);
        warnings.push(
          `servers.${name}.${key} names ${path}, which is the same file for both arms.`,
        );
      }
    }
  }
  return warnings;
}

/** One sentence on variables that lead into a folder of the user's; none when there are none. */
function sharedText(shared: ReturnType<typeof leftBehind>): string[] {
  if (shared.length === 0) return [];
  const names = shared.map(({ name, paths }) =>
    name === 'PATH' ? `PATH (${paths.join(', ')})` : name,
  );
  return [
    `${names.join(', ')} ${names.length === 1 ? 'leads' : 'lead'} into your working copy, to what is not in the trees that are measured: both arms use the same files there, so that a change to them does not show. What each arm is to have of its own, let its \`build\` make.`,
  ];
}

function inTrees(arms: Trees['arms']): (path: string) => boolean {
  return (path) => Object.values(arms).some(({ dir }) => existsSync(join(dir, path)));
}

function notOwn(where: string, path: string): UserError {
  return new UserError({
    where,
    message: `it names ${path}, which is your working copy: both arms would run that one, and no difference between them could show`,
    hint: 'each arm runs in a tree of its own: write the path relative to the server’s folder, or with {dir}',
  });
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
