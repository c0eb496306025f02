/** Whether head is compared with earlier runs, and what is needed for that. */
import path from 'node:path';
import type { Tree, Trees } from '../checkout/trees.ts';
import { programsOf } from '../config/experiment/contenders.ts';
import type { Experiment } from '../config/experiment/experiment.ts';
import { canBeCalibrated } from '../config/experiment/scenario-metrics.ts';
import type { Setting } from '../config/settings/settings.ts';
import { type Form, formOf, named as settingName, written } from '../config/settings/spelling.ts';
import { type Compared, type FoundPast, readPast } from '../history/past-reading.ts';
import { type HistoryStore, StoreError } from '../history/stores/store.ts';
import { calibratorHash } from '../measure/calibrator/program.ts';
import { programsNamedIn, versionsOf } from '../measure/environment/toolchains.ts';
import type { Broken } from '../measure/failures/arm-failure.ts';
import type { Measurement } from '../measure/observed/measurement.ts';
import type { PastRuns } from '../measure/observed/past-runs.ts';
import {
  damagedText,
  lostMeanwhileText,
  ofOthersText,
  unreadableText,
} from '../report/history/unreadable.ts';
import { UserError } from '../system/messages/problem.ts';
import type { RunHistory } from './history.ts';
import type { GateRequest, PastSource, PastWish, TreesWish } from './request.ts';

/** What is known when the wish is made. `warn` hears of lines that are damaged, or that cannot be read. */
interface Asked {
  /** Null: none is asked for. */
  history: Pick<RunHistory, 'store' | 'writes' | 'job' | 'again'> | null;
  /** How the user named a base of his own; null: not at all. */
  named: string | null;
  /** The flag or input by which `baseline` was given; absent: it is as the file has it, or was not given. */
  said?: Setting | undefined;
  warn: (message: string) => void;
}

/** Where `baseline` stands, and in which form. */
interface Place {
  where: string;
  form: Form;
}

function placeOf(said: Setting | undefined): Place {
  if (said === undefined) return { where: 'gate.baseline', form: 'file' };
  return { where: said.origin, form: formOf(said) };
}

/**
 * What the gate's `baseline` comes to. A run that writes the history leaves nothing there that later ones could be compared with,
 * unless it is measured beside the calibrator: so `auto` is `stored` there.
 * @throws UserError where they do not go together, or where the history that a run goes by alone cannot be read
 */
export async function pastWish(
  experiment: Pick<Experiment, 'gate' | 'subjects' | 'scenarios'>,
  { history, named, said, warn }: Asked,
): Promise<PastWish | null> {
  const { gate, subjects } = experiment;
  const { baseline = 'auto' } = gate;
  const place = placeOf(said);
  const { where, form } = place;
  const { store = null, job = null, writes = false, again = null } = history ?? {};
  if (baseline === 'stored' && store === null) {
    throw new UserError({
      where,
      message:
        '`stored` compares head with earlier runs, and there is no history that would have them',
      hint: `say where they are kept, such as ${written('history', 'branch', form)}; or leave ${settingName('baseline', form)} out, and base is built`,
    });
  }
  if (baseline === 'stored' && named !== null) {
    throw new UserError({
      where: `${where}, ${named}`,
      message: 'earlier runs and a base of its own are two baselines',
      hint: `leave ${named} out, or set ${written('baseline', 'rebuild', form)}`,
    });
  }
  if (baseline === 'rebuild' || store === null) return null;
  const wish = (mode: PastWish['mode'], isForHistory: boolean): PastWish => ({
    mode,
    isForHistory,
    source: sourceIn(store, subjects, {
      kind: isForHistory ? 'for-history' : mode,
      compared: { job, isOwnOnly: writes, again },
      place,
      warn,
    }),
  });
  // Before anything is built.
  if (baseline === 'stored') {
    await assertReadable(store, place);
    return wish('stored', false);
  }
  const able = experiment.scenarios.filter(canBeCalibrated).map(({ name }) => name);
  const isUseful = subjects.some(({ scenario }) => able.includes(scenario));
  if (!writes || named !== null || !isUseful) return wish('auto', false);
  const isReadable = await assertReadable(store, place).then(
    () => true,
    (error: unknown) => {
      if (error instanceof UserError) return false;
      throw error;
    },
  );
  // What is wrong with it is told when it is needed, or when the run writes to it.
  return isReadable ? wish('stored', true) : wish('auto', false);
}

/**
 * A run of the default branch that keeps a history for later ones blocks nothing: that there are too few earlier runs yet, or that no other
 * runner can confirm what it found, is no reason to fail, as nobody has asked for that comparison.
 */
export function asRecorded(
  experiment: Experiment,
  past: Pick<PastWish, 'isForHistory'> | null,
): Experiment {
  if (past === null || !past.isForHistory) return experiment;
  const { gate } = experiment;
  return {
    ...experiment,
    gate: { ...gate, failOnInconclusive: false, failOnNoBaseline: false, onRegression: 'fail' },
  };
}

interface Source {
  kind: PastWish['mode'] | 'for-history';
  compared: Required<Compared>;
  place: Place;
  warn: (message: string) => void;
}

