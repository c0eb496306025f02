/** `throughput-gate history import`: what another program has kept, to be drawn beside our own runs. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { type Added, addedTo } from '../../history/import/add.ts';
import type { Asked } from '../../history/import/figure.ts';
import { isoOf } from '../../history/import/figure.ts';
import { readImport } from '../../history/import/read.ts';
import { EXIT } from '../../judge/verdict/exit-code.ts';
import { importedText } from '../../report/history/history-text.ts';
import { UserError } from '../../system/messages/problem.ts';
import { TOOL } from '../../system/program/runtime.ts';
import type { Given, HistoryCommand, Told } from './command.ts';

const BYTES_AT_MOST = 256 * 1024 * 1024;

interface ImportFlags {
  server?: string;
  commit?: string;
  at?: string;
  /** With a comma between. */
  higherIsBetter?: string;
  dryRun?: boolean;
}

export const IMPORT: HistoryCommand<ImportFlags> = {
  name: 'import',
  description: 'take in what github-action-benchmark, Bencher or CodSpeed have measured',
  declare: (command: Command) =>
    command
      .argument('<file>', 'data.js, or JSON; what it is, is seen by its content')
      .option('--server <name>', 'server of its subjects (default: what the file groups them by)')
      .option('--commit <id>', 'which commit was measured, where the file does not say')
      .option('--at <moment>', 'when, where the file does not say: 2026-11-29T08:00:00Z')
      .option('--higher-is-better <measures>', 'names with a comma between, where it is not plain')
      .option('--dry-run', 'say what would be taken in, and write nothing'),
  run: importHistory,
};

async function importHistory(
  { store, flags, cwd, assertMayWrite }: Given<ImportFlags>,
  [file = '']: readonly (string | undefined)[],
): Promise<Told> {
  const isDry = flags.dryRun ?? false;
  if (!isDry) await assertMayWrite('history import');
  const asked = askedIn(flags);
  const text = textOf(path.resolve(cwd, file), file);
  const { program, lines, repeated } = readImport(text, { file, asked, tool: TOOL.version });
  let added: Added | null = null;
  if (isDry) added = await store.read((files) => addedTo(files, lines));
  else {
    await store.update(async (files) => {
      added = await addedTo(files, lines);
      return added.changes;
    }, `Import ${lines.length} runs of ${program}`);
  }
  const done = added as Added | null;
  const told = { program, store: store.name, isDry, repeated };
  return {
    text: importedText({
      ...told,
      lines: done?.lines ?? 0,
      subjects: done?.subjects ?? 0,
      known: done?.known ?? 0,
    }),
    exitCode: EXIT.ok,
  };
}

function askedIn({ server, commit, at, higherIsBetter }: ImportFlags): Asked {
  if (commit !== undefined && !/^[0-9a-f]{7,64}$/.test(commit)) {
    throw new UserError({
      where: '--commit',
      message: `${JSON.stringify(commit)} is no commit id`,
      hint: 'write 7 to 64 hexadecimal digits, as `git rev-parse HEAD` prints them',
    });
  }
  if (at !== undefined && isoOf(at) === null) {
    throw new UserError({
      where: '--at',
      message: `${JSON.stringify(at)} is no moment`,
      hint: 'write it as 2026-11-29T08:00:00Z',
    });
  }
  const names = higherIsBetter?.split(',') ?? [];
  return {
    server: server ?? null,
    commit: commit ?? null,
    at: at ?? null,
    higher: names.map((name) => name.trim()),
  };
}

function textOf(file: string, name: string): string {
  try {
    const { size } = statSync(file);
    if (size > BYTES_AT_MOST) {
      throw new UserError({
        where: name,
        message: `is larger than ${BYTES_AT_MOST / 1024 / 1024} MB`,
        hint: 'import it in parts',
      });
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { message } = error as Error;
    throw new UserError({ where: name, message: `cannot be read: ${message}` }, { cause: error });
  }
}
