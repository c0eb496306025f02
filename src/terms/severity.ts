/** How grave a finding is. */
import * as z from 'zod';

/**
 * `error`: the measurement is broken, or there is nothing to compare with. `doubt`: no verdict may be given because of it.
 * `warning`: the verdict stands, and the reader should know. `note`: it only explains the verdict.
 */
export const Severity = z.enum(['error', 'doubt', 'warning', 'note']);
export type Severity = z.infer<typeof Severity>;
