/** What a block saw of the calibrator, which was loaded in turn with head. */
import * as z from 'zod';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';

/** Of one of its paths. */
const PathObservation = z.strictObject({
  /** Of a slice: all of them were answered, in so many microseconds. */
  requests: z.int().positive(),
  sliceUs: z.array(z.number().positive()),
  /** CPU time of its process during each slice; null where the kernel does not tell. */
  cpuMs: z.array(z.number().nonnegative()).nullable(),
});
export type PathObservation = DeepReadonly<z.infer<typeof PathObservation>>;

export const CalibratorObservation = z.strictObject({
  /** Letter per slice of the block, in time: `c` one of each path of the calibrator, `h` head's. */
  order: z.string().regex(/^[ch]*$/),
  /** Computes. */
  work: PathObservation,
  /** Answers at once. */
  light: PathObservation,
  startMs: z.number().nonnegative(),
});
export type CalibratorObservation = DeepReadonly<z.infer<typeof CalibratorObservation>>;
