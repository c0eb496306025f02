/** Each arm's environment: the caller's, without what would make both arms run the same files. */

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { withoutCallersTools } from '../checkout/callers-env.ts';
import { repoRoot } from '../checkout/find.ts';
import { GitError, git } from '../checkout/git.ts';
import { leftBehind, type Moved, moveValues, namedIn, type Origin } from '../checkout/own-paths.ts';
import type { Place } from '../checkout/projects.ts';
import { placedArms, type Trees, type TreesOptions } from '../checkout/trees.ts';
import { programsOf } from '../config/experiment/contenders.ts';
import type { Experiment } from '../config/experiment/experiment.ts';
import { type Form, named } from '../config/settings/spelling.ts';
import type { ArmEnvironment } from '../measure/context/arm-environment.ts';
import { sameFileText, sharedText } from '../report/notices/shared-files.ts';
import { isInside } from '../system/files/inside.ts';
import { realOf } from '../system/files/real-path.ts';
import { UserError } from '../system/messages/problem.ts';
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
    config: { form },
    emit,
    signal,
  }: Pick<GateRequest, 'trees' | 'experiment' | 'config' | 'emit' | 'signal'>,
  trees: Pick<Trees, 'arms' | 'projects'>,
  env: NodeJS.ProcessEnv,
): Promise<ArmEnvironments> {
  const places = 'projects' in wanted ? wanted : { ...wanted, signal };
  const origins = await originsOf(places, env);
  const told = assertOwnCommands(experiment, form, origins, inTrees(trees.arms));
  return {
    now: () => armEnvironment(env, trees, origins),
    settled: () => {
      const settled = armEnvironment(env, trees, origins);
      const shared = settled.shared.length === 0 ? [] : [sharedText(settled.shared)];
      for (const message of [...told, ...shared]) {
        emit({ type: 'warning', subject: null, message });
      }
      return settled;
    },
  };
}

type Folders = Pick<TreesOptions, 'cwd' | 'base' | 'headDir' | 'signal'>;

/**
 * The same before there are trees, by what the user's folders have and git knows.
 * @throws UserError as `armEnvironments` does
 */
