/**
 * A chosen run as text that can stand in an address: its commit, and which of its runs, as a commit with one run today has two tomorrow. Pure.
 */
import type { Runs, SubjectData } from './data.ts';

/** `8f14e45…@1041` by the number of the workflow run, or `8f14e45…@t1767229200` by its second since 1970; older addresses have `8f14e45…` alone. */
export const RUN_NAME = /^[0-9a-f]{7,64}(@t?\d{1,16})?$/;

type Known = Pick<SubjectData, 'runs'>;

export function nameOfRun(all: Runs, { runs }: Known, at: number): string {
  const run = runs[at] as number;
  const commit = all.commits[run] as string;
  const same = runs.filter((one) => all.commits[one] === commit);
  const id = all.ids[run] ?? null;
  // Several jobs of one workflow run have its number.
  const isOnly = id !== null && same.filter((one) => all.ids[one] === id).length === 1;
  return `${commit}@${isOnly ? id : momentOf(all, run)}`;
}

/** The last run of a commit that is named alone; null: there is none. */
export function placeOfRun(all: Runs, { runs }: Known, name: string | null): number | null {
  if (name === null) return null;
  const [commit = '', which] = name.split('@');
  const place = runs.findLastIndex((run) => {
    if (!all.commits[run]?.startsWith(commit)) return false;
    return which === undefined || [String(all.ids[run]), momentOf(all, run)].includes(which);
  });
  return place < 0 ? null : place;
}

function momentOf({ at }: Runs, run: number): string {
  return `t${at[run]}`;
}
