/** For tests of short times: a failure counts only where this process itself kept its time. */
import { type TestContext, type TestOptions, it as testIt } from 'node:test';

const LOOK_MS = 2;
/** A look that comes later than this was held up. */
const LATE_MS = 5;
/** So much in all is enough to miss a time that a test gives, and such a share of a longer test. */
const TOO_LATE = { ms: 20, share: 0.02 };
const TRIES = 5;

/**
 * Tries again what failed while this process was kept from running: by a busy machine, not by its own work, which is
 * taken off. What fails while the process runs fails at once, and so does what fails again and again. What is tried again is
 * printed, so that a log shows what fails now and then.
 */
export async function unlessLate<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    using watch = watchDelays();
    const startedAt = performance.now();
    try {
      return await attempt();
    } catch (error) {
      const lostMs = watch.lostMs();
      const enoughMs = Math.max(TOO_LATE.ms, TOO_LATE.share * (performance.now() - startedAt));
      if (tries === TRIES || lostMs < enoughMs) throw error;
      const [why] = String(error instanceof Error ? error.message : error).split('\n');
      console.log(`# tried again: this process was held up for ${Math.round(lostMs)} ms: ${why}`);
    }
  }
}

/** How long this process wanted to run and did not, since the watch began. */
function watchDelays(): Disposable & { lostMs(): number } {
  let lostMs = 0;
  let last = now();
  const look = () => {
    const next = now();
    const heldUpMs = next.wallMs - last.wallMs - LOOK_MS - (next.cpuMs - last.cpuMs);
    if (heldUpMs > LATE_MS) lostMs += heldUpMs;
    last = next;
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    lostMs: () => {
      look();
      return lostMs;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function now(): { wallMs: number; cpuMs: number } {
  const { user, system } = process.cpuUsage();
  return { wallMs: performance.now(), cpuMs: (user + system) / 1000 };
}

type Body = (t: TestContext) => unknown;

/** A test of short times: as `it` of Node.js, and tried again where this process was late. */
export function it(title: string, ...rest: [Body] | [TestOptions, Body]): void {
  const body = rest.at(-1) as Body;
  const options = rest.length === 2 ? rest[0] : {};
  void testIt(title, options, (t) => unlessLate(async () => void (await body(t))));
}
