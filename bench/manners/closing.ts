/** How a server closes connections. */
import type { Manner } from './manner.ts';

export const CLOSING: readonly Manner[] = [];
