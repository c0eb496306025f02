/** Programs beside the servers that an input or a flag names, where a file describes all else. */
import type * as z from 'zod';
import { misplacedVariables } from '../fill/misplaced-variables.ts';
import type { Mistake } from '../mistakes/mistakes.ts';
import { BesideKeys } from '../values/beside.ts';
import { check } from './check.ts';

/** As in a file: a variable in a name would be taken for the name itself, and nobody would see why nothing is found. */
export function checkBeside(beside: unknown): {
  value: z.output<typeof BesideKeys> | null;
  mistakes: Mistake[];
} {
  const { value, mistakes } = check(BesideKeys, beside, ['beside']);
  const misplaced = misplacedVariables({ beside });
  return { value, mistakes: misplaced.length > 0 ? misplaced : mistakes };
}
