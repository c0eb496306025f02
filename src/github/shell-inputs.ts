/** The inputs of the action itself, all read before anything is asked of a network: five slips are told by one run. */
import { parseConfigFrom } from '../run/bar.ts';
import { headConfig, sidesOf } from '../run/change-request.ts';
import { formatProblem, type Problem, together, UserError } from '../system/messages/problem.ts';
import type { EventContext } from './event.ts';
import {
  type CommentMode,
  commentMode,
  flagInput,
  refuseMisspelt,
  refuseRemoved,
  seedInput,
  settingsOf,
} from './inputs.ts';
import { askedOfVersus, configFromInput, sidesWish } from './question.ts';
import type { Step } from './step.ts';
import { type VersusInputs, versusInputs } from './versus-inputs.ts';

export interface ShellInputs {
  mode: CommentMode;
  outputInComment: boolean;
  seed: number | null;
  /** Null: a change is measured. */
  versus: VersusInputs | null;
}

/** @throws UserError with every mistake in them, and then also with those in the experiment's inputs and in the config file */
export async function shellInputs(
  step: Step,
  context: EventContext,
  signal: AbortSignal,
): Promise<ShellInputs> {
  const { env, inputs } = step;
  const isOfChange = inputs.versus === '';
  try {
    const { mode, outputInComment, seed, versus } = await together({
      removed: () => refuseRemoved(env),
      misspelt: () => refuseMisspelt(env),
      versus: () => versusInputs(inputs),
      sides: () => isOfChange && sidesOf(sidesWish(step, context)),
      configFrom: () => isOfChange && parseConfigFrom(configFromInput(inputs)),
      publish: () => flagInput(inputs, 'publish'),
      seed: () => seedInput(inputs),
      unattributed: () => flagInput(inputs, 'allow-unattributed-head'),
      mode: () => commentMode(inputs),
      outputInComment: () => flagInput(inputs, 'output-in-comment'),
    });
    return { mode, outputInComment, seed, versus };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const others = await problemsOf(() => experimentOf(step, context, signal));
    const told = new Set(error.problems.map(formatProblem));
    const rest = others.filter((problem) => !told.has(formatProblem(problem)));
    throw new UserError([...error.problems, ...rest]);
  }
}

/** Reads what would be measured; nothing is placed, built or asked of a network. */
async function experimentOf(
  step: Step,
  context: EventContext,
  signal: AbortSignal,
): Promise<unknown> {
  const versus = versusInputs(step.inputs);
  if (versus !== null) return askedOfVersus(step, versus, signal);
  const { cwd, wanted } = sidesWish(step, context);
  const configFrom = configFromInput(step.inputs);
  return headConfig({ cwd, wanted, settings: settingsOf(step.inputs), configFrom, signal });
}

/** Whatever else goes wrong here is told when the inputs are mended. */
async function problemsOf(read: () => Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await read();
    return [];
  } catch (error) {
    return error instanceof UserError ? error.problems : [];
  }
}
