/** A standard input on which nothing ever comes, and which never ends: what a program in a terminal has while nobody types. */
import { execFileSync } from 'node:child_process';
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FOLDER = 'tg-input-';
/** It is deleted as soon as it is open. */
const NAME = /\/tg-input-\w+\/pipe( \(deleted\))?$/;

let input: number | 'ignore' | null = null;

/**
 * To be given to children as their standard input. A pipe that whoever has it holds open himself: Node's own `pipe` is a
 * socket, by which bash believes that it is called over a network and reads `.bashrc`, and which `/dev/stdin` cannot open.
 * Where no pipe can be made, the input is empty.
 */
export function idleInput(): number | 'ignore' {
  input ??= openPipe();
  return input;
}

/** Of an open file's path, as /proc tells it. */
export function isIdleInput(path: string): boolean {
  return NAME.test(path);
}

function openPipe(): number | 'ignore' {
  if (process.platform === 'win32') return 'ignore';
  const folder = mkdtempSync(join(tmpdir(), FOLDER));
  try {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', ['-m', '600', pipe], { stdio: 'ignore' });
    // Both ends in one, so that to open it waits for nobody.
    return openSync(pipe, constants.O_RDWR);
  } catch {
    return 'ignore';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
