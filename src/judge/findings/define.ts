/** The shape that every finding has, and how one kind of finding is declared. */
import * as z from 'zod';
import type { Severity } from '../../terms/severity.ts';

/**
 * One kind of finding. `subject`: what of the server and scenario it is about, an arm or a metric; null is all of it.
 * `data`: the figures that its sentence needs. The judge leaves `message` out: whoever writes the file adds the sentence.
 */
export function finding<
  const Code extends string,
  const Grave extends Severity,
  Subject extends z.ZodType,
  Data extends z.ZodRawShape,
>(code: Code, severity: readonly Grave[], subject: Subject, data: Data) {
  return z.strictObject({
    code: z.literal(code),
    severity: z.literal([...severity]),
    subject,
    data: z.strictObject(data),
    /** The same as an English sentence, for programs that show it; nothing decides by it. */
    message: z.string().optional(),
  });
}
