/**
 * Kills the gate (SIGKILL) at random moments of real runs, and lists what is left: processes, mounts, worktrees,
 * temporary folders, changes to the user's repository. There must be nothing.
 *
 *     node bench/kill-at-random.ts [runs, default 200] [at once, default 4]
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Installed, install, START } from '../test/cli/cli.ts';
import { commit, fingerprint, initRepo, sh } from '../test/support/git.ts';

/** Trees, builds, hooks, pilot run and some blocks of so small a run. */
const WITHIN_MS = 6000;
/** What the watchdog has to end everything; nothing of it is measured. */
const GONE_WITHIN_MS = 20_000;

const runs = Number(process.argv[2] ?? 200);
const atOnce = Number(process.argv[3] ?? 4);
const trouble: string[] = [];
let next = 0;

const sleptBefore = new Set(sleeping());
await Promise.all(Array.from({ length: atOnce }, lane));
// Whose they are cannot be told where several runs go on at once; that they are ours can.
for (const line of sleeping()) if (!sleptBefore.has(line)) trouble.push(line);
for (const line of trouble) console.log(line);
console.log(`${runs} runs killed at random moments, ${trouble.length} of them left something`);
process.exit(trouble.length === 0 ? 0 : 1);

async function lane(): Promise<void> {
  const cli = install();
  try {
    const repo = prepare(cli);
    while (next < runs) await once(cli, repo, next++);
  } finally {
    cli.remove();
  }
}

function prepare(cli: Installed): string {
  const source = cli.fixture('source');
  const repo = initRepo(join(cli.dir, 'repo'));
  const files = readdirSync(source).map((name) => [name, readFileSync(join(source, name), 'utf8')]);
  commit(repo, Object.fromEntries(files));
  sh(repo, 'switch', '--quiet', '--create', 'feature');
  commit(repo, { 'notes.txt': 'x\n' });
  mkdirSync(join(cli.dir, 'hooks'), { recursive: true });
  // A build and a hook that leave daemons behind, each harder to find than the one before.
  writeFileSync(
    join(cli.dir, 'gate.yml'),
    `servers:
  api:
    build: (setsid sleep 300 &); env -i setsid -f sleep 300; sleep 0.2
    start: ${START}
    before: env -i setsid -f sleep 300; sleep 0.1
    after: sleep 0.1
`,
  );
  return repo;
}

async function once(cli: Installed, repo: string, index: number): Promise<void> {
  const before = state(repo);
  const sleepers = new Set(sleeping());
  const args = ['run', '--base', 'main', '--config', '../gate.yml', '--out', '../results'];
  const running = cli.start([...args, '--budget', '5s'], { cwd: repo });
  const atMs = Math.random() * WITHIN_MS;
  await Promise.race([sleep(atMs), running.ended]);
  running.child.kill('SIGKILL');
  await running.ended;
  const deadline = performance.now() + GONE_WITHIN_MS;
  const left = () => [
    ...cli.leftovers(),
    // Those without an environment: nothing but their command line tells whose they are.
    ...(atOnce === 1 ? sleeping().filter((pid) => !sleepers.has(pid)) : []),
  ];
  while (left().length > 0 && performance.now() < deadline) await sleep(50);
  const after = state(repo);
  const found = [...left(), ...(after === before ? [] : ['the repository or the mounts changed'])];
  if (found.length > 0) trouble.push(`run ${index}, killed at ${Math.round(atMs)} ms: ${found}`);
  console.log(
    `run ${index + 1} of ${runs}, killed at ${Math.round(atMs)} ms: ${found.length} left`,
  );
}

/** All that a run must not change. */
function state(repo: string): string {
  const mounts = readFileSync('/proc/self/mounts', 'utf8');
  return JSON.stringify([fingerprint(repo), sh(repo, 'worktree', 'list'), mounts]);
}

/** Every process on the machine that is a daemon of the config above. */
function sleeping(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return line === 'sleep 300 ' ? [`process ${pid}: ${line}`] : [];
    } catch {
      return [];
    }
  });
}
