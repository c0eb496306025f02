/** `throughput-gate run`: flags → request → verdict on the terminal and in files → exit code. */
import { hideFromGit } from '../checkout/hidden-folder.ts';
import type { Wanted } from '../checkout/tree-options.ts';
import { parseSeed } from '../config/settings/seed.ts';
import { nonEmpty, type Settings } from '../config/settings/settings.ts';
import { EXIT, exitCode } from '../judge/verdict/exit-code.ts';
import type { Verdict } from '../judge/verdict/verdict.ts';
import { tellHistory } from '../report/history/told.ts';
import { nothingToConfirmText } from '../report/notices/attempts.ts';
import { renderSummary } from '../report/summary.ts';
import { verdictFile } from '../report/verdict-file.ts';
import {
  type ChangeRequest,
  type ChangeWish,
  changeRequest,
  type SidesWish,
  sidesOf,
} from '../run/change-request.ts';
import { type ConfirmationRequest, readConfirmationRequest } from '../run/confirmation-request.ts';
import { readEarlier } from '../run/earlier.ts';
import { runGate } from '../run/pipeline.ts';
import { openResults, type Results } from '../system/results/results.ts';
import { localHistory } from './local-history.ts';
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

const FLAG_NAMES: Record<keyof Wanted, string> = {
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
  const toConfirm = await confirmationAsked(flags, signal);
  if (toConfirm?.kind === 'nothing') return tellNothing(toConfirm.verdict, flags);
  const terminal = openTerminal();
  const { emit } = terminal;
  const warn = (message: string) => emit({ type: 'warning', subject: null, message });
  const { request, history, configNotes, runNotes } = await requestOf(flags, settings, {
    confirmationOf: toConfirm?.first ?? null,
    ...{ warn, signal },
  });
  const results = resultsIn(flags.out);
  for (const message of [...configNotes, ...runNotes]) emit({ type: 'note', message });
  terminal.warn(history?.warnings ?? []);
  const means = { history, results, seed: seedOf(flags), env: process.env, signal, emit };
  const { verdict } = await runGate({ ...request, ...means }).finally(terminal.close);
  const troubles = results.troubles.length;
  terminal.warn(results.troubles);
  if (flags.format === 'json') process.stdout.write(verdictFile(verdict));
  else terminal.show(verdict, results.dir, flags.details ?? false);
  // Last: the verdict does not wait for a server that may not answer.
  const outcome = (await history?.keep(true)) ?? null;
  const told = outcome === null ? null : tellHistory(outcome);
  if (told !== null) results.write('summary', renderSummary(verdict, { history: told }));
  terminal.warn(results.troubles.slice(troubles));
  if (told?.isTrouble) terminal.warn([told.line]);
  else if (told && flags.format !== 'json') terminal.say(`\n${told.line}`);
  if (told?.moves && flags.format !== 'json') terminal.say(told.moves.line);
  return exitCode(verdict, request.experiment.gate);
}

/** Null: a confirmation is not asked for. @throws UserError */
export async function confirmationAsked(
  flags: RunFlags,
  signal: AbortSignal,
): Promise<ConfirmationRequest | null> {
  const { confirmationOf, out } = flags;
  if (confirmationOf === undefined) return null;
  const trees = () => ({ ...sidesOf(sidesWish(flags)), signal });
  return readConfirmationRequest(confirmationOf, out, trees);
}

/** Null: one is drawn. @throws UserError */
export function seedOf({ seed }: Pick<RunFlags, 'seed'>): number | null {
  return seed === undefined ? null : parseSeed(seed, '--seed');
}

type OwnWish = Pick<ChangeWish, 'confirmationOf' | 'warn' | 'signal'> & {
  /** Nothing will be measured. */
  onlyLooks?: boolean;
};

/** What `run` and `plan` ask of the change that the user stands in. */
export function requestOf(
  flags: Partial<RunFlags>,
  settings: Settings,
  { onlyLooks = false, ...rest }: OwnWish,
): Promise<ChangeRequest> {
  const how = {
    namesBase: Boolean(flags.base || flags.baseDir),
    isByFlag: nonEmpty(settings.history) !== undefined,
    onlyLooks,
  };
  const { continueFrom } = flags;
  return changeRequest({
    ...sidesWish(flags),
    settings,
    configFrom: { value: flags.configFrom ?? '', origin: '--config-from' },
    named: namedBase(flags),
    readEarlier: async () => (continueFrom === undefined ? null : readEarlier(continueFrom)),
    alsoCheck: () => seedOf(flags),
    openHistory: (place, tree) => localHistory(place, tree, { ...how, signal: rest.signal }),
    ...rest,
  });
}

function sidesWish(flags: Partial<RunFlags>): SidesWish {
  return {
    cwd: process.cwd(),
    wanted: flags,
    nameOf: (key, value) => `${FLAG_NAMES[key]}${value === undefined ? '' : ` ${value}`}`,
    otherwise: { kind: 'auto' },
  };
}

/** The flag by which the user named a base. */
function namedBase(flags: Partial<RunFlags>): string | null {
  // A confirmation is of a comparison with a base.
  if (flags.confirmationOf !== undefined) return '--confirmation-of';
  const key = (['base', 'baseDir'] as const).find((one) => flags[one]);
  return key === undefined ? null : FLAG_NAMES[key];
}

/** No results are written: those of the first measurement say it all. */
function tellNothing(verdict: Verdict, { format }: RunFlags): number {
  process.stderr.write(`${nothingToConfirmText(verdict)}\n`);
  if (format === 'json') process.stdout.write(verdictFile(verdict));
  return EXIT.ok;
}

export function resultsIn(out: string): Results {
  const results = openResults(out);
  hideFromGit(results.dir, out === DEFAULT_OUT);
  return results;
}
