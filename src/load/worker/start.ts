/** Starts one of our own programs that make load, with a channel to it. */
import { spawn } from 'node:child_process';
import { pinned } from '../../system/cpus/cores.ts';
import { ownFiles } from '../../system/files/own-files.ts';
import { ownCommand, ownEnvironment, ownProgram } from '../../system/program/runtime.ts';
import {
  type HelperNames,
  HelperProcess,
  type HelperReply,
  type HelperRequest,
} from './process.ts';

export interface WorkerOptions {
  program: 'generator' | 'holder';
  args?: readonly string[];
  /** Null: on any. */
  cores: readonly number[] | null;
  /** Ends the process at once, with whatever it runs: calls under way reject with GeneratorGone. */
  signal?: AbortSignal | undefined;
  names: HelperNames;
  /** In place of the program; for tests of the bundle. */
  path?: string | undefined;
}

/**
 * Resolves when the program is up. Rejects when it cannot be started (no taskset, no such core, no such program), or,
 * when it is aborted before, with the reason.
 */
export async function startWorker<Request extends HelperRequest, Reply extends HelperReply>(
  options: WorkerOptions,
): Promise<HelperProcess<Request, Reply>> {
  const { program, args = [], cores, signal, names, path = ownProgram(program) } = options;
  signal?.throwIfAborted();
  ownFiles.assertUnchanged();
  const [file, ...rest] = pinned(cores, ownCommand(path, ...args)) as [string, ...string[]];
  // taskset becomes the program by exec, so its process and its IPC descriptor stay the same.
  const child = spawn(file, rest, {
    env: ownEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const worker = new HelperProcess<Request, Reply>(child, names, signal);
  try {
    await worker.ready;
  } catch (error) {
    await worker[Symbol.asyncDispose]();
    signal?.throwIfAborted();
    throw error;
  }
  return worker;
}
