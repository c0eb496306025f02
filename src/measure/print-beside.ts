/** What was printed beside failures goes to whoever watches, and into no file. */

import { excerptsOf } from '../system/printed.ts';
import { HookFailure } from './hooks.ts';
import { ServerFailure } from './servers/failure.ts';
import type { Workbench } from './workbench.ts';

/** `about`: a server's or a subject's name. */
export function printBeside(
  { printed }: Pick<Workbench, 'printed'>,
  errors: readonly unknown[],
  about: string,
): void {
  for (const error of errors) {
    const arm = error instanceof ServerFailure || error instanceof HookFailure ? error.arm : null;
    for (const excerpt of excerptsOf(error)) printed({ ...excerpt, about, arm });
  }
}
