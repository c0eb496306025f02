/** A real server of Node.js, loaded and profiled: by itself as it ends, and by a command beside it. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Profile } from '../../../src/config/experiment/server.ts';
import { timesIn } from '../../../src/measure/profile/function-times.ts';
import { takeProfile } from '../../../src/measure/profile/take.ts';
import { markedProcesses } from '../../../src/system/processes/process-tree.ts';
import { it } from '../../support/unless-late.ts';
import { blockPlan, experimentOf, subjectPlan } from '../fixtures.ts';
import { makeLoadedContext, SCENARIO } from '../run-context.ts';
import { serverFor } from '../servers/sandbox.ts';

/** Most of its time is in `busy`. */
const SERVER = `const { createServer } = require('node:http');
function busy() { let sum = 0; for (let i = 0; i < 3e5; i++) sum += Math.sqrt(i); return sum; }
createServer((_, answer) => answer.end(String(busy()))).listen(process.env.PORT, '127.0.0.1');
`;

async function profile(t: TestContext, wish: Partial<Profile>, limitMs = 20_000) {
  const context = await makeLoadedContext(t);
  const out = join(context.dir, 'out of "it"');
  mkdirSync(out);
  writeFileSync(join(context.dir, 'head', 'server.js'), SERVER);
  const server = {
    // A shell stays above it, which does not work.
    ...serverFor({ start: 'node server.js; exit 1' }),
    profile: { command: null, start: null, durationMs: 1000, ...wish },
  };
  const signal = AbortSignal.timeout(limitMs);
  const experiment = experimentOf(server, SCENARIO);
  const plan = subjectPlan([blockPlan()]);
  const end = await takeProfile(context, experiment, plan, { arm: 'head', out, signal }).then(
    () => null,
    (error: unknown) => error as Error & { printed?: unknown },
  );
  assert.deepEqual(markedProcesses(context.marker), [], 'nothing is left running');
  return { end, out, context };
}

it('A server that profiles itself has written what it did when it has ended', async (t) => {
  const start = `exec node --cpu-prof --cpu-prof-dir={out} --import 'data:text/javascript,process.once("SIGTERM",()=>process.exit())' server.js`;
  const { end, out, context } = await profile(t, { start });
  assert.equal(end, null);
  const [file = ''] = readdirSync(out);
  const times = timesIn(file, readFileSync(join(out, file), 'utf8'), [context.dirs.head ?? '']);
  assert.ok(times !== null && typeof times !== 'string', String(times));
  const [worst] = [...times.functions.values()].sort((a, b) => b.samples - a.samples);
  assert.equal(worst?.name, 'busy server.js:2');
});

it('A command is given the process that works, and its time, while the server is loaded', async (t) => {
  const command = `tr '\\0' ' ' < /proc/{pid}/cmdline > {out}/who && echo {seconds} {arm} {port} > {out}/words && sleep {seconds}`;
  const { end, out } = await profile(t, { command });
  assert.equal(end, null);
  assert.equal(readFileSync(join(out, 'who'), 'utf8').trim(), 'node server.js');
  assert.match(readFileSync(join(out, 'words'), 'utf8'), /^1 head \d+\n$/);
});

it('A command that fails is told with its last lines, and one that hangs with the time that it had', async (t) => {
  const failed = await profile(t, { command: 'echo it is not allowed; exit 3 # {out}' });
  assert.match(failed.end?.message ?? '', /^its command failed \(exit code 3\): echo/);
  assert.deepEqual(failed.end?.printed, [{ by: 'profile', lines: ['it is not allowed'] }]);
  const hung = await profile(t, { command: 'sleep 100 # {out}' }, 3000);
  assert.equal(hung.end?.name, 'TimeoutError');
});

it('A server that does not start for its profile is the one that is named', async (t) => {
  const { end } = await profile(t, { start: 'echo no such profiler; exit 7 # {out}' });
  assert.match(end?.message ?? '', /exit code 7/);
});
