/** Tells whoever watches that the load waits for a server: a request's whole time may pass, again and again, before a server is given up. */
import type { Generator } from '../../load/handle.ts';
import type { Target } from '../../load/target.ts';
import type { Arm } from '../../terms/arm.ts';
import type { Remarks } from './remarks.ts';

/** Longer than any load of the pilot run takes on a server that answers. */
const SILENT_MS = 4000;

type Told = Pick<Remarks, 'silent'>;

/** The same generator. `silentMs`: for tests. */
export function tellingSilence(
  generator: Generator,
  remarks: Told,
  silentMs: number = SILENT_MS,
): Generator {
  const at = new Map<Arm, { place: string; timeoutMs: number }>();
  const watched = async <Result>(
    arms: readonly Arm[],
    what: string,
    load: Promise<Result>,
    patienceMs: number = silentMs,
  ): Promise<Result> => {
    const timer = setTimeout(() => {
      const where = [...new Set(arms)].map((arm) => at.get(arm)?.place ?? arm).join(' and ');
      remarks.silent(where, `${what} after ${patienceMs / 1000} s`);
    }, patienceMs);
    try {
      return await load;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    probe: (target, question, timeoutMs) => generator.probe(target, question, timeoutMs),
    open: (arm, target) => {
      at.set(arm, {
        place: `${arm} at ${placeOf(target)}`,
        timeoutMs: target.scenario.timeoutMs,
      });
      return watched([arm], 'connections are not open', generator.open(arm, target));
    },
    slices: (order, requests, expectedMs = 0) =>
      watched(
        order,
        'answers are missing',
        generator.slices(order, requests),
        // One slice after the other: of a slow server each takes as long as its answers.
        Math.max(
          expectedMs,
          order.length * Math.max(silentMs, ...order.map((arm) => at.get(arm)?.timeoutMs ?? 0)),
        ),
      ),
    openLoop: (arm, requests, perSecond) => generator.openLoop(arm, requests, perSecond),
    steady: (arm, durationMs) => generator.steady(arm, durationMs),
    burst: (arm, durationS) => generator.burst(arm, durationS),
    close: (arm) => generator.close(arm),
    [Symbol.asyncDispose]: () => generator[Symbol.asyncDispose](),
  };
}

function placeOf({ host, port }: Target): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
