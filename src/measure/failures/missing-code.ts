/** How runtimes say that code which they want to load is not there, and which of them it is. Pure. */
import type { MissingIn } from '../observed/cure.ts';

const NO_MODULE =
  /cannot find (module|package)|MODULE_NOT_FOUND|ClassNotFoundException|NoClassDefFoundError|could not find or load main class|unable to access jarfile|vendor\/autoload\.php|can't locate \S+ in @INC|cannot find module providing package|\bmodule '[^'\n]+' not found:\s*no field package\.preload/i;
const BY_RUNTIME: Record<MissingIn, RegExp> = {
  python: /ModuleNotFoundError|No module named/,
  // Bundler looks for all gems before it starts anything.
  ruby: /cannot load such file|Bundler::GemNotFound|^Could not find \S.{0,300} in (locally installed gems|any of the sources|rubygems repository)|^bundler: command not found/m,
  // A call of a module that was not compiled, or is in no folder of the code path.
  erlang: /\{undef,\s*\[\{\w+,\w+,/,
};
const RUNTIMES = Object.keys(BY_RUNTIME) as MissingIn[];

/** Null: nothing says so, or nothing that is advised on by itself. */
export function missingIn(output: string): MissingIn | null {
  return RUNTIMES.find((runtime) => BY_RUNTIME[runtime].test(output)) ?? null;
}

export function isModuleMissing(output: string): boolean {
  return NO_MODULE.test(output) || missingIn(output) !== null;
}
