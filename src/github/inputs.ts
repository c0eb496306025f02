/** The action's inputs. The only file that knows INPUT_*. */

import { REMOVED, removedText } from '../checkout/tree-options.ts';
import { nearest } from '../config/mistakes/nearest.ts';
import { inPlaceOf } from '../config/no-setting.ts';
import { parseSeed } from '../config/settings/seed.ts';
import type { Setting, Settings } from '../config/settings/settings.ts';
import type { HistoryPlace } from '../config/values/history-place.ts';
import { UserError } from '../system/messages/problem.ts';
import type { Env } from './event.ts';

/** Every input of `action.yml`, in its order. */
export const INPUT_NAMES = [
  'config',
  'config-from',
  'workdir',
  'build',
  'start',
  'port',
  'pairs',
  'warm-up',
  'ready-path',
  'ready-method',
  'ready-headers',
  'ready-status',
  'ready-times',
  'ready-log',
  'ready-command',
  'ready-timeout',
  'stop-signal',
  'stop-timeout',
  'stop-command',
  'protocol',
  'tls',
  'path',
  'method',
  'headers',
  'body',
  'connections',
  'streams',
  'timeout',
  'expect-status',
  'base',
  'base-dir',
  'head-dir',
  'versus',
  'scenarios-of',
  'only',
  'beside',
  'budget',
  'job-budget',
  'tolerance',
  'limits',
  'metrics',
  'claims',
  'false-alarm-rate',
  'baseline',
  'measure-all',
  'fail-on-inconclusive',
  'fail-on-no-baseline',
  'on-regression',
  'history',
  'publish',
  'confirmation-of',
  'continue-from',
  'seed',
  'out',
  'allow-unattributed-head',
  'comment',
  'comment-key',
  'output-in-comment',
  'token',
] as const;
export type InputName = (typeof INPUT_NAMES)[number];

/** What the user wrote; empty when an input was not given. Nothing is checked yet. */
export type ActionInputs = Readonly<Record<InputName, string>>;

/**
 * Reads every input from the environment, once, by the runner's naming: upper case, spaces to `_`,
 * `-` kept. Values are trimmed, except the request body, which is sent as written.
 */
export function readInputs(env: Env): ActionInputs {
  const read = (name: InputName) => env[`INPUT_${name.toUpperCase()}`] ?? '';
  return Object.fromEntries(
    INPUT_NAMES.map((name) => [name, name === 'body' ? read(name) : read(name).trim()]),
  ) as Record<InputName, string>;
}

/**
 * The runner only warns of an input that there is not, and the job would be compared with something else than it was meant to be.
 * @throws UserError for one that there was
 */
export function refuseRemoved(env: Env): void {
  const given = REMOVED.filter((name) => env[`INPUT_${name.toUpperCase()}`]);
  if (given.length === 0) return;
  throw new UserError({
    where: given.map((name) => `input \`${name}\``).join(', '),
    message: removedText((name, value) => `input \`${name}: ${value}\``),
  });
}

/**
 * The runner only warns of a misspelt input, of a key that only a config file has, and of another tool's word for one of ours. The
 * run would be judged by other rules than those that were written down. What is like nothing here may have come from elsewhere, and is
 * left to the runner.
 * @throws UserError with every one of them
 */
export function refuseMisspelt(env: Env): void {
  const known: readonly string[] = [...INPUT_NAMES, ...REMOVED];
  const problems = Object.entries(env).flatMap(([key, value]) => {
    const name = /^INPUT_(.+)$/.exec(key)?.[1]?.toLowerCase();
    if (name === undefined || !value || known.includes(name)) return [];
    const hint = inPlaceOf(name, INPUT_NAMES) ?? likely(name);
    if (hint === null) return [];
    return { where: `input \`${name}\``, message: 'there is none of this name', hint };
  });
  if (problems.length > 0) throw new UserError(problems);
}

function likely(name: string): string | null {
  const meant = nearest(name, INPUT_NAMES);
  return meant === null ? null : `write \`${meant}\``;
}

