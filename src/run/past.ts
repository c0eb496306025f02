/** Whether head is compared with earlier runs, and what is needed for that. */
import path from 'node:path';
import type { Tree, Trees, TreesOptions } from '../checkout/trees.ts';
import { programsOf } from '../config/contenders.ts';
import type { Experiment } from '../config/experiment.ts';
import { pastFrom } from '../history/past.ts';
import { type FoundPast, readPast } from '../history/past-reading.ts';
import { type HistoryStore, StoreError } from '../history/stores/store.ts';
import { calibratorHash } from '../measure/calibrator/program.ts';
import type { Broken } from '../measure/failure.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { PastRuns } from '../measure/past-runs.ts';
import { programsNamedIn, versionsOf } from '../measure/probes/toolchains.ts';
import { UserError } from '../system/problem.ts';
import type { GateRequest, PastSource } from './request.ts';

/**
 * What the gate's `baseline` comes to. `store`: the history of this run; null: none is asked for. `named`: how the user named a base
 * of his own; null: not at all. `warn` hears of lines that are damaged, or that cannot be read.
 * @throws UserError where they do not go together, or where the history that a run goes by alone cannot be read
 */
export async function pastWish(
  { gate: { baseline = 'auto' }, subjects }: Pick<Experiment, 'gate' | 'subjects'>,
  {
    store,
    named,
    warn,
  }: { store: HistoryStore | null; named: string | null; warn: (message: string) => void },
): Promise<GateRequest['past']> {
  if (baseline === 'stored' && store === null) {
    throw new UserError({
      where: 'gate.baseline',
      message:
        '`stored` compares head with earlier runs, and there is no `history` that would have them',
      hint: 'say where they are kept, such as `history: branch`; or leave `baseline` out, and base is built',
    });
  }
  if (baseline === 'stored' && named !== null) {
    throw new UserError({
      where: `gate.baseline, ${named}`,
      message: 'earlier runs and a base of its own are two baselines',
      hint: `leave ${named} out, or set \`baseline: rebuild\``,
    });
  }
  if (baseline === 'rebuild' || store === null) return null;
  // Before anything is built.
  if (baseline === 'stored') await assertReadable(store);
  return { mode: baseline, source: sourceIn(store, subjects, { mode: baseline, warn }) };
}

/** Of each subject, what the store has of it. */
function sourceIn(
  store: HistoryStore,
  subjects: Experiment['subjects'],
  { mode, warn }: { mode: 'auto' | 'stored'; warn: (message: string) => void },
): PastSource {
  return {
    name: store.name,
    read: async () => {
      let found: FoundPast;
      try {
        found = await readPast(store, subjects);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (mode === 'stored') throw notReadable(store, error);
        warn(unreadable(error));
        return null;
      }
      for (const damaged of found.damaged) {
        const [first] = damaged;
        if (first === undefined) continue;
        const more = damaged.length === 1 ? '' : ` (and ${damaged.length - 1} more)`;
        warn(
          `${store.name}: ${first.path}, line ${first.number} ${first.reason}${more}; it is left out`,
        );
      }
      return pastFrom(found.subjects);
    },
  };
}

/** @throws UserError */
async function assertReadable(store: HistoryStore): Promise<void> {
  try {
    await store.check('read').catch((error: unknown) => {
      // A read is tried again and again, and a check is not.
      if (error instanceof StoreError && error.isPassing) return store.read(async () => undefined);
      throw error;
    });
  } catch (error) {
    throw error instanceof StoreError ? notReadable(store, error) : error;
  }
}

/** Head would be compared with nothing, so there is no need to measure it. */
function notReadable(store: HistoryStore, error: StoreError): UserError {
  const { message, cure } = error;
  const without = 'leave `baseline: stored` out, so that head is compared with base, built anew';
  return new UserError(
    {
      where: 'gate.baseline',
      message: `\`stored\` compares head with earlier runs, and the history in ${store.name} cannot be read: ${message}`,
      hint: cure === null ? without : `${cure}; or ${without}`,
    },
    { cause: error },
  );
}

function unreadable({ message, cure }: StoreError): string {
  return `the history cannot be read (${message}), so there is nothing to compare with where base cannot be built${cure === null ? '' : `. To mend it: ${cure}`}`;
}

/** Head alone, where base is not wanted. */
export function treesBeside<Wanted extends { base: TreesOptions['base'] }>(
  past: GateRequest['past'],
  trees: Wanted,
): Wanted {
  return past?.mode === 'stored' ? { ...trees, base: { kind: 'none' } } : trees;
}

/** Undefined: head is compared with something else. */
export async function pastFor(
  { past }: Pick<GateRequest, 'past'>,
  { arms }: Pick<Trees, 'arms'>,
): Promise<PastRuns | undefined> {
  if (past === null || (past.mode === 'auto' && arms.base !== undefined)) return undefined;
  return (await readFrom(past.source)) ?? undefined;
}

async function readFrom(source: PastSource): Promise<PastRuns | null> {
  const found = await source.read();
  return found && { from: source.name, calibrator: calibratorHash(), ...found };
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
  const earlier = await readFrom(past.source);
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

/** What the servers of head are built and run with, as it is in head's folder. */
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
  return all;
}
