/** What the pipeline is asked of a change, from what the user gave: for `run` and `plan`, and for the action. */
import path from 'node:path';
import type { First } from '../attempts/confirmation.ts';
import type { Earlier } from '../attempts/earlier.ts';
import type { BaseRequest } from '../checkout/base.ts';
import { repoRoot } from '../checkout/find.ts';
import { type NameOf, type Wanted, wantedTrees } from '../checkout/tree-options.ts';
import type { TreesOptions } from '../checkout/trees.ts';
import type { Gate } from '../config/experiment/experiment.ts';
import { type Loaded, loadExperiment } from '../config/load.ts';
import { loadOwnBesideBase } from '../config/load-apart.ts';
import { configFromFlags, flagsOf } from '../config/settings/flags.ts';
import { nonEmpty, type Setting, type Settings } from '../config/settings/settings.ts';
import type { HistoryPlace } from '../config/values/history-place.ts';
import { noEarlierText } from '../report/notices/attempts.ts';
import { forHistoryText, notContinuedText } from '../report/notices/instead-of-base.ts';
import { type Problem, together } from '../system/messages/problem.ts';
import { applyConfig, asksForBase, type ConfigSource, parseConfigFrom } from './bar.ts';
import type { RunHistory } from './history.ts';
import { asRecorded, pastWish, treesBeside } from './past.ts';
import type { GateQuestion, PastWish, TreesWish } from './request.ts';

/** All of it as the user gave it; what of it contradicts the rest is found here. */
export interface ChangeWish {
  /** Where the user stands: relative paths begin here. */
  cwd: string;
  wanted: Wanted;
  nameOf: NameOf;
  /** The base when none is named. */
  otherwise: BaseRequest;
  /** How the trees are made, where it is not as at a desk. */
  means?: Pick<TreesOptions, 'uncommitted' | 'token' | 'server' | 'names'>;
  settings: Settings;
  /** Whose config file is to count. */
  configFrom: Setting;
  /** How the user named a base of their own, a confirmation included; null: not at all. */
  named: string | null;
  confirmationOf: First | null;
  /** Reads what is at `wanted.continueFrom`; null: nothing. Not asked where the rest is wrong already. */
  readEarlier: () => Promise<Earlier | null>;
  /** `tree`: root of the files that are measured as head. */
  openHistory: (place: HistoryPlace, tree: string) => Promise<RunHistory | null>;
  warn: (message: string) => void;
  signal: AbortSignal;
  /** Whatever else was given: its mistakes are told with the others. */
  alsoCheck?: () => unknown;
}

export interface ChangeRequest {
  request: GateQuestion & { config: { source: ConfigSource }; trees: TreesWish };
  /** Null: none is asked for. */
  history: RunHistory | null;
  /** What the user should know of the config. */
  configNotes: string[];
  /** What the user should know of this run besides, before it begins. */
  runNotes: string[];
}

/** Which sides are compared. */
export type SidesWish = Pick<ChangeWish, 'cwd' | 'wanted' | 'nameOf' | 'otherwise' | 'means'>;

/** @throws UserError for names that contradict each other */
export function sidesOf(wish: SidesWish): Omit<TreesWish, 'ruleBase'> {
  return { ...wantedTrees(wish.wanted, wish.cwd, wish.otherwise, wish.nameOf), ...wish.means };
}

/** The config of the files that are measured as head, and their root. @throws UserError with every mistake in it */
export async function headConfig({
  cwd,
  wanted,
  settings,
  configFrom,
  signal,
}: Pick<ChangeWish, 'cwd' | 'wanted' | 'settings' | 'configFrom' | 'signal'>): Promise<{
  loaded: Loaded;
  /** See `ConfigSource`. */
  problems: readonly Problem[];
  tree: string;
}> {
  const root = wanted.headDir || (await repoRoot(cwd, signal)) || cwd;
  const tree = path.resolve(cwd, root);
  const from = { root: tree, settings, cwd };
  if (asksForBase(configFrom)) return { ...(await loadOwnBesideBase(from)), tree };
  return { loaded: await loadExperiment(from), problems: [], tree };
}

/** @throws UserError for whatever is wrong, before anything is placed or built */
export async function changeRequest(wish: ChangeWish): Promise<ChangeRequest> {
  const { cwd, wanted, settings, named, warn, signal, alsoCheck = () => null } = wish;
  const { trees, asked, config } = await together({
    trees: () => sidesOf(wish),
    asked: () => parseConfigFrom(wish.configFrom),
    others: alsoCheck,
    config: () => headConfig(wish),
  });
  const { loaded, problems, tree } = config;
  const source = { asked, own: loaded, ownProblems: problems, head: tree, cwd, settings };
  const applied = await applyConfig(source, { ...trees, signal });
  const { experiment, from } = applied;
  const earlier = await wish.readEarlier();
  const history = await wish.openHistory(applied.history, tree);
  const said = nonEmpty(settings.baseline);
  const past = await pastWish(experiment, { history, named, said, warn });
  const before = wanted.continueFrom ?? '';
  return {
    request: {
      experiment: asRecorded(experiment, past),
      config: { form: applied.form, from, folder: '.', source },
      flags: [...flagsOf(settings), ...configFromFlags(from)],
      trees: treesBeside(past, trees),
      past,
      confirmationOf: wish.confirmationOf,
      earlier: past?.isForHistory ? null : earlier,
      selfTest: null,
    },
    history,
    configNotes: applied.notes,
    runNotes: notesOf(experiment.gate, past, { earlier, before }),
  };
}

/** `before`: the file of the earlier attempt, as the user named it; empty: none. */
function notesOf(
  gate: Gate,
  past: PastWish | null,
  { earlier, before }: { earlier: Earlier | null; before: string },
): string[] {
  const isForHistory = past?.isForHistory ?? false;
  return [
    ...(past !== null && isForHistory ? [forHistoryText(gate, past.source.name)] : []),
    ...(before !== '' && earlier === null ? [noEarlierText(before)] : []),
    ...(isForHistory && earlier !== null ? [notContinuedText(before)] : []),
  ];
}
