/**
 * A question that had no answer is asked again where the load would send its request again (`resend.ts`): else a server that ends its
 * connections without saying so would answer the load, and not the gate.
 */
import { NOT_IN_TIME } from '../../load/question.ts';
import { maySendLostAgain, maySendRefusedAgain } from '../../load/shared/resend.ts';
import type { Asked } from '../answers/answer.ts';

/** Why one try had no answer, in words; the next may have one. */
export class NoAnswerYet {
  readonly why: string;
  /**
   * `lost`: its connection ended before anything of an answer came. `refused`: the server says that it did not look at it, or
   * this machine had no port to ask from.
   */
  readonly how: 'lost' | 'refused';

  constructor(why: string, how: 'lost' | 'refused') {
    this.why = why;
    this.how = how;
  }
}

export type Tried = Asked | NoAnswerYet;

/**
 * `attempt`: takes no longer than `leftMs`, and is `NOT_IN_TIME` then. All of them together take no longer than `timeoutMs`, which is what
 * is told: how much of it the last one had says nothing to anybody.
 */
export async function askAgain(
  request: { isIdempotent: boolean },
  timeoutMs: number,
  attempt: (leftMs: number) => Promise<Tried>,
): Promise<Asked> {
  const deadlineMs = performance.now() + timeoutMs;
  const resends = { wasLost: false, refusals: 0 };
  for (;;) {
    const tried = await attempt(Math.max(1, Math.ceil(deadlineMs - performance.now())));
    if (tried === NOT_IN_TIME) return `${NOT_IN_TIME} ${timeoutMs} ms`;
    if (!(tried instanceof NoAnswerYet)) return tried;
    const { why, how } = tried;
    if (how === 'refused') {
      if (!maySendRefusedAgain(resends)) return why;
      resends.refusals += 1;
    } else {
      if (!maySendLostAgain(resends, request, false)) return why;
      resends.wasLost = true;
    }
  }
}