export async function assertOwnFiles(
  experiment: Pick<Experiment, 'servers'>,
  wanted: Folders | { projects: readonly Place[] },
  { form, env }: { form: Form; env: NodeJS.ProcessEnv },
): Promise<string[]> {
  const origins = await originsOf(wanted, env);
  const texts = experiment.servers
    .flatMap(programsOf)
    .flatMap(({ build, start }) => [build ?? '', start]);
  const folders = origins.flatMap(({ from }) => from);
  if (!folders.some((folder) => texts.some((text) => text.includes(folder)))) return [];
  const signal = 'projects' in wanted ? undefined : wanted.signal;
  const lists = new Map<Origin, string[]>();
  for (const origin of origins) {
    lists.set(origin, (await Promise.all(origin.from.map((one) => filesIn(one, signal)))).flat());
  }
  return assertOwnCommands(
    experiment,
    form,
    origins,
    (origin) => (path) =>
      (lists.get(origin) ?? []).some((file) => file === path || file.startsWith(`${path}/`)),
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

/** Of projects that lie within each other the inner ones come first. */
async function originsOf(
  wanted: Folders | { projects: readonly Place[] },
  env: NodeJS.ProcessEnv,
): Promise<Origin[]> {
  if (!('projects' in wanted)) {
    const from = await userFolders(wanted, env);
    const { base, cwd } = wanted;
    const own = base.kind === 'dir' ? realOf(resolve(cwd, base.dir)) : null;
    return [{ from, ofBase: from.filter((path) => realOf(path) === own), folder: '.' }];
  }
  return wanted.projects
    .map(({ path, folder }) => ({ from: everyName([path], [], env), ofBase: [], folder }))
    .sort((a, b) => (b.from[0]?.length ?? 0) - (a.from[0]?.length ?? 0));
}

/** The user's folders that the trees of a run were made of. */
async function userFolders(
  { cwd, base, headDir, signal }: Folders,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const given = [headDir, base.kind === 'dir' ? base.dir : undefined].flatMap((dir) =>
    dir === undefined ? [] : [resolve(cwd, dir)],
  );
  const isRepository = headDir === undefined || (base.kind !== 'dir' && base.kind !== 'none');
  const root = isRepository ? await repoRoot(cwd, signal) : null;
  return everyName([...given, ...(root === null ? [] : [root])], given, env);
}

/** These folders under every name that leads to one of them, longest first; not the user's home, nor what holds it. */
function everyName(
  folders: readonly string[],
  given: readonly string[],
  env: NodeJS.ProcessEnv,
): string[] {
  const real = folders.map(realOf);
  const aliases = [env.GITHUB_WORKSPACE, env.PWD, ...given].flatMap((path) =>
    path !== undefined && real.includes(realOf(path)) ? [path.replace(/\/+$/, '')] : [],
  );
  const home = realOf(env.HOME || '/');
  return [...new Set([...real, ...aliases])]
    .filter((path) => path !== '' && !isInside(realOf(path), home))
    .sort((a, b) => b.length - a.length);
}

function armEnvironment(
  env: NodeJS.ProcessEnv,
  { arms }: Pick<Trees, 'arms'>,
  origins: readonly Origin[],
): ArmEnvironment & { shared: ReturnType<typeof leftBehind> } {
  const from = origins.flatMap((origin) => origin.from);
  const plain = withoutCallersTools(env, from);
  const moved = <Values extends Readonly<Record<string, string | undefined>>>(
    values: Values,
    arm: Arm,
  ) =>
    origins.reduce((all, origin) => {
      const dir = join(arms[arm]?.dir ?? '', origin.folder);
      return moveValues(all, { from: origin.from, dir, has: inTrees(arms)(origin) });
    }, values);
  const made = new Map<Arm, NodeJS.ProcessEnv>();
  for (const [arm] of placedArms(arms)) made.set(arm, moved(plain, arm));
  return {
    of: (arm) => made.get(arm) ?? plain,
    load: env,
    own: (arm, values) => moved(values, arm),
    origins,
    shared: leftBehind(made.get('head') ?? plain, { from }),
  };
}

/**
 * What both arms share although it stands in a folder of the user's, in words.
 * @throws UserError for a build or start command that names files which each arm has of its own
 */
function assertOwnCommands(
  experiment: Pick<Experiment, 'servers'>,
  form: Form,
  origins: readonly Origin[],
  has: (origin: Origin) => Moved['has'],
): string[] {
  const warnings = new Set<string>();
  for (const { name, build, start } of experiment.servers.flatMap(programsOf)) {
    for (const key of ['build', 'start'] as const) {
      const command = { build, start }[key] ?? '';
      const found = origins.flatMap((origin) =>
        namedIn(command, { from: origin.from, has: has(origin) }),
      );
      const where = form === 'file' ? `servers.${name}.${key}` : plainlyNamed(key, form);
      for (const { path, isOwn } of found) {
        if (isOwn) throw notOwn(where, path);
        warnings.add(sameFileText(where, path));
      }
    }
  }
  return [...warnings];
}

/** "--start", and not "`--start`", as places have it. */
function plainlyNamed(key: 'build' | 'start', form: Form): string {
  return named(key, form).replace(/^`(.*)`$/, '$1');
}

function inTrees(arms: Trees['arms']): (origin: Origin) => Moved['has'] {
  return ({ folder }) =>
    (path) =>
      placedArms(arms).some(([, { dir }]) => existsSync(join(dir, folder, path)));
}

function notOwn(where: string, path: string): UserError {
  return new UserError({
    where,
    message: `it names ${path}, which is your working copy: both arms would run that one, and no difference between them could show`,
    hint: 'each arm runs in a tree of its own: write the path relative to the server’s folder, or with {dir}',
  });
}
