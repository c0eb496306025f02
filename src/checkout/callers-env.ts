/**
 * What npm, npx, yarn and pnpm put into the environment of the gate: their caller's tools stand in front of all others in PATH, so
 * that both arms would run the caller's program and not their own. Pure.
 */
import { delimiter } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** Each of them is set by one of these tools for what it runs, and by nobody else. */
const SIGNS = [
  'npm_execpath',
  'npm_command',
  'npm_lifecycle_event',
  'npm_config_user_agent',
  'BERRY_BIN_FOLDER',
  'PNPM_PACKAGE_NAME',
  'PNPM_SCRIPT_SRC_DIR',
];

const OF_THE_CALLER = [
  'INIT_CWD',
  'PROJECT_CWD',
  'BERRY_BIN_FOLDER',
  'PNPM_PACKAGE_NAME',
  'PNPM_SCRIPT_SRC_DIR',
  'NODE',
];

const OF_TOOLS = /^(?:\/.*)?\/(?:node_modules\/\.bin|node-gyp-bin|xfs-[0-9a-f]+)\/?$/;

/** How packages are fetched is the machine's matter, and no folder of the caller's: a build needs it. */
const FETCHING =
  /^npm_config_(?:registry|cache|userconfig|globalconfig|proxy|https_proxy|noproxy|cafile|ca|strict_ssl|offline|prefer_offline|.*(?:\/\/|:).*)$/;

export function isRunByPackageManager(env: Env): boolean {
  return SIGNS.some((name) => env[name] !== undefined);
}

/**
 * The environment as it was before one of them; unchanged where none was. Folders in PATH below one of `roots` stay: each arm
 * has them of its own (`own-paths.ts`).
 */
export function withoutCallersTools(
  env: Env,
  roots: readonly string[] = [],
): Record<string, string | undefined> {
  if (!isRunByPackageManager(env)) return { ...env };
  const kept = Object.entries(env).filter(([name]) => !isOfTheCaller(name));
  const without = Object.fromEntries(kept);
  if (without.PATH !== undefined) without.PATH = pathWithoutTools(without.PATH, roots);
  if (without.NODE_OPTIONS !== undefined) {
    const options = withoutPlugAndPlay(without.NODE_OPTIONS);
    if (options === '') delete without.NODE_OPTIONS;
    else without.NODE_OPTIONS = options;
  }
  // pnpm's starters name their own packages in it.
  if (without.NODE_PATH?.includes('/node_modules/.pnpm/')) delete without.NODE_PATH;
  return without;
}

function isOfTheCaller(name: string): boolean {
  if (OF_THE_CALLER.includes(name)) return true;
  return /^p?npm_/.test(name) && !FETCHING.test(name);
}

/** `…/node_modules/.bin` of the caller's folder, of those around it and of the download; and npm's own `node-gyp`. */
function pathWithoutTools(path: string, roots: readonly string[]): string {
  return path
    .split(delimiter)
    .filter(
      (folder) => !OF_TOOLS.test(folder) || roots.some((root) => folder.startsWith(`${root}/`)),
    )
    .join(delimiter);
}

/** Yarn has every Node.js below it find packages where the caller has them. */
function withoutPlugAndPlay(options: string): string {
  return options
    .replaceAll(
      /(?:--require|-r|--(?:experimental-)?loader|--import)[ =]"?\S*\.pnp\.(?:cjs|loader\.mjs)"?/g,
      '',
    )
    .replaceAll(/\s+/g, ' ')
    .trim();
}
