/** A running fixture server. Leaves no process behind, also when the test fails. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { BuiltFixture } from './fixture.ts';

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export class FixtureProcess implements AsyncDisposable {
  readonly pid: number;
  /** The server's address, such as `http://127.0.0.1:40123`, once it listens; rejects when it ends before. */
  readonly listening: Promise<string>;
  readonly ended: Promise<Ending>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;

  constructor({ folder, start, path }: BuiltFixture, settings: Record<string, string>) {
    const [command, ...args] = start as [string, ...string[]];
    const env = { ...withoutSettings(process.env), PATH: path, PORT: '0', ...settings };
    const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    this.#child = child;
    this.pid = child.pid ?? -1;
    this.ended = once(child, 'close').then(([code, signal]) => {
      process.off('exit', kill);
      return { code, signal };
    });
    this.listening = new Promise((resolve, reject) => {
      child.stdout.on('data', (text) => {
        this.stdout += text;
        const address = /^listening on (http:\S+)\n/m.exec(this.stdout)?.[1];
        if (address !== undefined) resolve(address);
      });
      child.stderr.on('data', (text) => {
        this.stderr += text;
      });
      this.ended.then(
        ({ code }) => reject(new Error(`ended with ${code} before it listened: ${this.stderr}`)),
        reject,
      );
    });
    // A test that waits for the end alone does not care for this one.
    this.listening.catch(() => {});
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ending> {
    this.#child.kill(signal);
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
  }
}

/** The environment of the test run, without anything that a fixture would take for a setting. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isSetting = (name: string) =>
    name === 'PORT' || name === 'HOST' || name.startsWith('KNOB_');
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isSetting(name)));
}
