/** `throughput-gate history remove`: a subject that was renamed or is gone leaves page, badges and checks. */
import type { Command } from 'commander';
import type { SubjectId } from '../../config/experiment/experiment.ts';
import { withoutSubject } from '../../history/remove.ts';
import { lastAttempts } from '../../history/standing.ts';
import { EXIT } from '../../judge/verdict/exit-code.ts';
import { removedText } from '../../report/history/history-text.ts';
import { eachChosen } from './chosen.ts';
import type { Given, HistoryCommand, Told } from './command.ts';

interface RemoveFlags {
  dryRun?: boolean;
}

export const REMOVE: HistoryCommand<RemoveFlags> = {
  name: 'remove',
  description: 'take a subject out of the history that was renamed or is gone',
  declare: (command: Command) =>
    command
      .argument('<subject>', 'such as api/orders')
      .option('--dry-run', 'say what would be removed, and write nothing'),
  run: removeSubject,
};

async function removeSubject(
  { store, flags, assertMayWrite }: Given<RemoveFlags>,
  [wanted = '']: readonly (string | undefined)[],
): Promise<Told> {
  const isDry = flags.dryRun ?? false;
  if (!isDry) await assertMayWrite('history remove');
  const found: { subject: SubjectId; runs: number }[] = [];
  await eachChosen({ store, wanted }, (lines) => {
    const [first] = lines;
    if (first === undefined) return;
    found.push({ subject: first.subject, runs: lastAttempts(lines).length });
  });
  if (!isDry) {
    await store.update(
      (files) => new Map(found.flatMap(({ subject }) => [...withoutSubject(files, subject)])),
      `Remove ${wanted}`,
    );
  }
  const runs = found.reduce((sum, one) => sum + one.runs, 0);
  return { text: removedText({ name: wanted, runs, store: store.name, isDry }), exitCode: EXIT.ok };
}
