/** What this step got from the runner, taken once at the start: whatever anybody changes later, this stays. */
import { CommandFiles } from './command-files.ts';
import type { Env } from './event.ts';
import { type ActionInputs, readInputs } from './inputs.ts';
import { takeEnvironment } from './secrets.ts';

export interface Step {
  /** The whole environment. `process.env` has no longer what builds and servers must not inherit. */
  env: Env;
  files: CommandFiles;
  inputs: ActionInputs;
}

/** To be called before anything else is started. */
export function takeStep(): Step {
  const env = takeEnvironment(process.env);
  return { env, files: new CommandFiles(env), inputs: readInputs(env) };
}
