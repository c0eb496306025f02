/** Keeps the action's own credentials out of the processes that it starts. */

/**
 * A JavaScript action gets credentials that a `run:` step does not: the runtime token can write the
 * repository's caches and artifacts, the id token can be traded for a cloud role. Builds and servers
 * are the change's code and inherit the environment.
 */
const SECRET_NAMES = [
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_RUNTIME_URL',
  'ACTIONS_RESULTS_URL',
  'ACTIONS_CACHE_URL',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_URL',
];

/**
 * The inputs, all of them: one holds the API token, the others are nobody else's business either, and
 * a server that reads `INPUT_PATH` for a purpose of its own must not find ours.
 */
const isInput = (name: string) => name.startsWith('INPUT_');

/**
 * Removes them from `env` (give it `process.env` after the inputs were read, before anything starts).
 * A process of the same user can still look into /proc: this stops leaks, not a determined attacker,
 * which is why a fork's code must run with a read-only token.
 *
 * @returns puts them back.
 */
export function hideSecrets(env: NodeJS.ProcessEnv): () => void {
  const hidden = Object.entries(env).filter(
    ([name]) => isInput(name) || SECRET_NAMES.includes(name),
  );
  for (const [name] of hidden) delete env[name];
  return () => {
    for (const [name, value] of hidden) env[name] = value;
  };
}

/** Files through which a step talks to the runner: to its outputs, later steps' environment, its summary. */
const FILE_COMMANDS = [
  'GITHUB_OUTPUT',
  'GITHUB_ENV',
  'GITHUB_PATH',
  'GITHUB_STATE',
  'GITHUB_STEP_SUMMARY',
];

/**
 * The environment for the change's own code: a server must not be able to write the verdict into the
 * action's outputs. The action itself still needs these, so it gets a copy without them.
 */
export function withoutFileCommands(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !FILE_COMMANDS.includes(name));
  return Object.fromEntries(kept);
}
