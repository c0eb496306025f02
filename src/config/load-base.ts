/** Base's own config, from base's tree, as it would count if base were the change. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { wayInside } from '../system/files/inside.ts';
import { realOf } from '../system/files/real-path.ts';
import { type Problem, UserError } from '../system/messages/problem.ts';
import { DEFAULT_FILES } from './files/find-file.ts';
import type { Config } from './load.ts';
import { loadApart } from './load-apart.ts';
import { besideFile, nonEmpty, type Settings } from './settings/settings.ts';

export type BaseConfig =
  /** `config`: of what the file describes, what `only` names. `problems`: what settings ask for, and this config has not. */
  | { kind: 'read'; config: Config; problems: Problem[] }
  /** Base has no config file. */
  | { kind: 'absent' }
  | { kind: 'broken'; problem: string }
  /** There is nothing in either tree that describes it: inputs alone, or a file outside of the repository. */
  | { kind: 'shared' };

export interface BaseConfigRequest {
  /** Root of base's tree. */
  base: string;
  /** Root of the tree from which the change's config was read. */
  head: string;
  /** What a config path in the settings is relative to. */
  cwd: string;
  settings: Settings;
}

/** Never throws for what is wrong with base's config: base cannot be mended by the change. */
export async function loadBaseConfig(request: BaseConfigRequest): Promise<BaseConfig> {
  const { base, head, cwd, settings } = request;
  const asked = nonEmpty(settings.config);
  if (asked !== undefined) {
    const inside = placeInTree(asked.value.trim(), { head, cwd });
    if (inside === null) return { kind: 'shared' };
    const value = join(base, inside);
    if (!(await exists(value))) return { kind: 'absent' };
    return read(base, { ...besideFile(settings), config: { ...asked, value } }, settings);
  }
  if (await anyDefault(base)) return read(base, besideFile(settings), settings);
  return (await anyDefault(head)) ? { kind: 'absent' } : { kind: 'shared' };
}

/**
 * Where the change's tree has the file; null: it is none of its files. By names alone, as a change could make a link of the file or of a
 * folder, and so have it outside. But the folder where we stand may be known by a link, as on a runner whose work lies on another disk,
 * and the tree by its real path.
 */
function placeInTree(
  file: string,
  { head, cwd }: Pick<BaseConfigRequest, 'head' | 'cwd'>,
): string | null {
  const [named, realCwd] = [resolve(cwd, file), realOf(cwd)];
  const below = wayInside(cwd, named);
  const paths = [named, resolve(realCwd, file), ...(below === null ? [] : [join(realCwd, below)])];
  for (const root of [head, realOf(head)]) {
    for (const path of paths) {
      const inside = wayInside(root, path);
      if (inside !== null) return inside;
    }
  }
  return null;
}

/** `asked`: all settings. Their claims and their `only` are not base's to mend, so they do not make its config a broken one. */
async function read(root: string, settings: Settings, asked: Settings): Promise<BaseConfig> {
  try {
    const { config, problems } = await loadApart({ root, settings }, asked);
    return { kind: 'read', config, problems: problems.map(ofBase) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: 'broken', problem: placesOf(error) };
  }
}

/** What is right by the change's own config. */
function ofBase({ message, ...problem }: Problem): Problem {
  return { ...problem, message: `${message} (in base’s config, which is the one that counts)` };
}

/** Where the mistakes are; the messages quote what was found, which may be a secret. */
function placesOf({ problems }: UserError): string {
  const places = [...new Set(problems.map(({ where }) => where ?? 'the file'))];
  const more = places.length > 3 ? ` and ${places.length - 3} more places` : '';
  return `${places.slice(0, 3).join(', ')}${more}`;
}

async function anyDefault(root: string): Promise<boolean> {
  const found = await Promise.all(DEFAULT_FILES.map((name) => exists(join(root, name))));
  return found.includes(true);
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null;
}
