/** Which trees the flags or inputs ask for. Contradictions are told before anything is looked at. */
import { UserError } from '../system/problem.ts';
import type { BaseRequest } from './base.ts';
import type { TreesOptions } from './trees.ts';

/** What was given; undefined or empty when it was not. */
export interface Wanted {
  base?: string | undefined;
  baseDir?: string | undefined;
  headDir?: string | undefined;
  saveMeasurement?: string | undefined;
  baseMeasurement?: string | undefined;
  continueFrom?: string | undefined;
  /** `stored`: with earlier runs, so that no base is wanted. */
  baseline?: string | undefined;
}

/**
 * `otherwise`: the base when none is named. `nameOf`: how the user knows each of them (`--base`,
 * "input `base`").
 */
export function wantedTrees(
  wanted: Wanted,
  cwd: string,
  otherwise: BaseRequest,
  nameOf: (key: keyof Wanted) => string,
): Pick<TreesOptions, 'cwd' | 'headDir' | 'base'> {
  const named = (['base', 'baseDir', 'baseMeasurement'] as const).filter((key) => wanted[key]);
  if (named.length > 1) {
    throw new UserError({
      where: named.map(nameOf).join(', '),
      message: 'each names a baseline of its own',
      hint: 'give one of them',
    });
  }
  const base =
    wanted.baseline === 'stored' && named.length === 0 ? ALONE : baseOf(wanted, otherwise);
  assertContinuable(wanted, nameOf);
  const headDir = wanted.headDir || undefined;
  if (headDir !== undefined && base === otherwise) {
    throw new UserError({
      where: nameOf('headDir'),
      message: 'there is nothing to compare the folder with',
      hint: `add ${nameOf('baseDir')}, ${nameOf('base')} or ${nameOf('baseMeasurement')}; ${nameOf('baseline')} \`stored\` for earlier runs; or ${nameOf('saveMeasurement')} to keep its measurement`,
    });
  }
  return { cwd, headDir, base };
}

const ALONE: TreesOptions['base'] = { kind: 'none' };

/** Only the comparison of two commits can be known again. */
function assertContinuable(wanted: Wanted, nameOf: (key: keyof Wanted) => string): void {
  if (!wanted.continueFrom) return;
  const refuse = (keys: readonly (keyof Wanted)[], message: string, hint: string) => {
    throw new UserError({
      where: [...keys, 'continueFrom' as const].map(nameOf).join(', '),
      message,
      hint,
    });
  };
  const folders = (['baseDir', 'headDir'] as const).filter((key) => wanted[key]);
  if (folders.length > 0) {
    const message = 'folders cannot be told apart, so an attempt on them cannot be continued';
    refuse(folders, message, 'compare two commits of a repository');
  }
  const alone = (['baseMeasurement', 'saveMeasurement'] as const).filter((key) => wanted[key]);
  if (alone.length > 0 && !wanted.base) {
    const message = 'head is measured alone here, and only pairs of base and head are continued';
    refuse(
      alone,
      message,
      `leave one of them out, or give ${nameOf('base')} and no ${nameOf('baseMeasurement')}`,
    );
  }
}

function baseOf(
  { base, baseDir, baseMeasurement, saveMeasurement }: Wanted,
  otherwise: BaseRequest,
): TreesOptions['base'] {
  if (base) return { kind: 'ref', ref: base };
  if (baseDir) return { kind: 'dir', dir: baseDir };
  // A baseline is being used, or kept: then head is measured alone.
  return baseMeasurement || saveMeasurement ? { kind: 'none' } : otherwise;
}
