/** Base's own config, from base's tree, as it would count if base were the change. */
import { stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { UserError } from '../system/problem.ts';
import type { Experiment } from './experiment.ts';
import { DEFAULT_FILES } from './find-file.ts';
import { loadExperiment } from './load.ts';
import { selectSubjects } from './only.ts';
import { nonEmpty, type Settings } from './settings.ts';

export type BaseConfig =
  /** `experiment`: everything that the file describes; `selected`: of it, what `only` names. */
  | { kind: 'read'; experiment: Experiment; selected: ReturnType<typeof selectSubjects> }
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
    const inside = relative(head, resolve(cwd, asked.value.trim()));
    if (inside.startsWith('..') || isAbsolute(inside)) return { kind: 'shared' };
    const value = join(base, inside);
    if (!(await exists(value))) return { kind: 'absent' };
    return read(base, { ...ofGate(settings), config: { ...asked, value } }, settings);
  }
  if (await anyDefault(base)) return read(base, ofGate(settings), settings);
  return (await anyDefault(head)) ? { kind: 'absent' } : { kind: 'shared' };
}

async function read(root: string, settings: Settings, { only }: Settings): Promise<BaseConfig> {
  try {
    const { experiment } = await loadExperiment({ root, settings });
    return { kind: 'read', experiment, selected: selectSubjects(experiment, only ?? []) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: 'broken', problem: placesOf(error) };
  }
}

/** Where the mistakes are; the messages quote what was found, which may be a secret. */
function placesOf({ problems }: UserError): string {
  const places = [...new Set(problems.map(({ where }) => where ?? 'the file'))];
  const more = places.length > 3 ? ` and ${places.length - 3} more places` : '';
  return `${places.slice(0, 3).join(', ')}${more}`;
}

/** Settings that a config file may stand beside; the others describe a server in place of it. */
function ofGate(settings: Settings): Settings {
  const { budget, jobBudget, tolerance, limits, metrics, falseAlarmRate } = settings;
  const { baseline } = settings;
  const { measureAll, failOnInconclusive, failOnNoBaseline, onRegression, beside } = settings;
  const measured = {
    baseline,
    budget,
    jobBudget,
    tolerance,
    limits,
    metrics,
    falseAlarmRate,
  };
  return { ...measured, measureAll, failOnInconclusive, failOnNoBaseline, onRegression, beside };
}

async function anyDefault(root: string): Promise<boolean> {
  const found = await Promise.all(DEFAULT_FILES.map((name) => exists(join(root, name))));
  return found.includes(true);
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null;
}
