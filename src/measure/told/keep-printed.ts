/** What was printed during a run, for the report at its end. */
import type { Printed } from '../../system/messages/printed.ts';
import type { Emit } from './events.ts';

/** Passes events on, and keeps what was printed, for the report at the end. */
export function keepPrinted(emit: Emit): { emit: Emit; printed: readonly Printed[] } {
  const printed: Printed[] = [];
  return {
    printed,
    emit: (event) => {
      if (event.type === 'printed') printed.push(event.printed);
      emit(event);
    },
  };
}