/** The inputs that describe the experiment, for `config/`, which checks them and knows the defaults. */
export function settingsOf(inputs: ActionInputs): Settings {
  const setting = (name: InputName): Setting | undefined =>
    inputs[name] === '' ? undefined : { value: inputs[name], origin: `input \`${name}\`` };
  const only = setting('only');
  const claims = setting('claims');
  return {
    config: setting('config'),
    workdir: setting('workdir'),
    build: setting('build'),
    start: setting('start'),
    port: setting('port'),
    pairs: setting('pairs'),
    warmUp: setting('warm-up'),
    readyPath: setting('ready-path'),
    readyMethod: setting('ready-method'),
    readyHeaders: setting('ready-headers'),
    readyStatus: setting('ready-status'),
    readyTimes: setting('ready-times'),
    readyLog: setting('ready-log'),
    readyCommand: setting('ready-command'),
    readyTimeout: setting('ready-timeout'),
    stopSignal: setting('stop-signal'),
    stopTimeout: setting('stop-timeout'),
    stopCommand: setting('stop-command'),
    protocol: setting('protocol'),
    tls: setting('tls'),
    path: setting('path'),
    method: setting('method'),
    headers: setting('headers'),
    body: setting('body'),
    connections: setting('connections'),
    streams: setting('streams'),
    timeout: setting('timeout'),
    expectStatus: setting('expect-status'),
    only: only === undefined ? undefined : [only],
    beside: setting('beside'),
    budget: setting('budget'),
    jobBudget: setting('job-budget'),
    tolerance: setting('tolerance'),
    limits: setting('limits'),
    metrics: setting('metrics'),
    claims: claims === undefined ? undefined : [claims],
    falseAlarmRate: setting('false-alarm-rate'),
    baseline: setting('baseline'),
    measureAll: setting('measure-all'),
    failOnInconclusive: setting('fail-on-inconclusive'),
    failOnNoBaseline: setting('fail-on-no-baseline'),
    onRegression: setting('on-regression'),
    history: setting('history'),
  };
}

/**
 * `always`: one comment, kept up to date. `on-change`: no new comment while the verdict is
 * `unchanged` and the check is green, but one that is there is kept up to date. `never`: none.
 */
const COMMENT_MODES = ['always', 'on-change', 'never'] as const;
export type CommentMode = (typeof COMMENT_MODES)[number];

/** Of any other word: the one that is meant when nothing is said. */
export function likelyCommentMode({ comment }: Pick<ActionInputs, 'comment'>): CommentMode {
  return COMMENT_MODES.find((candidate) => candidate === comment) ?? 'always';
}

/** @throws UserError for any other word. */
export function commentMode(inputs: ActionInputs): CommentMode {
  const word = inputs.comment;
  const mode = likelyCommentMode(inputs);
  if (word === '' || word === mode) return mode;
  throw new UserError({
    where: 'input `comment`',
    message: `${JSON.stringify(word)} is none of ${COMMENT_MODES.join(', ')}`,
  });
}

/** Inputs of the action itself that are `true` or `false`; those of the gate are settings. */
type FlagInput = 'allow-unattributed-head' | 'output-in-comment' | 'publish';

/** False when it was not given. In any letters, as GitHub itself has it. @throws UserError for another word than true and false */
export function flagInput(inputs: ActionInputs, name: FlagInput): boolean {
  const word = inputs[name].toLowerCase();
  if (word === 'true') return true;
  if (word === 'false' || word === '') return false;
  throw new UserError({
    where: `input \`${name}\``,
    message: `${JSON.stringify(inputs[name])} is neither true nor false`,
  });
}

/** @returns null when no seed was given: one is drawn then. */
export function seedInput(inputs: ActionInputs): number | null {
  return inputs.seed === '' ? null : parseSeed(inputs.seed, 'input `seed`');
}

/** @throws UserError where nobody could look at what is published */
export function assertPublishable(inputs: ActionInputs, { kind }: HistoryPlace): void {
  if (!flagInput(inputs, 'publish') || kind === 'branch' || kind === 'directory') return;
  throw new UserError({
    where: 'input `publish`',
    message:
      kind === 'none'
        ? 'it puts the page of the history into the history, and there is no `history`'
        : 'it puts the page of the history into the history, and no browser can look into the Actions cache',
    hint: 'keep the history on a branch (`history: branch`), which GitHub Pages can show',
  });
}
