/** Whose config counts, and what the change alters of base's. */

import { atBase, type TreesOptions } from '../checkout/trees.ts';
import type { Bar } from '../config/changes/bar.ts';
import { compareConfigs } from '../config/changes/compare.ts';
import type { Config } from '../config/load.ts';
import { type BaseConfig, type BaseConfigRequest, loadBaseConfig } from '../config/load-base.ts';
import { readSettings, type Setting } from '../config/settings/settings.ts';
import { type Problem, UserError } from '../system/messages/problem.ts';
import type { Arm } from '../terms/arm.ts';

/** The change's own config, and how to find base's. */
export interface ConfigSource extends Omit<BaseConfigRequest, 'base'> {
  /** Whose was asked for. */
  asked: Arm;
  /** What the change's own says. */
  own: Config;
  /** What settings ask for, and the change's own has not: a mistake where that one counts. */
  ownProblems: readonly Problem[];
}

export interface AppliedConfig extends Config {
  /** Whose they are. */
  from: Arm;
}

/** Whatever else is wrong with the word. */
export function asksForBase({ value }: Setting): boolean {
  return value.trim() === 'base';
}

/** @throws UserError for any other word than `head` and `base`; head when nothing was given. */
export function parseConfigFrom({ value, origin }: Setting): Arm {
  const word = value.trim();
  if (word === '' || word === 'head') return 'head';
  if (asksForBase({ value, origin })) return 'base';
  throw new UserError({
    where: origin,
    message: `${JSON.stringify(word)} is neither head nor base`,
    hint: 'head: the config file of the change counts, and what it alters is listed; base: the file that base has',
  });
}

/**
 * Base's config where it was asked for and there is one; else the change's own, and the report says so. A base without a
 * config, or with one that is broken, must not keep out the change that mends it.
 * @throws UserError when the config that counts has no subject that was asked for, or none that a claim of the settings is about, or
 *   there is to be no base
 */
export async function applyConfig(
  source: ConfigSource,
  trees: TreesOptions,
): Promise<AppliedConfig> {
  const own: AppliedConfig = { ...source.own, from: 'head' };
  if (source.asked === 'head') return own;
  if (trees.base.kind === 'none') {
    throw new UserError({
      where: 'config-from: base',
      message: 'head is measured alone here, so there is no base whose config could count',
      hint: 'name a base (`base`, `base-dir`), or leave `config-from` out: then the config of the change counts',
    });
  }
  const found = await atBase(trees, (dir) => loadBaseConfig({ ...source, base: dir }));
  if (found?.kind !== 'read') {
    if (source.ownProblems.length > 0) throw new UserError(source.ownProblems);
    return own;
  }
  if (found.problems.length > 0) throw new UserError(found.problems);
  return { ...found.config, from: 'base' };
}

/** Where base's files are. */
export interface RuleTrees {
  /** Null: base is not measured. */
  dir: string | null;
  /** How to have them all the same, for a moment; null: not at all. */
  elsewhere: TreesOptions | null;
  log: (line: string) => void;
}

/** Undefined: there is no base whose config could be altered, or none that can be had. */
export async function barOf(
  source: ConfigSource,
  from: Arm,
  { dir, elsewhere, log }: RuleTrees,
): Promise<Bar | undefined> {
  const readAt = (base: string) => loadBaseConfig({ ...source, base });
  if (dir !== null) return barFrom(source, from, await readAt(dir));
  if (elsewhere === null) return undefined;
  try {
    const found = await atBase(elsewhere, readAt);
    return found === null ? undefined : barFrom(source, from, found);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log(`what this change alters in the config of base is not known: ${error.message}`);
    return undefined;
  }
}

function barFrom(source: ConfigSource, from: Arm, found: BaseConfig): Bar {
  return {
    asked: source.asked,
    from,
    base: found.kind,
    problem: found.kind === 'broken' ? found.problem : null,
    changes: changesOf(found, source),
  };
}

function changesOf(found: BaseConfig, { own, settings }: ConfigSource): Bar['changes'] {
  if (found.kind !== 'read') return [];
  return compareConfigs(found.config, own, readSettings({ claims: settings.claims }).claims);
}
