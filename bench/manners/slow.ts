/** Slow servers, and those that wait. */
import type { Manner } from './manner.ts';

export const SLOW: readonly Manner[] = [];
