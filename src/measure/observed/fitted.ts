/** What the pilot run has made of the number of connections, for a server that is slow, keeps threads for idle connections or has little room for new ones. */
import type { Pilot } from './measurement.ts';

export type Lowered = NonNullable<Pilot['lowered']>;
export type HeldPilot = NonNullable<Pilot['held']>;
export type FullPilot = NonNullable<Pilot['full']>;

/** What the pilot run says of it: one of them, or none. */
export type Fit = Pick<Pilot, 'lowered' | 'held' | 'full'>;

/** What a few requests have shown: a queue before a slow server, idle connections that keep its threads, or no room for new ones. */
export type Fitted =
  | { kind: 'queue'; lowered: Lowered }
  | { kind: 'held'; held: HeldPilot }
  | { kind: 'full'; full: FullPilot };

export function fitOf(fitted: Fitted): Fit {
  if (fitted.kind === 'queue') return { lowered: fitted.lowered };
  return fitted.kind === 'held' ? { held: fitted.held } : { full: fitted.full };
}

/** What an attempt before has made of it: blocks that belong together are loaded alike. */
export interface Kept {
  /** Undefined: as many as the scenario has. */
  connections: number | undefined;
  /** Why; empty: the number is the scenario's own, or why is no longer known. */
  fit: Fit;
}

/** What an earlier pilot run says of it. */
export function fitIn({ lowered, held, full }: Fit): Fit {
  return { ...(lowered && { lowered }), ...(held && { held }), ...(full && { full }) };
}

/** With how many connections all arms are loaded; undefined: with those that the scenario has. */
export function connectionsIn({ lowered, held, full }: Fit): number | undefined {
  const fewer = lowered ?? full;
  if (fewer !== undefined) return fewer.to;
  return held === undefined || held.isNamed ? undefined : held.to;
}
