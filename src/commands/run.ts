/** `throughput-gate run`: flags → request → verdict on the terminal and in files → exit code. */
import path from 'node:path';
import { repoRoot } from '../checkout/find.ts';
import { type Wanted, wantedTrees } from '../checkout/tree-options.ts';
import { loadExperiment } from '../config/load.ts';
import { parseSeed } from '../config/seed.ts';
import type { Settings } from '../config/settings.ts';
import { EXIT, exitCode } from '../judge/exit-code.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { Emit } from '../measure/events.ts';
import { renderSummary } from '../report/summary.ts';
import { tellHistory } from '../report/text/history.ts';
import { forHistoryText, notContinuedText } from '../report/text/instead-of-base.ts';
import { verdictFile } from '../report/verdict-file.ts';
import { applyConfig, parseConfigFrom } from '../run/bar.ts';
import { nothingToConfirm, readConfirmationRequest } from '../run/confirmation-request.ts';
import { noEarlier, readEarlier } from '../run/earlier.ts';
import type { RunHistory } from '../run/history.ts';
import { asRecorded, pastWish, treesBeside } from '../run/past.ts';
import { runGate } from '../run/pipeline.ts';
import type { GateRequest } from '../run/request.ts';
import { openResults, type Results, writeWhole } from '../system/results.ts';
import { localHistory } from './local-history.ts';
import { configFromFlags, flagsOf } from './settings-flags.ts';
import { openTerminal } from './terminal.ts';

export const DEFAULT_OUT = 'throughput-gate-results';

export interface RunFlags {
  base?: string;
  baseDir?: string;
  headDir?: string;
  confirmationOf?: string;
  continueFrom?: string;
  /** Also one of the settings. */
  baseline?: string;
  out: string;
  seed?: string;
  configFrom?: string;
  format: 'text' | 'json';
  details?: boolean;
}

export const FLAG_NAMES: Record<keyof Wanted, string> = {
  base: '--base',
  baseDir: '--base-dir',
  headDir: '--head-dir',
  continueFrom: '--continue-from',
  baseline: '--baseline',
};

export async function runCommand(
  flags: RunFlags,
  settings: Settings,
  signal: AbortSignal,
): Promise<number> {
  const toConfirm =
    flags.confirmationOf === undefined
      ? null
      : await readConfirmationRequest(flags.confirmationOf, flags.out);
  if (toConfirm?.kind === 'nothing') return tellNothing(toConfirm.verdict, flags);
  const terminal = openTerminal();
  const request = {
    ...(await toRequest(flags, settings, signal, terminal.emit)),
    confirmationOf: toConfirm?.first ?? null,
  };
  terminal.warn(request.history?.warnings ?? []);
  const verdict = await runGate(request).finally(terminal.close);
  const outcome = (await request.history?.keep(true)) ?? null;
  const history = outcome === null ? null : tellHistory(outcome);
  if (history !== null) request.results.write('summary', renderSummary(verdict, { history }));
  terminal.warn(request.results.troubles);
  if (flags.format === 'json') process.stdout.write(verdictFile(verdict));
  else terminal.show(verdict, request.results.dir, flags.details ?? false);
  if (history?.isTrouble) terminal.warn([history.line]);
  else if (history && flags.format !== 'json') terminal.say(`\n${history.line}`);
  if (history?.moves && flags.format !== 'json') terminal.say(history.moves.line);
  return exitCode(verdict, request.experiment.gate);
}

async function toRequest(
  flags: RunFlags,
  settings: Settings,
  signal: AbortSignal,
  emit: Emit,
): Promise<Omit<GateRequest, 'confirmationOf' | 'history'> & { history: RunHistory | null }> {
  const cwd = process.cwd();
  const trees = wantedTrees(flags, cwd, { kind: 'auto' }, (key) => FLAG_NAMES[key]);
  const seed = flags.seed === undefined ? null : parseSeed(flags.seed, '--seed');
  const root = flags.headDir ?? (await repoRoot(cwd, signal)) ?? cwd;
  const tree = path.resolve(root);
  const loaded = await loadExperiment({ root: tree, settings, cwd });
  const { experiment: own, form, notes } = loaded;
  const asked = parseConfigFrom({ value: flags.configFrom ?? '', origin: '--config-from' });
  const source = { asked, own, head: tree, cwd, settings };
  const { experiment, from } = await applyConfig(source, { ...trees, signal });
  const earlier = flags.continueFrom === undefined ? null : await readEarlier(flags.continueFrom);
  const history = await localHistory(loaded.history, tree, signal);
  const warn = (message: string) => emit({ type: 'warning', subject: null, message });
  const past = await pastWish(experiment, { history, named: namedBase(flags), warn });
  const results = resultsIn(flags.out);
  const note = (message: string) => emit({ type: 'note', message });
  for (const message of notes) note(message);
  if (past?.isForHistory) note(forHistoryText(experiment.gate, past.source.name));
  if (flags.continueFrom !== undefined) {
    if (earlier === null) note(noEarlier(flags.continueFrom));
    else if (past?.isForHistory) note(notContinuedText(flags.continueFrom));
  }
  return {
    experiment: asRecorded(experiment, past),
    config: { form, from, folder: '.', source },
    flags: [...flagsOf(settings), ...configFromFlags(from)],
    trees: treesBeside(past, trees),
    past,
    earlier: past?.isForHistory ? null : earlier,
    selfTest: null,
    history,
    results,
    seed,
    env: process.env,
    signal,
    emit,
  };
}

/** The flag by which the user named a base. */
export function namedBase(
  flags: Pick<RunFlags, 'base' | 'baseDir' | 'confirmationOf'>,
): string | null {
  // A confirmation is of a comparison with a base.
  if (flags.confirmationOf !== undefined) return '--confirmation-of';
  const key = (['base', 'baseDir'] as const).find((one) => flags[one]);
  return key === undefined ? null : FLAG_NAMES[key];
}

/** No results are written: those of the first measurement say it all. */
function tellNothing(verdict: Verdict, { format }: RunFlags): number {
  process.stderr.write(`${nothingToConfirm(verdict)}\n`);
  if (format === 'json') process.stdout.write(verdictFile(verdict));
  return EXIT.ok;
}

/** The default folder hides itself from git, so that the next run does not take it for a change. */
export function resultsIn(out: string): Results {
  const results = openResults(out);
  if (out === DEFAULT_OUT) writeWhole(path.join(results.dir, '.gitignore'), '*\n');
  return results;
}
