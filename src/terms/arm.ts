/** The two builds that are compared. A run that measures one build only has `head` alone. */
import { z } from 'zod';

export const Arm = z.enum(['base', 'head']);
export type Arm = z.infer<typeof Arm>;
