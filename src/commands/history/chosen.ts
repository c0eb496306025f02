/** The subject that somebody named, or all of them: one after the other, or of what was read at once. */
import { type SubjectId, subjectName } from '../../config/experiment/experiment.ts';
import type { HistoryLine } from '../../history/line.ts';
import { eachSubject, type Reach } from '../../history/runs.ts';
import type { HistoryStore } from '../../history/stores/store.ts';
import { noHistory, noSubject } from './no-subject.ts';

export interface Chosen {
  readonly store: HistoryStore;
  /** `api/orders`; undefined: all. */
  readonly wanted: string | undefined;
}

/**
 * Subjects that have a sound line.
 *
 * @throws UserError where the wanted one is not there, or nothing at all; nothing was visited then
 */
export async function eachChosen(
  { store, wanted }: Chosen,
  visit: (lines: readonly HistoryLine[]) => void,
  reach: Reach = 'all',
): Promise<void> {
  const names: string[] = [];
  let files = 0;
  await eachSubject(store, reach, ({ subject, lines }) => {
    files++;
    if (subject === null) return;
    const name = subjectName(subject);
    names.push(name);
    if (wanted === undefined || name === wanted) visit(lines);
  });
  if (files === 0) throw noHistory(store);
  if (wanted !== undefined && !names.includes(wanted)) throw noSubject(store, wanted, names);
}

/**
 * Of all that was read; what does not say whose it is belongs to all alone.
 *
 * @throws UserError where the wanted one is not there, or nothing at all
 */
export function onlyChosen<One extends { readonly subject: SubjectId | null }>(
  { store, wanted }: Chosen,
  all: readonly One[],
): readonly One[] {
  if (all.length === 0) throw noHistory(store);
  if (wanted === undefined) return all;
  const chosen = all.filter((one) => nameOf(one) === wanted);
  if (chosen.length > 0) return chosen;
  throw noSubject(
    store,
    wanted,
    all.flatMap((one) => nameOf(one) ?? []),
  );
}

function nameOf({ subject }: { readonly subject: SubjectId | null }): string | null {
  return subject === null ? null : subjectName(subject);
}
