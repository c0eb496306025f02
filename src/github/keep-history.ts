/** What becomes of the history once the verdict stands. What goes wrong with it is a warning. */
import { notPublishedText, publishedText } from '../report/history/history-text.ts';
import { type HistoryTold, tellHistory } from '../report/history/told.ts';
import type { RunHistory } from '../run/history.ts';
import { publishPages } from '../run/history-pages.ts';
import { announceWarning } from './announce.ts';
import type { EventContext } from './event.ts';
import { type ActionInputs, flagInput } from './inputs.ts';

const TITLE = 'Throughput Gate: history';

/** What is known of it before anything is measured. */
export function warnOfHistory(history: RunHistory | null): void {
  for (const message of history?.warnings ?? []) announceWarning(message, { title: TITLE });
}

/** Null: none is asked for. Never throws. */
export async function keepHistory(
  history: RunHistory | null,
  isTrusted: boolean,
  { inputs, context }: { inputs: ActionInputs; context: EventContext },
): Promise<HistoryTold | null> {
  if (history === null) return null;
  if (history.writes) process.stdout.write(`Writing the history to ${history.store.name} …\n`);
  const outcome = await history.keep(isTrusted);
  const told = tellHistory(outcome);
  if (told.isTrouble) announceWarning(told.line, { title: TITLE });
  else process.stdout.write(`${told.line}\n`);
  if (told.moves !== null) process.stdout.write(`${told.moves.line}\n`);
  if (outcome.kind === 'kept' && flagInput(inputs, 'publish'))
    await publishHistory(history, context);
  return told;
}

/** The lines are kept, and the next run publishes again. */
async function publishHistory({ store }: RunHistory, context: EventContext): Promise<void> {
  try {
    const published = await publishPages(store);
    const { serverUrl, owner, repo } = context;
    // Other servers keep their pages at addresses of their own.
    const repository = serverUrl === 'https://github.com' ? `${owner}/${repo}` : null;
    process.stdout.write(`${publishedText(published, store.name, repository)}\n`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    announceWarning(notPublishedText(why), { title: TITLE });
  }
}
