/** The contenders that were asked for, each with its server: from the config here, or from that of another folder. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Problem, UserError } from '../../system/messages/problem.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { Server } from '../experiment/server.ts';
import { findConfigFile } from '../files/find-file.ts';
import type { Environment } from '../fill/variables.ts';
import { type Loaded, loadExperiment } from '../load.ts';
import { didYouMean } from '../mistakes/nearest.ts';
import { nonEmpty, ofServer, type Settings } from '../settings/settings.ts';
import { namesOf } from './names.ts';
import { type ContenderSpec, FORM, withheldSpec } from './spec.ts';

/** A folder whose config is read. */
export interface Project {
  /** As it was written; null: the one here. */
  folder: string | null;
  /** Absolute. */
  root: string;
  experiment: Experiment;
  notes: readonly string[];
  /** The claims of its config, and of the settings, about contenders. Throws a UserError. */
  claimsAbout: Loaded['claimsAbout'];
  claimsOfFile: Loaded['claimsOfFile'];
}

export interface ReadContender {
  spec: ContenderSpec;
  name: string;
  project: Project;
  /** With the contender's own settings in its environment. */
  server: Server;
}

export interface ReadVersus {
  contenders: ReadContender[];
  /** Whose gate counts, and whose scenarios, unless others are asked for. */
  main: Project;
  projects: Project[];
}

export interface VersusRequest {
  specs: readonly ContenderSpec[];
  /** Root of the tree whose config is meant where no folder is named. */
  root: string;
  cwd: string;
  /** `only` is left to whoever has the pairs. */
  settings: Settings;
  env?: Environment;
}

/** @throws UserError with every mistake in the first config that has one, or in the contenders */
export async function readContenders(request: VersusRequest): Promise<ReadVersus> {
  const { specs, root, cwd, settings, env = process.env } = request;
  if (specs.length < 2) throw new UserError(tooFew(specs));
  const projects: Project[] = [];
  const load = async (folder: string | null, own: Settings): Promise<Project> => {
    const at = folder === null ? root : resolve(cwd, folder);
    const known = projects.find((project) => project.root === at);
    if (known !== undefined) return known;
    const loaded = await loadExperiment({
      ...{ root: at, settings: own, cwd, env },
      claimsOf: 'contenders',
    }).catch((error: unknown) => {
      throw inFolder(error, folder);
    });
    const { experiment } = loaded;
    const notes = loaded.notes.map((note) => (folder === null ? note : `${folder}: ${note}`));
    const claimsAbout: Loaded['claimsAbout'] = (...known) => {
      try {
        return loaded.claimsAbout(...known);
      } catch (error) {
        throw inFolder(error, folder);
      }
    };
    const { claimsOfFile } = loaded;
    const project = { folder, root: at, experiment, notes, claimsAbout, claimsOfFile };
    projects.push(project);
    return project;
  };

  const here = { ...settings, only: undefined };
  const config = nonEmpty(settings.config);
  const isHere = async ({ folder, server }: ContenderSpec) =>
    folder === null && !(server !== null && (await isFolderOnly(server)));
  // A name that no server here has may be a folder's, as in `versus go gleam` one level above both.
  const isFolderOnly = async (word: string) => {
    if (!(await isFolder(resolve(cwd, word)))) return false;
    // What is wrong with a config that is there is told; a folder beside it is not meant in its place.
    const hasConfig = (await findConfigFile(root, cwd, config)) !== null;
    const own = await load(null, here).catch((error: unknown) => {
      if (hasConfig) throw error;
      return null;
    });
    return own === null || !own.experiment.servers.some(({ name }) => name === word);
  };
  const placed: ContenderSpec[] = [];
  for (const spec of specs) {
    placed.push((await isHere(spec)) ? spec : withFolder(spec));
  }
  const usesHere = config !== undefined || placed.some(({ folder }) => folder === null);
  const first = usesHere ? null : (placed[0]?.folder ?? null);
  await assertFolders(placed, cwd);
  const describesHere = config !== undefined || nonEmpty(settings.start) !== undefined;
  if (!describesHere && (await findConfigFile(root, cwd, undefined)) === null) {
    assertPlaced(placed, cwd);
  }
  const main = await load(first, here);
  const found: { spec: ContenderSpec; project: Project; server: Server | Problem }[] = [];
  for (const spec of placed) {
    // A folder's own config stands alone: what describes a server here does so where there is none.
    const project = await load(spec.folder, spec.folder === null ? here : ofServer(settings));
    found.push({ spec, project, server: serverIn(project, spec) });
  }
  const problems = found.flatMap(({ server }) => ('message' in server ? [server] : []));
  if (problems.length > 0) throw new UserError(problems);
  const whole = found as { spec: ContenderSpec; project: Project; server: Server }[];
  const names = namesOf(
    whole.map(({ spec, project, server }) => ({
      ...{ name: spec.name, project: projects.indexOf(project), folder: project.root },
      ...{ server: server.name, env: spec.env },
    })),
  );
  assertTold(whole, names);
  const contenders = whole.map(({ spec, project, server }, i) => ({
    ...{ spec, project, name: names[i] as string },
    server: { ...server, env: { ...server.env, ...spec.env } },
  }));
  const used = projects.filter(
    (project) => project === main || contenders.some((one) => one.project === project),
  );
  return { contenders, main, projects: used };
}

