/** What a schema says of a file → mistakes with a path. */
import type { ZodError } from 'zod';
import type { Mistake } from '../../config/mistakes/mistakes.ts';

export function toMistakes(error: ZodError): Mistake[] {
  return error.issues.map(({ path, message }) => ({
    path: path.map((part) => (typeof part === 'number' ? part : String(part))),
    part: 'value',
    message: message.replace(/^Invalid input: /, ''),
  }));
}
