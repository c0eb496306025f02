/** The inputs of a versus: contenders, and what cannot stand beside them. Pure. */
import type { Setting } from '../config/settings/settings.ts';
import { UserError } from '../system/messages/problem.ts';
import type { ActionInputs, InputName } from './inputs.ts';

/**
 * They are about a change and its base, which a versus has not. Each with the value that asks for nothing, which may stand there: a
 * workflow may give the same inputs to two steps.
 */
const OF_A_CHANGE = {
  'config-from': 'head',
  base: '',
  'base-dir': '',
  'head-dir': '',
  baseline: 'auto',
  'measure-all': 'false',
  'fail-on-no-baseline': 'false',
  'on-regression': 'fail',
  history: 'none',
  publish: 'false',
  'confirmation-of': '',
  'continue-from': '',
} as const satisfies Partial<Record<InputName, string>>;

/** The inputs that cannot stand beside `versus`. */
export const REFUSED_IN_VERSUS = Object.keys(OF_A_CHANGE) as (keyof typeof OF_A_CHANGE)[];

export interface VersusInputs {
  written: Setting[];
  scenariosOf: Setting | null;
}

/**
 * Null: no versus is asked for. Contenders stand one per line; in a single line, spaces are between them.
 * @throws UserError that names every input which means nothing here
 */
export function versusInputs(inputs: ActionInputs): VersusInputs | null {
  const whose = inputs['scenarios-of'];
  if (inputs.versus === '') {
    if (whose === '') return null;
    throw new UserError({
      where: 'input `scenarios-of`',
      message: 'it says whose scenarios count for all contenders, and there are none',
      hint: 'name them in the input `versus`, or leave this one out',
    });
  }
  const others = REFUSED_IN_VERSUS.filter(
    (name) => !['', OF_A_CHANGE[name]].includes(inputs[name].toLowerCase()),
  );
  if (others.length > 0) {
    throw new UserError({
      where: others.map((name) => `input \`${name}\``).join(', '),
      message: 'it is about a change and its base, and `versus` compares servers as they are',
      hint: 'leave it out, or compare the change in a step of its own',
    });
  }
  const lines = inputs.versus.split(/\r?\n/).filter((line) => line.trim() !== '');
  const words = lines.length > 1 ? lines : (lines[0] ?? '').split(/\s+/);
  const origin = 'input `versus`';
  return {
    written: words.filter((word) => word.trim() !== '').map((value) => ({ value, origin })),
    scenariosOf: whose === '' ? null : { value: whose, origin: 'input `scenarios-of`' },
  };
}
