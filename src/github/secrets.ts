/** Keeps what is the action's own out of the processes that it starts. */
import type { Env } from './event.ts';

/** Files through which a step talks to the runner: to its outputs, later steps' environment, its summary. */
export const FILE_COMMANDS = [
  'GITHUB_OUTPUT',
  'GITHUB_ENV',
  'GITHUB_PATH',
  'GITHUB_STATE',
  'GITHUB_STEP_SUMMARY',
] as const;

/** The folder in which a runner keeps them, also those of kinds that it will learn later. */
const FOLDER = '_runner_file_commands';

/**
 * Takes the environment: the copy is the action's, and from `env` (`process.env`, which builds, servers, hooks and git
 * inherit) is removed what the change's own code has no business with:
 *
 * - `INPUT_*`: one input is the API token, and a server that reads `INPUT_PATH` for a purpose of its own must not find ours.
 * - `ACTIONS_*`: credentials that a `run:` step does not get either. The runtime token can write the repository's caches
 *   and artifacts, the id token can be traded for a cloud role.
 * - the runner's command files: whoever has their names can set the action's outputs and the next steps' environment.
 *
 * A process of the same user can still look into /proc and into folders: this stops leaks and accidents, not a determined
 * attacker, which is why a fork's code must run with a read-only token, and why the files are looked at again at the end.
 *
 * @returns the whole environment as it was.
 */
export function takeEnvironment(env: NodeJS.ProcessEnv): Env {
  const whole: Env = Object.freeze({ ...env });
  const files = new Set(FILE_COMMANDS.map((name) => whole[name] || undefined));
  for (const [name, value = ''] of Object.entries(whole)) {
    if (isOurs(name) || files.has(value) || isCommandFile(value)) delete env[name];
  }
  return whole;
}

function isOurs(name: string): boolean {
  return (
    /^(INPUT|ACTIONS)_/.test(name) ||
    // The artifacts of the job, which a step may read and add to (runners since 2026).
    name.startsWith('GITHUB_ARTIFACTS') ||
    (FILE_COMMANDS as readonly string[]).includes(name)
  );
}

/** Whether a variable's value names a file in the runner's folder of them. */
export function isCommandFile(value: string): boolean {
  return value.split(/[\\/]/).slice(0, -1).includes(FOLDER);
}
