/** `throughput-gate history badge`: a badge of each subject, as shields.io reads them. */

import path from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../../judge/verdict/exit-code.ts';
import { badgesMadeText } from '../../report/history/history-text.ts';
import { badgeFiles } from '../../run/history-pages.ts';
import { writeWhole } from '../../system/files/whole-file.ts';
import { UserError } from '../../system/messages/problem.ts';
import { eachChosen } from './chosen.ts';
import type { Given, HistoryCommand, Told } from './command.ts';
import { noSubject } from './no-subject.ts';

interface BadgeFlags {
  out?: string;
  publish?: boolean;
}

export const BADGE: HistoryCommand<BadgeFlags> = {
  name: 'badge',
  description: 'print a badge of a subject for shields.io, or write those of all subjects',
  declare: (command: Command) =>
    command
      .argument('[subject]', 'print the badge of this one, such as api/orders')
      .option('--out <folder>', 'write badges/<subject>.json of all subjects into this folder')
      .option('--publish', 'put them into the history itself'),
  run: badgeCommand,
};

async function badgeCommand(
  { store, flags, cwd, assertMayWrite, repository }: Given<BadgeFlags>,
  [wanted]: readonly (string | undefined)[],
): Promise<Told> {
  const { out, publish = false } = flags;
  const isWritten = out !== undefined || publish;
  if ((wanted === undefined) !== isWritten) {
    throw new UserError({
      where: 'history badge',
      message: isWritten ? 'writes the badges of all subjects' : 'prints the badge of one subject',
      hint: isWritten ? `leave ${wanted} away` : 'name the subject, or give --out or --publish',
    });
  }
  if (publish) await assertMayWrite('history badge --publish');
  const badges = await badgeFiles(store);
  // Throws where nothing is there, before anything is written: a slip in the name of a branch would make that branch.
  if (badges.length === 0) await eachChosen({ store, wanted }, () => {});
  if (wanted !== undefined) {
    const badge = badges.find(({ name }) => name === wanted);
    if (badge !== undefined) return { text: badge.text, exitCode: EXIT.ok };
    throw noSubject(
      store,
      wanted,
      badges.map(({ name }) => name),
    );
  }
  const files = badges.map(({ path: file, text }) => [file, text] as const);
  if (out !== undefined) {
    for (const [name, text] of files) writeWhole(path.resolve(cwd, out, name), text);
  }
  if (publish) await store.update(() => new Map(files), 'Write badges');
  const places = [
    ...(out !== undefined ? [path.join(out, 'badges')] : []),
    ...(publish ? [`badges in ${store.name}`] : []),
  ];
  return { text: badgesMadeText(badges, places, await repository()), exitCode: EXIT.ok };
}
