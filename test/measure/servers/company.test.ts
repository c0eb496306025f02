import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import type { Arm } from '../../../src/config/experiment.ts';
import { startLive } from '../../../src/measure/live.ts';
import { markedProcesses } from '../../../src/measure/probes/tree.ts';
import { makeBench, SCENARIO, type TestBench } from '../bench.ts';
import { node, OK, serverFor, until } from './sandbox.ts';

const BOTH: Arm[] = ['base', 'head'];
const REMEDY = 'set `pairs: exclusive`, and `port` where that is fixed\n';
const LIKELY = `If it cannot run beside base (a fixed port, a lock), ${REMEDY}`;
const POSSIBLE = `It ran beside base, which is ready. Should both want the same thing (a fixed port, a lock, a file), ${REMEDY}`;

const HANGS = 'setInterval(() => {}, 1000)';
const ENDED = 'head: the server ended before it was ready (exit code 1)';
const REFUSES =
  'require("http").createServer((q, r) => r.writeHead(503).end()).listen(+process.env.PORT, "127.0.0.1")';

/** The message of the failure when these arms are started at once, each with its own program. */
async function failureOf(
  t: TestContext,
  programs: { base?: string; head: string },
  { timeoutMs = 10_000, bench = makeBench(t) }: { timeoutMs?: number; bench?: TestBench } = {},
): Promise<string> {
  const { base = OK, head } = programs;
  const start = `if [ {arm} = head ]; then exec ${node(head)}; fi; exec ${node(base)}`;
  const arms = 'base' in programs ? BOTH : (['head'] as const);
  const orders = { startOrder: arms, connectOrder: arms };
  let failure: Error | undefined;
  await assert.rejects(
    startLive(bench, serverFor({ start, timeoutMs }), SCENARIO, orders),
    (error: Error) => {
      failure = error;
      return true;
    },
  );
  assert.deepEqual(markedProcesses(bench.marker), []);
  return String(failure?.message);
}

function dying(last: string): string {
  return `console.error(${JSON.stringify(last)}); process.exit(1)`;
}

it('offers to run one at a time when the other arm has what it needs, and it says so', async (t) => {
  for (const last of [
    'Error: listen EADDRINUSE: address already in use :::8080',
    'OSError: [Errno 98] Address already in use',
    'panic: could not get the lock of ./data',
    'Another instance is already running',
    'failed to bind to 0.0.0.0:8080',
  ]) {
    const message = await failureOf(t, { base: OK, head: dying(last) });
    assert.ok(message.startsWith(`${ENDED}. ${LIKELY}`), message);
  }
});

it('says that the other arm may be the reason when it does not say why it ended', async (t) => {
  for (const head of [
    'process.exit(1)',
    dying('PID file exists'),
    dying('Fehler: Die Adresse wird bereits verwendet'),
    dying('Error: Cannot find module "blocks"'),
  ]) {
    const message = await failureOf(t, { base: OK, head });
    assert.ok(message.startsWith(`${ENDED}. ${POSSIBLE}`), message);
  }
});

it('waits for the other arm, which may take longer than this one needs to end', async (t) => {
  const base = `setTimeout(() => { ${OK} }, 700)`;
  const message = await failureOf(t, { base, head: 'process.exit(1)' });
  assert.ok(message.startsWith(`${ENDED}. ${POSSIBLE}`), message);
});

it('offers the same when it hangs or refuses instead of ending', async (t) => {
  const timeoutMs = 1500;
  const busy = 'console.error("listen EADDRINUSE, trying again");';
  for (const [head, kind, offer] of [
    [busy + HANGS, 'needs a larger `ready.timeout`. ', LIKELY],
    [busy + REFUSES, 'where a status below 500 means ready. ', LIKELY],
    [HANGS, 'needs a larger `ready.timeout`. ', POSSIBLE],
    [REFUSES, 'where a status below 500 means ready. ', POSSIBLE],
  ] as const) {
    const message = await failureOf(t, { base: OK, head }, { timeoutMs });
    assert.ok(message.includes(kind + offer), message);
  }
});

it('offers nothing to an arm that is alone', async (t) => {
  for (const head of ['process.exit(1)', dying('Error: listen EADDRINUSE')]) {
    const message = await failureOf(t, { head });
    assert.ok(message.startsWith(`${ENDED}\n`), message);
  }
  const message = await failureOf(t, { head: HANGS }, { timeoutMs: 500 });
  assert.match(message, /needs a larger `ready\.timeout`\n/);
});

it('offers nothing when the other arm fails as well', async (t) => {
  for (const base of ['process.exit(1)', 'setTimeout(() => process.exit(1), 300)', HANGS]) {
    const message = await failureOf(t, { base, head: 'process.exit(1)' }, { timeoutMs: 1500 });
    assert.match(message, /^(base|head): the server ended before it was ready \(exit code 1\)\n/);
  }
});

it('has its own remedy for a server that listens elsewhere', async (t) => {
  const head = OK.replace('+process.env.PORT', '0');
  const message = await failureOf(t, { base: OK, head }, { timeoutMs: 1500 });
  assert.match(message, /^head: not ready on port/);
  assert.ok(!message.includes('It ran beside'), message);
});

it('stops waiting for the other arm when the run is aborted', async (t) => {
  const bench = makeBench(t);
  const ran = join(bench.dir, 'head-ran');
  const head = `require("fs").writeFileSync(${JSON.stringify(ran)}, ""); process.exit(1)`;
  const failing = failureOf(t, { base: HANGS, head }, { timeoutMs: 60_000, bench });
  await until('head has run', () => existsSync(ran));
  await until('one is left', () => markedProcesses(bench.marker).length === 1);
  bench.stop.abort();
  assert.match(await failing, /aborted/);
});
