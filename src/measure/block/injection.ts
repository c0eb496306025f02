/** Which of its slowdowns a self-test puts into a block. Start, connect and warm-up orders are balanced over each two blocks. */
import type { Injection } from '../observed/measurement.ts';

const BLOCKS_EACH = 2;

/** Of the block with this index. */
export function injectionOf(injection: Injection | null, index: number): Injection | null {
  const turn = turnOf(injection, index);
  return turn === null ? injection : { env: turn.env, pauses: turn.pauses };
}

/** What the self-test calls it; null where all blocks have the same. */
export function doseOf(injection: Injection | null, index: number): string | null {
  return turnOf(injection, index)?.dose ?? null;
}

function turnOf(injection: Injection | null, index: number) {
  const turns = injection?.turns ?? [];
  return turns[Math.floor(index / BLOCKS_EACH) % turns.length] ?? null;
}
