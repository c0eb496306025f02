/** A running fixture server. Leaves no process behind, whatever becomes of the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { BuiltFixture } from './fixture-build.ts';

/** Far beyond the longest test: a server that hangs is killed, so its test fails and does not hang. */
const LIFETIME_MS = 30_000;

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const living = new Set<ChildProcess>();

export class FixtureProcess implements AsyncDisposable {
  readonly pid: number;
  /**
   * The server's address once it listens: `http://127.0.0.1:40123`, `https://…` or `unix:/path`.
   * Rejects when it ends before.
   */
  readonly listening: Promise<string>;
  readonly ended: Promise<Ending>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;

  constructor({ folder, start, path }: BuiltFixture, settings: Record<string, string>) {
    const [command, ...args] = start as [string, ...string[]];
    const env = { ...withoutSettings(process.env), PATH: path, PORT: '0', ...settings };
    const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    living.add(child);
    const limit = setTimeout(() => child.kill('SIGKILL'), LIFETIME_MS);
    this.#child = child;
    this.pid = child.pid ?? -1;
    child.stdout.on('data', (text) => {
      this.stdout += text;
    });
    child.stderr.on('data', (text) => {
      this.stderr += text;
    });
    this.ended = once(child, 'close').then(([code, signal]) => {
      clearTimeout(limit);
      living.delete(child);
      return { code, signal };
    });
    this.listening = this.printed(/^listening on (https?:\S+|unix:.+)\n/m);
    // A test that waits for the end alone does not care for this one.
    this.listening.catch(() => {});
  }

  /** The first group of the pattern, once stdout matches it; rejects when the server ends before. */
  printed(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.stdout);
        if (found !== null) resolve(found[1] ?? '');
      };
      look();
      this.#child.stdout?.on('data', look);
      this.ended.then(
        ({ code }) => reject(new Error(`ended with ${code}, never printed: ${this.stderr}`)),
        reject,
      );
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ending> {
    this.#child.kill(signal);
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
  }
}

const SETTINGS = ['PORT', 'HOST', 'SOCKET', 'PROTOCOL', 'TLS_CERT', 'TLS_KEY', 'WORKERS'];

/** The environment of the test run, without anything that a fixture would take for a setting. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isSetting = (name: string) => SETTINGS.includes(name) || name.startsWith('KNOB_');
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isSetting(name)));
}

function killLiving(): void {
  for (const child of living) child.kill('SIGKILL');
}

process.once('exit', killLiving);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    killLiving();
    process.kill(process.pid, signal);
  });
}
