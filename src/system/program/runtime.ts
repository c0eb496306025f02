/** Facts about the running program itself. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const fromSources = import.meta.url.endsWith('.ts');

/** The project's folder: this source lies three levels below it, a bundle in `dist/` one. */
const root = new URL(fromSources ? '../../../' : '../', import.meta.url);

/** Path of one of the project's own programs: the bundle's sibling, or the source when run from `src/`. */
export function ownProgram(name: 'generator' | 'holder' | 'watchdog' | 'calibrator'): string {
  const sources = {
    generator: 'src/load/generator.ts',
    holder: 'src/load/hold/holder.ts',
    watchdog: 'src/watchdog.ts',
    calibrator: 'src/calibrator.cjs',
  };
  return fileURLToPath(new URL(fromSources ? sources[name] : `dist/${name}.cjs`, root));
}

/** Path of a file that ships with the project, from its root. */
export function ownFile(path: string): string {
  return fileURLToPath(new URL(path, root));
}

/** Name and version as stamped on every file that the program writes. */
export const TOOL = {
  name: 'throughput-gate',
  version: (JSON.parse(readFileSync(ownFile('package.json'), 'utf8')) as { version: string })
    .version,
};

/** What a person types to run the program: from a clone, as long as there is no package. Reports and documents use it. */
export const TYPED_COMMAND = 'node /path/to/throughput-gate/dist/cli.cjs';

/**
 * Command that starts one of our own programs with Node.js. SIGUSR1 must not open its inspector, not even while it
 * starts: versions that can are told so (the program's own first line covers the rest, see no-inspector.ts).
 */
export function ownCommand(program: string, ...args: string[]): [string, ...string[]] {
  const options = process.allowedNodeEnvironmentFlags.has('--disable-sigusr1')
    ? ['--disable-sigusr1']
    : [];
  return [process.execPath, ...options, program, ...args];
}

/**
 * The environment of our own programs. A job may set NODE_OPTIONS for its servers (`--require ./tracing.js`, limits of memory,
 * an inspector): that would load the change's code into what makes the load, slow it down, or end it.
 */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return env;
}
