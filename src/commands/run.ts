/** `throughput-gate run`: flags → request → verdict on the terminal and in files → exit code. */
import path from 'node:path';
import { repoRoot } from '../checkout/head.ts';
import type { TreesOptions } from '../checkout/trees.ts';
import { loadExperiment } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import type { Emit } from '../events.ts';
import { exitCode } from '../exit.ts';
import { fileStore } from '../history/file-store.ts';
import { type GateRequest, runGate } from '../pipeline.ts';
import { UserError } from '../problem.ts';
import { openResults, toJson } from '../results.ts';
import { openTerminal } from './terminal.ts';

export interface RunFlags {
  base?: string;
  baseDir?: string;
  headDir?: string;
  save?: string;
  against?: string;
  out: string;
  seed?: string;
  format: string;
}

export async function runCommand(
  flags: RunFlags,
  settings: Settings,
  signal: AbortSignal,
): Promise<number> {
  if (flags.format !== 'text' && flags.format !== 'json') {
    throw new UserError({
      where: '--format',
      message: `is \`${flags.format}\``,
      hint: 'it may be text or json',
    });
  }
  const terminal = openTerminal();
  const request = await toRequest(flags, settings, signal, terminal.emit);
  const verdict = await runGate(request).finally(terminal.close);
  if (flags.format === 'json') process.stdout.write(toJson(verdict));
  else terminal.show(verdict, request.results.dir);
  return exitCode(verdict.verdict, request.experiment.gate);
}

async function toRequest(
  flags: RunFlags,
  settings: Settings,
  signal: AbortSignal,
  emit: Emit,
): Promise<GateRequest> {
  const cwd = process.cwd();
  const trees = treesOf(flags, cwd);
  const seed = flags.seed === undefined ? null : parseSeed(flags.seed);
  const root = flags.headDir ?? (await repoRoot(cwd, signal)) ?? cwd;
  const { experiment } = await loadExperiment({ root: path.resolve(root), settings, cwd });
  return {
    experiment,
    trees,
    against: flags.against === undefined ? null : fileStore(path.resolve(flags.against)),
    save: flags.save === undefined ? null : fileStore(path.resolve(flags.save)),
    results: openResults(flags.out),
    seed,
    env: process.env,
    signal,
    emit,
  };
}

/** Which trees the flags ask for. Contradictions are told before anything is looked at. */
export function treesOf(flags: RunFlags, cwd: string): Omit<TreesOptions, 'signal' | 'log'> {
  const bases = [
    ['--base', flags.base],
    ['--base-dir', flags.baseDir],
    ['--against', flags.against],
  ].flatMap(([name, value]) => (value === undefined ? [] : [name as string]));
  if (bases.length > 1) {
    throw new UserError({
      where: bases.join(', '),
      message: 'each names a baseline of its own',
      hint: 'give one of them',
    });
  }
  return { cwd, headDir: flags.headDir, base: baseOf(flags) };
}

function baseOf({ base, baseDir, against, save, headDir }: RunFlags): TreesOptions['base'] {
  if (base !== undefined) return { kind: 'ref', ref: base };
  if (baseDir !== undefined) return { kind: 'dir', dir: baseDir };
  // A baseline is being kept, or used: then head is measured alone.
  if (against !== undefined || save !== undefined) return { kind: 'none' };
  if (headDir !== undefined) {
    throw new UserError({
      where: '--head-dir',
      message: 'there is nothing to compare the folder with',
      hint: 'add --base-dir DIR, --base REF or --against FILE; or --save FILE to keep its measurement',
    });
  }
  return { kind: 'auto' };
}

export function parseSeed(text: string, where = '--seed'): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < 2 ** 31) return seed;
  throw new UserError({
    where,
    message: `is \`${text}\``,
    hint: `it must be a whole number from 0 to ${2 ** 31 - 1}`,
  });
}
