/** What was printed beside failures goes to whoever watches, and into no file. */

import { type SubjectId, subjectName } from '../../config/experiment/experiment.ts';
import { excerptsOf, type Printed } from '../../system/messages/printed.ts';
import type { Arm } from '../../terms/arm.ts';
import { ServerFailure } from '../failures/server-failure.ts';

/** Of a subject. */
export function printBeside(
  { printed }: { printed: (printed: Printed) => void },
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
