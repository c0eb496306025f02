/**
 * A head that works against the measurement: whatever it does, as the same user, to the gate, its helpers and base.
 * The outcome is `invalid` or as if it had done nothing; never green, never a hang, and nothing is left.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from '../measure/servers/sandbox.ts';
import { type Installed, install, SHORT, START } from './cli.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

let cli: Installed;
before(() => {
  cli = install();
  cli.fixture('base');
});
after(() => cli.remove());

/** First lines of head's server. `find(words)`: processes of this very run whose command line has them. */
const TOOLS = `
const fs = await import('node:fs');
const read = (path) => { try { return fs.readFileSync(path, 'latin1'); } catch { return ''; } };
const ofThisRun = 'RUNNER_TEMP=' + process.env.RUNNER_TEMP + '\\0';
const pids = () => fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).map(Number);
const find = (words) => pids().filter((pid) =>
  pid !== process.pid && read('/proc/' + pid + '/cmdline').includes(words) && read('/proc/' + pid + '/environ').includes(ofThisRun));
const tell = (words, signal) => { for (const pid of find(words)) { try { process.kill(pid, signal); } catch {} } };
const base = () => pids().filter((pid) => { try { return fs.readlinkSync('/proc/' + pid + '/cwd').endsWith('/base'); } catch { return false; } })
  .filter((pid) => read('/proc/' + pid + '/cmdline').includes('server.js') && read('/proc/' + pid + '/environ').includes(ofThisRun));
const soon = (act) => setTimeout(act, 700);
`;

let count = 0;

/** The command against a head that does this as well. */
function start(deed: string) {
  const head = cli.fixture(`head-${++count}`, `${TOOLS}${deed}\n`);
  const args = ['run', '--base-dir', 'base', '--head-dir', head, '--start', START, ...SHORT];
  return cli.start([...args, '--out', join(cli.dir, `results-${count}`)]);
}

for (const [what, deed, said] of [
  [
    'kills the load generator',
    `soon(() => tell('generator.cjs', 'SIGKILL'));`,
    /killed by SIGKILL/,
  ],
  [
    'stops the load generator now and then',
    `setInterval(() => { tell('generator.cjs', 'SIGSTOP'); setTimeout(() => tell('generator.cjs', 'SIGCONT'), 20); }, 200);`,
    /load generator was stopped for a while/,
  ],
  [
    'stops the gate itself, which its watchdog has go on',
    `setInterval(() => tell('cli.cjs', 'SIGSTOP'), 1500);`,
    /the gate was stopped for a while/,
  ],
  [
    'ends the server of base',
    `setInterval(() => { for (const pid of base()) process.kill(pid, 'SIGKILL'); }, 300);`,
    /ended by another process/,
  ],
  [
    'asks the server of base to end, which it does in order',
    `soon(() => { for (const pid of base()) process.kill(pid, 'SIGTERM'); });`,
    /\(exit code 0\).* By itself it goes on for longer, so its build is not shown to be broken/,
  ],
  [
    'makes the server of base crash',
    `soon(() => { for (const pid of base()) process.kill(pid, 'SIGSEGV'); });`,
    /By itself it goes on for longer, so its build is not shown to be broken/,
  ],
  [
    'ends the watchdog, and then the load generator',
    `soon(() => { tell('watchdog.cjs', 'SIGKILL'); tell('generator.cjs', 'SIGKILL'); });`,
    /killed by SIGKILL/,
  ],
  [
    'answers for a while, and ends as if all were well',
    'setTimeout(() => process.exit(0), 700);',
    /the server ended .*\(exit code 0\)/,
  ],
] as const) {
  test(`A head that ${what}: invalid, and nothing is left`, linux, async () => {
    const { code, stdout, stderr } = await start(deed).ended;
    assert.equal(code, 3, `${stdout}\n${stderr}`);
    assert.match(stdout.replaceAll(/\s+/g, ' '), said, stderr);
    await until('nothing is left', () => cli.leftovers().length === 0);
  });
}

test('A head that kills the gate: nothing is left', linux, async () => {
  const { signal } = await start(`soon(() => tell('cli.cjs', 'SIGKILL'));`).ended;
  assert.equal(signal, 'SIGKILL');
  await until('nothing is left', () => cli.leftovers().length === 0);
});
