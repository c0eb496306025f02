/** Databases and other programs beside the server. */
import type { Manner } from './manner.ts';

export const FRIENDS: readonly Manner[] = [];
