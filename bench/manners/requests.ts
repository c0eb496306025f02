/** What is sent, and whether both builds answer it alike. */
import type { Manner } from './manner.ts';

export const REQUESTS: readonly Manner[] = [];
