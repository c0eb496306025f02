/** What is loaded, and where. */
import type { Scenario } from '../config/experiment/scenario.ts';

/** Where an arm listens, and the scenario to put on it (placeholders already replaced). */
export interface Target<Shape extends Scenario = Scenario> {
  host: string;
  port: number;
  /** Unix socket to use in place of host and port; null: none. */
  socketPath: string | null;
  scenario: Shape;
  /** Root of the head's tree, an absolute path: where body files lie and commands run. */
  root: string;
  /** Environment of commands; null: the generator's own. */
  env: NodeJS.ProcessEnv | null;
  /** Generator processes at most, where the servers have taken cores of the others; null: all. */
  processes: number | null;
}
