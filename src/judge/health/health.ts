/** What the checks have to say of one subject's measurement. Types alone. */

import type { Arm } from '../../terms/arm.ts';
import type { Finding, FindingOf } from '../findings/finding.ts';
import type { TrimExcess } from '../rule/trim-excess.ts';
import type { Picture } from '../verdict/verdict.ts';
import type { OrderEffect } from './order.ts';

/** Why a whole subject cannot be compared, and the word for that: `invalid` is the change's fault, or that of both arms. */
export interface Fault {
  readonly word: 'invalid' | 'no-baseline';
  readonly finding: Finding;
}

/** A server had time left in the closed loop. */
export interface SpareTime {
  /** Of the arm that the generator was the limit of, else of the one that waited. */
  finding: FindingOf<'generator-limit' | 'waiting-loop'>;
  /** What was the limit of each arm. */
  limits: Record<Arm, 'server' | 'generator' | 'wait'>;
  /** Whether a request costs less CPU the busier the server is; null where that was not measured. */
  savesWhenBusy: boolean | null;
  /** Several requests share a connection or a socket, so that they can be read and answered together. */
  isShared: boolean;
}

/** `speed`: of what goes by how fast base is. Memory does not, nor do connections that are lost. */
export type Excused = 'nothing' | 'speed' | 'all';

export interface Health {
  /** Too many answers of an arm are wrong; null when they are not. */
  fault: Fault | null;
  /**
   * Why head may not pass, though it may be shown to be worse: it does not answer what base does, loses requests that base does
   * not, has what runs beside it do the work, or does it later. What is faster then may be less work.
   */
  passDoubts: readonly Finding[];
  /** Why no figure may be judged, whatever it is: the machine, the order of the arms, a server that is never steady; none when any may. */
  doubts: readonly Finding[];
  /** One of the doubts is in the pilot run, and no block could take it away. */
  isHopeless: boolean;
  /** Of which figures one of the doubts could be why head looks worse; of any other, what is shown to be worse is. */
  excused: Excused;
  /** That it matters which arm came first: an excuse of those figures alone which it could account for; null when it does not. */
  order: OrderEffect | null;
  /** Of a server that is never steady. */
  pictures: Picture[];
  /** The server was not the limit of the closed loop in both arms; null when it was. */
  spare: SpareTime | null;
  /** The server is known to have been the limit of both arms. */
  isServerFull: boolean;
  /** What the trimmed figures leave out, where it is shown; their findings are not in `warnings`. */
  rare: TrimExcess[];
  warnings: Finding[];
}
