/** Somebody asked for a subject that the store has not. */
import type { HistoryStore } from '../../history/stores/store.ts';
import { UserError } from '../../system/messages/problem.ts';

export function noSubject(
  { name }: Pick<HistoryStore, 'name'>,
  wanted: string,
  known: readonly string[],
): UserError {
  return new UserError({
    where: name,
    message: `holds no subject ${wanted}`,
    hint: known.length === 0 ? 'it is empty' : `it holds ${known.join(', ')}`,
  });
}
