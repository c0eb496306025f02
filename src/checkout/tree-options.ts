/** Which trees the flags or inputs ask for. Contradictions are told before anything is looked at. */
import { UserError } from '../system/messages/problem.ts';
import type { BaseRequest } from './base.ts';
import type { TreesOptions } from './trees.ts';

/** Flags and inputs that kept a baseline in a file of its own, before there was a history. */
export const REMOVED = ['save-measurement', 'base-measurement'] as const;

/** `written`: how a setting is spelled where they stand, with its value. */
export function removedText(
  written: (name: 'history' | 'baseline', value: string) => string,
): string {
  const [branch, folder] = ['branch', 'directory:PATH'].map((value) => written('history', value));
  return `a single file is no baseline any more, as nobody knows from it how far two runs lie apart. Let the runs of the default branch keep a history (${branch} or ${folder}), and compare with that (${written('baseline', 'stored')})`;
}

/** What was given; undefined or empty when it was not. */
export interface Wanted {
  base?: string | undefined;
  baseDir?: string | undefined;
  headDir?: string | undefined;
  continueFrom?: string | undefined;
  /** `stored`: with earlier runs, so that no base has to be named. */
  baseline?: string | undefined;
}

/** How the user knows each of them (`--base`, "input `base`"), with a value where one is advised (`--baseline stored`). */
export type NameOf = (key: keyof Wanted, value?: string) => string;

/** `otherwise`: the base when none is named. */
export function wantedTrees(
  wanted: Wanted,
  cwd: string,
  otherwise: BaseRequest,
  nameOf: NameOf,
): Pick<TreesOptions, 'cwd' | 'headDir' | 'base'> {
  const named = (['base', 'baseDir'] as const).filter((key) => wanted[key]);
  if (named.length > 1) {
    throw new UserError({
      where: named.map((key) => nameOf(key)).join(', '),
      message: 'each names a baseline of its own',
      hint: 'give one of them',
    });
  }
  const base = baseOf(wanted, otherwise);
  assertContinuable(wanted, nameOf);
  const headDir = wanted.headDir || undefined;
  if (headDir !== undefined && base === otherwise) {
    if (wanted.baseline === 'stored') return { cwd, headDir, base: { kind: 'none' } };
    throw new UserError({
      where: nameOf('headDir'),
      message: 'there is nothing to compare the folder with',
      hint: `add ${nameOf('baseDir')} or ${nameOf('base')}; or ${nameOf('baseline', 'stored')}, for earlier runs of the history`,
    });
  }
  return { cwd, headDir, base };
}

/** Only the comparison of two commits can be known again. */
function assertContinuable(wanted: Wanted, nameOf: NameOf): void {
  if (!wanted.continueFrom) return;
  const refuse = (keys: readonly (keyof Wanted)[], message: string, hint: string) => {
    throw new UserError({
      where: [...keys, 'continueFrom' as const].map((key) => nameOf(key)).join(', '),
      message,
      hint,
    });
  };
  const folders = (['baseDir', 'headDir'] as const).filter((key) => wanted[key]);
  if (folders.length > 0) {
    const message = 'folders cannot be told apart, so an attempt on them cannot be continued';
    refuse(folders, message, 'compare two commits of a repository');
  }
  if (wanted.baseline === 'stored') {
    const message =
      'head is compared with earlier runs here, and only pairs of base and head are continued';
    refuse(['baseline'], message, 'leave one of them out');
  }
}

function baseOf({ base, baseDir }: Wanted, otherwise: BaseRequest): TreesOptions['base'] {
  if (base) return { kind: 'ref', ref: base };
  return baseDir ? { kind: 'dir', dir: baseDir } : otherwise;
}
