/** Somebody asked for what the store has not. */
import type { HistoryStore } from '../../history/stores/store.ts';
import { UserError } from '../../system/messages/problem.ts';

type Named = Pick<HistoryStore, 'name'>;

/** Most often a slip in the name of the place: whoever looks there, and is told nothing, would take it for good news. */
export function noHistory({ name }: Named): UserError {
  return new UserError({
    where: name,
    message: 'holds no history',
    hint:
      'look at the name: `--history` has it, else `gate.history` of the config file. ' +
      'A new history begins with the first run on the default branch that is to keep it',
  });
}

/** `known`: those of which a line could be read. */
export function noSubject({ name }: Named, wanted: string, known: readonly string[]): UserError {
  return new UserError({
    where: name,
    message: `holds no subject ${wanted}`,
    hint:
      known.length === 0
        ? 'none of its lines can be read; `throughput-gate history check` says why'
        : `it holds ${known.join(', ')}`,
  });
}
