/** The environment in which git runs: no prompts, no hooks, no surprise from where we were started. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export type Setting = readonly [key: string, value: string];

/**
 * @param cwd where git will run; the repository there is trusted whoever owns it
 * @param config settings for this call alone, passed by the environment: never in argv, never in a file
 * @param sealed only `config` counts: no settings of the system, the user or the caller's environment
 */
export function gitEnv(
  cwd: string,
  config: readonly Setting[],
  sealed: boolean,
): Record<string, string | undefined> {
  const inherited = inheritedEnv(sealed);
  const settings = [...OWN_CONFIG, ...trusted(cwd), ...config];
  return {
    ...inherited,
    ...QUIET,
    ...(sealed ? { ...SEALED, ...sshEnv(inherited, settings) } : {}),
    ...configEnv(inherited, settings),
  };
}

/** LC_ALL: messages are matched. Optional locks: looking must not rewrite the user's index. */
const QUIET = {
  GIT_TERMINAL_PROMPT: '0',
  GCM_INTERACTIVE: 'never',
  GIT_OPTIONAL_LOCKS: '0',
  LC_ALL: 'C',
};

const SEALED = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };

const OWN_CONFIG: readonly Setting[] = [
  ['core.hooksPath', '/dev/null'],
  // Its daemon would be started in the user's repository, and outlive us.
  ['core.fsmonitor', 'false'],
  // A fetch would else start a clean-up in the background that outlives us.
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
];

/**
 * In a job's container the workspace belongs to another user than the steps, and git refuses to
 * read it. The user has named this repository and runs its code: this one is trusted, no other.
 */
function trusted(cwd: string): Setting[] {
  const root = holderOf(cwd);
  return root === null ? [] : [['safe.directory', root]];
}

/** The nearest folder upwards, links resolved, that holds a `.git`; null when none does. */
export function holderOf(cwd: string): string | null {
  let folder: string;
  try {
    folder = realpathSync(cwd);
  } catch {
    return null;
  }
  for (;;) {
    if (existsSync(join(folder, '.git'))) return folder;
    const above = dirname(folder);
    if (above === folder) return null;
    folder = above;
  }
}

/** Set inside git hooks, and would point every call at the wrong repository: `cwd` decides. */
const REPOSITORY_VARIABLES = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_DIR',
  'GIT_INDEX_FILE',
  'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
]);

/**
 * An environment in which git works in the folder where it stands: also that of builds, which would else
 * write into the user's repository when the gate is started by one of its hooks.
 */
export function withoutRepository(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !REPOSITORY_VARIABLES.has(name)),
  );
}

function inheritedEnv(sealed: boolean): NodeJS.ProcessEnv {
  const entries = Object.entries(withoutRepository(process.env)).filter(
    ([name]) => !(sealed && /^GIT_CONFIG_(COUNT|PARAMETERS|KEY_\d+|VALUE_\d+)$/.test(name)),
  );
  return Object.fromEntries(entries);
}

/** Appends to the settings that the caller's environment already passes this way. */
function configEnv(
  inherited: NodeJS.ProcessEnv,
  settings: readonly Setting[],
): Record<string, string> {
  const first = Number(inherited.GIT_CONFIG_COUNT ?? 0) || 0;
  const env: Record<string, string> = { GIT_CONFIG_COUNT: String(first + settings.length) };
  for (const [index, [key, value]] of settings.entries()) {
    env[`GIT_CONFIG_KEY_${first + index}`] = key;
    env[`GIT_CONFIG_VALUE_${first + index}`] = value;
  }
  return env;
}

/** OpenSSH would ask for a passphrase or about an unknown host; in batch mode it says no. */
function sshEnv(
  inherited: NodeJS.ProcessEnv,
  settings: readonly Setting[],
): Record<string, string> {
  const set = settings.findLast(([key]) => key.toLowerCase() === 'core.sshcommand')?.[1];
  const command = inherited.GIT_SSH_COMMAND ?? set;
  if (command === undefined) {
    // Another program (plink) may stand here, with options of its own.
    if (inherited.GIT_SSH !== undefined) return {};
    return { GIT_SSH_COMMAND: `ssh ${BATCH}` };
  }
  const [program = ''] = command.trim().split(/\s/, 1);
  const isOpenSsh = basename(program.replaceAll(/["']/g, '')) === 'ssh';
  return isOpenSsh ? { GIT_SSH_COMMAND: `${command} ${BATCH}` } : {};
}

const BATCH = '-o BatchMode=yes -o ConnectTimeout=30';
