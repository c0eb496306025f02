/** Measuring again what was measured while this program or its generator stood still. */
import { GeneratorStopped } from '../../load/worker/process.ts';
import { timesStopped } from '../../system/program/stopped.ts';

/**
 * What was measured while this process or the generator stood still is thrown away, whatever it is, and
 * measured again while `again` says so: a program that stops us must not choose what counts.
 */
export async function withoutStops<Result>(
  measure: () => Promise<Result>,
  again: (why: string) => boolean,
): Promise<Result> {
  for (;;) {
    const stops = timesStopped();
    try {
      const result = await measure();
      if (timesStopped() === stops) return result;
      throw new GeneratorStopped('the gate');
    } catch (error) {
      const stopped = timesStopped() === stops ? error : new GeneratorStopped('the gate');
      if (!(stopped instanceof GeneratorStopped) || !again(stopped.message)) throw stopped;
    }
  }
}
