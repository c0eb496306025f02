/**
 * Where kept measurements live. The file is the first store; stores for a history of the default
 * branch (a git branch, the Actions cache) will implement the same port.
 */
import type { Measurement } from '../measure/measurement.ts';

export interface Store {
  /** In words, for messages. */
  readonly name: string;
  keep(measurement: Measurement): Promise<void>;
  /** Throws a UserError when there is none, or when it is not a measurement. */
  latest(): Promise<Measurement>;
}
