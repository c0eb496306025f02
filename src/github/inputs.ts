/** The action's inputs. The only file that knows INPUT_*. */
import { type Problem, UserError } from '../problem.ts';
import type { Env } from './event.ts';

/** Every input of `action.yml`, in its order. */
export const INPUT_NAMES = [
  'config',
  'workdir',
  'build',
  'start',
  'before',
  'after',
  'ready-path',
  'path',
  'method',
  'headers',
  'body',
  'connections',
  'expect-status',
  'base',
  'base-dir',
  'head-dir',
  'only',
  'budget',
  'tolerance',
  'metrics',
  'false-alarm-rate',
  'fail-on-inconclusive',
  'fail-on-no-baseline',
  'seed',
  'out',
  'save',
  'against',
  'comment',
  'comment-key',
  'token',
] as const;
export type InputName = (typeof INPUT_NAMES)[number];

/** What the user wrote, trimmed; empty when an input was not given. */
export type ActionInputs = Readonly<Record<InputName, string>>;

const SWITCHES = ['fail-on-inconclusive', 'fail-on-no-baseline'] as const;
export type SwitchName = (typeof SWITCHES)[number];

/**
 * `always`: one comment, kept up to date. `on-change`: no new comment while the verdict is
 * `unchanged`, but one that is there is kept up to date. `never`: none.
 */
export const COMMENT_MODES = ['always', 'on-change', 'never'] as const;
export type CommentMode = (typeof COMMENT_MODES)[number];

/**
 * Reads all inputs from the environment, by the runner's naming (upper case, spaces to `_`, `-` kept).
 * Values that belong to the experiment are checked later, with those of the file.
 *
 * @throws UserError with every switch or choice that holds something else.
 */
export function readInputs(env: Env): ActionInputs {
  const inputs = Object.fromEntries(
    INPUT_NAMES.map((name) => [name, (env[variable(name)] ?? '').trim()]),
  ) as Record<InputName, string>;
  const problems = [
    ...SWITCHES.map((name) => wrongSwitch(name, inputs[name])),
    wrongCommentMode(inputs.comment),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new UserError(problems);
  return inputs;
}

/** Undefined when the input was not given: the config file or the default decides. */
export function switchInput(inputs: ActionInputs, name: SwitchName): boolean | undefined {
  const value = inputs[name].toLowerCase();
  return value === '' ? undefined : value === 'true';
}

export function commentMode(inputs: ActionInputs): CommentMode {
  return COMMENT_MODES.find((mode) => mode === inputs.comment) ?? 'always';
}

function variable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

/** YAML's core schema, as everywhere in GitHub's own actions. */
const SWITCH_VALUES = ['', 'true', 'True', 'TRUE', 'false', 'False', 'FALSE'];

function wrongSwitch(name: SwitchName, value: string): Problem | null {
  if (SWITCH_VALUES.includes(value)) return null;
  return {
    where: `input ${name}`,
    message: `found ${JSON.stringify(value)}; allowed: true, false.`,
  };
}

function wrongCommentMode(value: string): Problem | null {
  if (value === '' || COMMENT_MODES.some((mode) => mode === value)) return null;
  return {
    where: 'input comment',
    message: `found ${JSON.stringify(value)}; allowed: ${COMMENT_MODES.join(', ')}.`,
  };
}
