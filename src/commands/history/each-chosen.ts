/** All runs of one subject, or of each, one subject after the other. */
import { subjectName } from '../../config/experiment.ts';
import type { HistoryLine } from '../../history/line.ts';
import { eachSubject, type Reach } from '../../history/runs.ts';
import type { HistoryStore } from '../../history/stores/store.ts';
import { noSubject } from './no-subject.ts';

export interface Chosen {
  readonly store: HistoryStore;
  /** `api/orders`; undefined: all. */
  readonly wanted: string | undefined;
}

/**
 * Subjects that have a sound line.
 *
 * @throws UserError where the wanted one is not there; nothing was visited then
 */
export async function eachChosen(
  { store, wanted }: Chosen,
  visit: (lines: readonly HistoryLine[]) => void,
  reach: Reach = 'all',
): Promise<void> {
  const names: string[] = [];
  await eachSubject(store, reach, ({ subject, lines }) => {
    if (subject === null) return;
    const name = subjectName(subject);
    names.push(name);
    if (wanted === undefined || name === wanted) visit(lines);
  });
  if (wanted !== undefined && !names.includes(wanted)) throw noSubject(store, wanted, names);
}
