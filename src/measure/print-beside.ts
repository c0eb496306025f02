/** What was printed beside failures goes to whoever watches, and into no file. */

import { type SubjectId, subjectName } from '../config/experiment.ts';
import { excerptsOf } from '../system/printed.ts';
import type { Arm } from '../terms/arm.ts';
import { ServerFailure } from './servers/failure.ts';
import type { Workbench } from './workbench.ts';

/** Of a subject. */
export function printBeside(
  { printed }: Pick<Workbench, 'printed'>,
  errors: readonly unknown[],
  subject: SubjectId,
  names: Record<Arm, string>,
): void {
  const about = subjectName(subject);
  for (const error of errors) {
    const arm = error instanceof ServerFailure ? names[error.arm] : null;
    for (const excerpt of excerptsOf(error)) printed({ ...excerpt, about, arm });
  }
}
