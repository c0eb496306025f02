/** Where whole measurements are kept: files that the user names. A history has stores of its own (`src/history/stores/`). */
import type { Measurement } from '../measure/measurement.ts';

export interface Store {
  /** In words, for messages. */
  readonly name: string;
  keep(measurement: Measurement): Promise<void>;
  /** Throws a UserError when there is none, or when it is not a measurement. */
  latest(): Promise<Measurement>;
}
