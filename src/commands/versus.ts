/** `throughput-gate versus`: contenders → request → verdict on the terminal and in files → exit code. */
import { repoRoot } from '../checkout/find.ts';
import { parseSeed } from '../config/seed.ts';
import type { Settings } from '../config/settings.ts';
import { exitCode } from '../judge/exit-code.ts';
import { verdictFile } from '../report/verdict-file.ts';
import { runGate } from '../run/pipeline.ts';
import { versusTerms } from '../run/versus.ts';
import { type RunFlags, resultsIn } from './run.ts';
import { flagsOf } from './settings-flags.ts';
import { openTerminal } from './terminal.ts';

export type VersusFlags = Pick<RunFlags, 'out' | 'seed' | 'format' | 'details'> & {
  scenariosOf?: string;
};

export async function versusCommand(
  contenders: readonly string[],
  flags: VersusFlags,
  settings: Settings,
  signal: AbortSignal,
): Promise<number> {
  const cwd = process.cwd();
  const seed = flags.seed === undefined ? null : parseSeed(flags.seed, '--seed');
  const { scenariosOf } = flags;
  const terms = await versusTerms({
    written: contenders.map((value) => ({ value, origin: 'contender' })),
    scenariosOf:
      scenariosOf === undefined ? null : { value: scenariosOf, origin: '--scenarios-of' },
    root: (await repoRoot(cwd, signal)) ?? cwd,
    ...{ cwd, settings, signal },
  });
  const terminal = openTerminal();
  const results = resultsIn(flags.out);
  for (const message of terms.notes) terminal.emit({ type: 'note', message });
  const verdict = await runGate({
    experiment: terms.experiment,
    configFrom: 'base',
    loadFolder: terms.loadFolder,
    flags: ['versus', ...terms.contenders, ...flagsOf(settings)],
    trees: { projects: terms.projects },
    baseMeasurement: null,
    saveMeasurement: null,
    ...{ results, seed, env: process.env, signal, emit: terminal.emit },
  }).finally(terminal.close);
  terminal.warn(results.troubles);
  if (flags.format === 'json') process.stdout.write(verdictFile(verdict));
  else terminal.show(verdict, results.dir, flags.details ?? false);
  return exitCode(verdict, terms.experiment.gate);
}
