/** What the pilot run has made of the number of connections, for a server that is slow or keeps threads for idle connections. */
import type { Pilot } from './measurement.ts';

export type Lowered = NonNullable<Pilot['lowered']>;
export type HeldPilot = NonNullable<Pilot['held']>;

/** What a few requests have shown: a queue before a slow server, or idle connections that keep its threads. */
export type Fitted = { kind: 'queue'; lowered: Lowered } | { kind: 'held'; held: HeldPilot };

/** What an attempt before has made of it: blocks that belong together are loaded alike. */
export interface Kept {
  /** Undefined: as many as the scenario has. */
  connections: number | undefined;
  /** Why; empty: the number is the scenario's own, or why is no longer known. */
  fit: Pick<Pilot, 'lowered' | 'held'>;
}

/** With how many connections all arms are loaded; undefined: with those that the scenario has. */
export function connectionsIn({
  lowered,
  held,
}: Pick<Pilot, 'lowered' | 'held'>): number | undefined {
  if (lowered !== undefined) return lowered.to;
  return held === undefined || held.isNamed ? undefined : held.to;
}