/** Of several folders with a config each, which one is meant. What is wrong with a flag is told as it is. */
function inFolder(error: unknown, folder: string | null): unknown {
  if (folder === null || !(error instanceof UserError)) return error;
  const place = (where: string) => (/\.ya?ml\b/.test(where) ? join(folder, where) : where);
  return new UserError(
    error.problems.map(({ where, ...problem }) => ({
      ...problem,
      where: where === undefined ? folder : place(where),
    })),
  );
}

function withFolder(spec: ContenderSpec): ContenderSpec {
  return spec.folder === null ? { ...spec, folder: spec.server, server: null } : spec;
}

function serverIn({ folder, experiment }: Project, spec: ContenderSpec): Server | Problem {
  const { servers } = experiment;
  const names = servers.map(({ name }) => name);
  const where = `${spec.origin} \`${withheldSpec(spec)}\``;
  const whose = folder === null ? 'the config' : `the config of ${folder}`;
  if (spec.server === null) {
    const [only] = servers;
    if (only !== undefined && servers.length === 1) return only;
    return {
      where,
      message: `${whose} has ${servers.length} servers: ${names.join(', ')}`,
      hint: `name one of them: ${folder}:${names[0]}`,
    };
  }
  const server = servers.find(({ name }) => name === spec.server);
  if (server !== undefined) return server;
  const meant = didYouMean(spec.server, names);
  return {
    where,
    message: `${whose} has no server \`${spec.server}\``,
    hint: [meant, `its servers are ${names.join(', ')}`].filter(Boolean).join(' '),
  };
}

/** Which is which must show in every table. */
function assertTold(
  found: readonly { spec: ContenderSpec; project: Project; server: Server }[],
  names: readonly (string | null)[],
): void {
  const problems: Problem[] = [];
  for (const [i, { spec, project, server }] of found.entries()) {
    const where = `${spec.origin} \`${withheldSpec(spec)}\``;
    const name = names[i] ?? null;
    if (name === null) {
      const hint = `put one in front: NAME=${withheldSpec(spec)}`;
      problems.push({ where, message: 'no name can be made for it', hint });
      continue;
    }
    const before = found.slice(0, i);
    const twin = before.find(
      (one, j) => names[j]?.toLowerCase() === name.toLowerCase() && one !== undefined,
    );
    if (twin === undefined) continue;
    const isSame =
      twin.project === project && twin.server === server && sameSettings(twin.spec, spec);
    problems.push({
      where,
      message: isSame
        ? `it is the same as \`${withheldSpec(twin.spec)}\`: there is nothing to compare`
        : `it would have the same name as \`${withheldSpec(twin.spec)}\`: ${name}`,
      hint: isSame
        ? 'to see how far apart two runs of one server are, give both a name: one=… two=…'
        : `put a name in front of one of them: NAME=${withheldSpec(spec)}`,
    });
  }
  if (problems.length > 0) throw new UserError(problems);
}

function sameSettings(one: ContenderSpec, other: ContenderSpec): boolean {
  const sorted = ({ env }: ContenderSpec) => JSON.stringify(Object.entries(env).sort());
  return sorted(one) === sorted(other);
}

async function assertFolders(specs: readonly ContenderSpec[], cwd: string): Promise<void> {
  const problems: Problem[] = [];
  for (const { folder, text, origin } of specs) {
    if (folder === null || (await isFolder(resolve(cwd, folder)))) continue;
    problems.push({
      where: `${origin} \`${withheldSpec({ text })}\``,
      message: `there is no folder ${resolve(cwd, folder)}`,
      hint: `a contender is written ${FORM}; a relative folder starts at the current one`,
    });
  }
  if (problems.length > 0) throw new UserError(problems);
}

/** Of a folder where nothing describes a server: a word that is no folder is nothing. */
function assertPlaced(specs: readonly ContenderSpec[], cwd: string): void {
  const problems = specs.flatMap((spec): Problem[] => {
    if (spec.folder !== null || spec.server === null) return [];
    return [
      {
        where: `${spec.origin} \`${withheldSpec(spec)}\``,
        message: `there is no folder ${resolve(cwd, spec.server)}, and no config file here that could have a server \`${spec.server}\``,
        hint: `a contender is written ${FORM}; a relative folder starts at the current one`,
      },
    ];
  });
  if (problems.length > 0) throw new UserError(problems);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

function tooFew(specs: readonly ContenderSpec[]): Problem {
  const [only] = specs;
  return {
    ...(only === undefined ? {} : { where: `${only.origin} \`${withheldSpec(only)}\`` }),
    message: only === undefined ? 'there are no contenders' : 'it has nothing to compare with',
    hint: `name two or more, each as ${FORM}`,
  };
}
