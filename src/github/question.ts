/** The inputs of a step → what the pipeline is asked. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { First } from '../attempts/confirmation.ts';
import { repoRoot } from '../checkout/find.ts';
import type { SideNames } from '../checkout/side-names.ts';
import type { Wanted } from '../checkout/tree-options.ts';
import type { Setting } from '../config/settings/settings.ts';
import type { HistoryPlace } from '../config/values/history-place.ts';
import { passingFolderText } from '../report/history/told.ts';
import { changeRequest, type SidesWish, sidesOf } from '../run/change-request.ts';
import { type ConfirmationRequest, readConfirmationRequest } from '../run/confirmation-request.ts';
import { readEarlier } from '../run/earlier.ts';
import { openHistory, type RunHistory } from '../run/history.ts';
import { BY_ITSELF, type GateQuestion } from '../run/request.ts';
import { versusRequest } from '../run/versus-request.ts';
import { announceWarning } from './announce.ts';
import { baseRequestOf } from './base-request.ts';
import type { EventContext } from './event.ts';
import { historyJob, historyWriter } from './history-writer.ts';
import { type ActionInputs, assertPublishable, type InputName, settingsOf } from './inputs.ts';
import { passingFolder } from './passing-folder.ts';
import { withRebasedPulls } from './rebased-pulls.ts';
import type { Step } from './step.ts';
import { throughProxy } from './through-proxy.ts';
import type { VersusInputs } from './versus-inputs.ts';

export interface Asked {
  request: GateQuestion;
  /** Null: none is asked for. */
  history: RunHistory | null;
  /** What the user should know beforehand. */
  notes: string[];
}

const INPUT_OF: Record<keyof Wanted, InputName> = {
  base: 'base',
  baseDir: 'base-dir',
  headDir: 'head-dir',
  continueFrom: 'continue-from',
  baseline: 'baseline',
};

/** Each of them names a base of its own. */
const NAMING = ['base', 'base-dir', 'confirmation-of'] as const;

/** @throws UserError */
export async function askedOfVersus(
  step: Step,
  { written, scenariosOf }: VersusInputs,
  signal: AbortSignal,
): Promise<Asked> {
  const settings = settingsOf(step.inputs);
  const wish = { written, scenariosOf, settings, cwd: workspace(step), signal };
  const { request, notes } = await versusRequest(wish);
  return { request: { ...request, ...BY_ITSELF }, history: null, notes };
}

/**
 * @param first the measurement that is to be confirmed
 * @throws UserError
 */
export async function askedOfChange(
  step: Step,
  context: EventContext,
  first: First | null,
  signal: AbortSignal,
): Promise<Asked> {
  const { inputs } = step;
  const sides = sidesWish(step, context);
  const { cwd } = sides;
  const named = NAMING.find((name) => inputs[name]);
  const before = inputs['continue-from'];
  const { request, history, configNotes, runNotes } = await changeRequest({
    ...sides,
    settings: settingsOf(inputs),
    configFrom: configFromInput(inputs),
    named: named === undefined ? null : `input \`${named}\``,
    confirmationOf: first,
    readEarlier: async () =>
      before === '' ? null : readEarlier(path.resolve(cwd, before), before),
    openHistory: (place) => historyOf(place, step, context, signal),
    warn: (message) => announceWarning(message, { title: 'Throughput Gate' }),
    signal,
  });
  return { request, history, notes: [...configNotes, ...runNotes] };
}

const NAMES: SideNames = {
  base: 'input `base`',
  baseDir: 'input `base-dir`',
  headDir: 'input `head-dir`',
  outside:
    'Let actions/checkout run in a step before this one. Where it did, git was missing then (it takes the files without their ' +
    'repository): install git in the runner or the container first. To compare two plain folders: inputs `base-dir` and `head-dir`.',
};

export function configFromInput(inputs: ActionInputs): Setting {
  return { value: inputs['config-from'], origin: 'input `config-from`' };
}

/** What the inputs say of the two sides. */
export function sidesWish(step: Step, context: EventContext): SidesWish {
  const { inputs } = step;
  return {
    cwd: workspace(step),
    wanted: Object.fromEntries(Object.entries(INPUT_OF).map(([key, name]) => [key, inputs[name]])),
    nameOf: (key, value) => `input \`${INPUT_OF[key]}${value === undefined ? '' : `: ${value}`}\``,
    otherwise: baseRequestOf(context),
    // Files that earlier steps left in the workspace belong to neither side.
    means: { uncommitted: false, token: inputs.token, server: context.serverUrl, names: NAMES },
  };
}

async function historyOf(
  place: HistoryPlace,
  { env, inputs }: Step,
  context: EventContext,
  signal: AbortSignal,
): Promise<RunHistory | null> {
  assertPublishable(inputs, place);
  if (place.kind === 'none') return null;
  const { token } = inputs;
  const cwd = workspace({ env });
  const commentKey = inputs['comment-key'];
  const namesBase = inputs.base !== '' || inputs['base-dir'] !== '';
  const writer = historyWriter(context, { commentKey, namesBase });
  const surroundings = {
    cwd: (await repoRoot(cwd, signal)) ?? cwd,
    env,
    remote: `${context.serverUrl}/${context.owner}/${context.repo}`,
    token: token === '' ? null : token,
    ask: throughProxy,
    signal,
  };
  const written = await withRebasedPulls(writer, context, token);
  const folder = passingFolder(place, surroundings.cwd, env);
  const opened = await openHistory(place, written, surroundings, { job: historyJob(commentKey) });
  if (opened === null || folder === null || !opened.writes) return opened;
  return { ...opened, warnings: [...opened.warnings, passingFolderText(folder)] };
}

/** Null: no confirmation is asked for. @throws UserError */
export async function confirmationRequest(
  step: Step,
  context: EventContext,
  signal: AbortSignal,
): Promise<ConfirmationRequest | null> {
  const file = step.inputs['confirmation-of'];
  if (file === '') return null;
  const trees = () => ({ ...sidesOf(sidesWish(step, context)), signal });
  return readConfirmationRequest(path.resolve(workspace(step), file), resultsDir(step), trees);
}

export function workspace({ env }: Pick<Step, 'env'>): string {
  return env.GITHUB_WORKSPACE || process.cwd();
}

/** Absolute. Without `out`, one that is not there yet. */
export function resultsDir({ inputs, env }: Step): string {
  const cwd = workspace({ env });
  if (inputs.out !== '') return path.resolve(cwd, inputs.out);
  const { RUNNER_TEMP, GITHUB_RUN_ID = 'local', GITHUB_ACTION = 'gate' } = env;
  const name = `throughput-gate-results-${GITHUB_RUN_ID}-${GITHUB_ACTION}`;
  const dir = path.join(RUNNER_TEMP || cwd, name.replaceAll(/[^\w.-]/g, '_'));
  // Steps within two uses of one composite action may have the same name, and the first one's files are still to be uploaded.
  for (let count = 1; ; count++) {
    const own = count === 1 ? dir : `${dir}-${count}`;
    if (!existsSync(own)) return own;
  }
}