/** Of each subject, what the store has of it. */
function sourceIn(
  store: HistoryStore,
  subjects: Experiment['subjects'],
  { kind, compared, place, warn }: Source,
): PastSource {
  return {
    name: store.name,
    read: async () => {
      let found: FoundPast;
      try {
        found = await readPast(store, subjects, compared);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (kind === 'stored') throw notReadable(store, error, place);
        // Its figures are wanted by later runs, whatever they can be compared with now.
        warn(kind === 'auto' ? unreadableText(error) : lostMeanwhileText(error));
        return kind === 'auto' ? null : { fingerprints: {}, subjects: [] };
      }
      for (const damaged of found.damaged) {
        const text = damagedText(damaged);
        if (text !== null) warn(`${store.name}: ${text}`);
      }
      for (const one of found.ofOthers) warn(`${store.name}: ${ofOthersText(one, compared.job)}`);
      return found.past;
    },
  };
}

/** @throws UserError */
async function assertReadable(store: HistoryStore, place: Place): Promise<void> {
  try {
    await store.check('read').catch((error: unknown) => {
      // A read is tried again and again, and a check is not.
      if (error instanceof StoreError && error.isPassing) return store.read(async () => undefined);
      throw error;
    });
  } catch (error) {
    throw error instanceof StoreError ? notReadable(store, error, place) : error;
  }
}

/** Head would be compared with nothing, so there is no need to measure it. */
function notReadable(store: HistoryStore, error: StoreError, { where, form }: Place): UserError {
  const { message, cure } = error;
  const without = `leave ${written('baseline', 'stored', form)} out, so that head is compared with base, built anew`;
  return new UserError(
    {
      where,
      message: `\`stored\` compares head with earlier runs, and the history in ${store.name} cannot be read: ${message}`,
      hint: cure === null ? without : `${cure}; or ${without}`,
    },
    { cause: error },
  );
}

/** Head alone, where base is not wanted; its config still says what the change alters, such as a tolerance. */
export function treesBeside<Wanted extends Pick<TreesWish, 'base'>>(
  past: Pick<PastWish, 'mode'> | null,
  trees: Wanted,
): Wanted & Pick<TreesWish, 'ruleBase'> {
  if (past?.mode !== 'stored') return trees;
  const ruleBase = trees.base.kind === 'none' ? {} : { ruleBase: trees.base };
  return { ...trees, base: { kind: 'none' }, ...ruleBase };
}

/** Undefined: head is compared with something else. */
export async function pastFor(
  { past }: Pick<GateRequest, 'past'>,
  { arms }: Pick<Trees, 'arms'>,
): Promise<PastRuns | undefined> {
  if (past === null || (past.mode === 'auto' && arms.base !== undefined)) return undefined;
  return (await readFrom(past, arms.head.source)) ?? undefined;
}

/** What is no commit is kept nowhere, whoever may write. */
async function readFrom(
  { source, isForHistory }: PastWish,
  head: Measurement['sources']['head'],
): Promise<PastRuns | null> {
  const found = await source.read();
  // Who has named a base, or asked for `stored`, asks how it compares, and hears that nobody can tell yet.
  const kept = isForHistory && (head?.commit ?? null) !== null ? { isKept: true } : {};
  return found && { from: source.name, ...kept, calibrator: calibratorHash(), ...found };
}

/**
 * Where no server of base could be built and all of head's could, the same measurement of head alone, against earlier runs;
 * undefined where there is no need, or nothing to compare with.
 */
export async function insteadOfBase(
  { past, experiment }: Pick<GateRequest, 'past' | 'experiment'>,
  begun: Measurement,
  broken: Broken,
): Promise<{ begun: Measurement; broken: Broken; why: string } | undefined> {
  if (past?.mode !== 'auto' || begun.past !== undefined || begun.attempts.length > 0) return;
  const failures = experiment.servers.map(({ name }) => broken.get(name) ?? []);
  const areBasesAlone = failures.every(
    (own) => own.length > 0 && own.every(({ arm }) => arm === 'base'),
  );
  if (!areBasesAlone) return;
  const earlier = await readFrom(past, begun.sources.head);
  if (earlier === null) return;
  const { head } = begun.sources;
  return {
    begun: {
      ...begun,
      sources: head === undefined ? {} : { head },
      plan: { ...begun.plan, arms: ['head'] },
      past: earlier,
    },
    broken: new Map(),
    why: failures.flat().map(({ what }) => what)[0] ?? '',
  };
}

/** What the servers of head are built and run with, and load commands load with, as it is in head's folder. */
export async function programVersions(
  { experiment, signal }: Pick<GateRequest, 'experiment' | 'signal'>,
  head: Pick<Tree, 'dir'>,
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const server of experiment.servers) {
    const commands = programsOf(server).flatMap(({ build, start }) => [build ?? '', start]);
    const cwd = path.join(head.dir, server.workdir);
    const names = programsNamedIn(commands).filter((name) => all[name] === undefined);
    Object.assign(all, await versionsOf(names, { cwd, env, signal }));
  }
  const loads = experiment.scenarios.flatMap((one) =>
    one.kind === 'command' ? [one.command] : [],
  );
  const tools = programsNamedIn(loads, 'load').filter((name) => all[name] === undefined);
  Object.assign(all, await versionsOf(tools, { cwd: head.dir, env, signal }));
  return all;
}
