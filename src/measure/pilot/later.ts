/**
 * Whether a server that does not answer as expected does so a while later. Many listen before they are ready: before their routes are
 * there, or behind a page that says so. Then not the request is wrong, but what counts as ready.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** Both arms within seconds. */
const PATIENCE_MS = 3000;
const LOOK_MS = 150;
/** A server that fails now and then has neither so many failures first nor so many good answers then. */
const FAILS = 2;
const GOOD_IN_ROW = 5;
const BETWEEN_GOOD_MS = 20;

/** `ask`: whether it answers as expected now; null: it cannot be asked any more. Resolves to the time that it took, or to null. */
export async function answersLater(
  ask: () => Promise<boolean | null>,
  signal: AbortSignal,
): Promise<number | null> {
  const beganMs = performance.now();
  let [failures, good] = [1, 0];
  let firstGoodMs = 0;
  while (performance.now() - beganMs < PATIENCE_MS) {
    await sleep(good > 0 ? BETWEEN_GOOD_MS : LOOK_MS, undefined, { signal });
    const isGood = await ask();
    if (isGood === null) return null;
    if (!isGood) {
      failures += 1;
      good = 0;
      continue;
    }
    if (failures < FAILS) return null;
    if (good === 0) firstGoodMs = performance.now() - beganMs;
    good += 1;
    if (good === GOOD_IN_ROW) return firstGoodMs;
  }
  return null;
}
