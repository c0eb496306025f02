/** The inputs of a versus: contenders, and what cannot stand beside them. Pure. */
import type { Setting } from '../config/settings.ts';
import { UserError } from '../system/problem.ts';
import type { ActionInputs, InputName } from './inputs.ts';

/** They are about a change and its base, which a versus has not. */
const OF_A_CHANGE: readonly InputName[] = [
  'config-from',
  'base',
  'base-dir',
  'head-dir',
  'baseline',
  'measure-all',
  'fail-on-no-baseline',
  'on-regression',
  'history',
  'publish',
  'confirmation-of',
  'continue-from',
];

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
  const others = OF_A_CHANGE.filter((name) => !['', 'false', 'none'].includes(inputs[name]));
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
