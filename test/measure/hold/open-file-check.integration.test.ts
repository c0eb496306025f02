import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HoldScenario } from '../../../src/config/experiment/scenario.ts';
import { ServerFailure } from '../../../src/measure/failures/server-failure.ts';
import { runHoldBlock } from '../../../src/measure/hold/block.ts';
import { fileLimitTrouble } from '../../../src/measure/hold/open-file-check.ts';
import { runHoldPilot } from '../../../src/measure/hold/pilot.ts';
import { markedProcesses } from '../../../src/system/processes/process-tree.ts';
import { httpRequest } from '../../support/measurement.ts';
import { blockPlan, fixture } from '../fixtures.ts';
import { makeContext } from '../run-context.ts';
import { node, serverFor } from '../servers/sandbox.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

const HOLD: HoldScenario = {
  kind: 'hold',
  name: 'many',
  protocol: 'http1',
  tls: null,
  connections: 300,
  openPerSecond: 3000,
  holdMs: 100,
  perSecond: 200,
  timeoutMs: 5000,
  request: httpRequest(),
  socket: null,
  serverCores: null,
};
const BLOCK = blockPlan({ startOrder: ['head'], sliceOrder: '' });

function fails(kind: ServerFailure['kind'], says: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof ServerFailure, String(error));
    assert.equal(error.kind, kind);
    assert.match(error.message, says);
    return true;
  };
}

describe('the limit of open files', () => {
  it('The limit of open files is the sum over the processes that listen, less what they need themselves', () => {
    assert.equal(fileLimitTrouble(100_000, Array(6).fill(20_000)), null);
    assert.equal(fileLimitTrouble(100_000, [100_200]), null);
    assert.equal(fileLimitTrouble(100_000, [Number.POSITIVE_INFINITY]), null);
    assert.equal(fileLimitTrouble(100_000, []), null, 'nothing is known');
    assert.equal(
      fileLimitTrouble(100_000, [20_000]),
      'the server cannot hold 100,000 connections: the one process that listens may have 20,000 files open. ' +
        'To mend it, start at least 6 processes that share the port (each may have 20,000 files open), or ' +
        'raise the limit of one: `ulimit -Hn 100200`, or `LimitNOFILE=100200` for a service',
    );
    assert.match(
      fileLimitTrouble(100_000, [20_000, 20_000]) ?? '',
      /the 2 processes that listen may/,
    );
    assert.doesNotMatch(fileLimitTrouble(1000, [100]) ?? '', /processes that share the port/);
  });
});

describe('the pilot run of a hold', linux, () => {
  it('The pilot run of a hold says before any block how many processes, or files, the server needs', async (t) => {
    const context = makeContext(t);
    const server = fixture('node-http');
    const small = { ...server, start: `ulimit -n 450; ${server.start}` };
    const scenario = { ...HOLD, connections: 1000 };
    await assert.rejects(
      runHoldPilot(context, small, scenario, ['head']),
      fails(
        'connect',
        /may have 450 files open\. To mend it, start at least 4 processes.*ulimit -Hn 1200/s,
      ),
    );
    assert.deepEqual(markedProcesses(context.marker), []);
  });

  it('The pilot run of a hold says what was answered instead of what is expected', async (t) => {
    const context = makeContext(t);
    const request = { ...httpRequest(), path: '/nowhere' };
    await assert.rejects(
      runHoldPilot(context, fixture('node-http'), { ...HOLD, request }, ['head']),
      fails(
        'wrong-status',
        /a held connection is not answered as expected: expected status 200, got 404/,
      ),
    );
  });
});

describe('the pilot run of a hold of which connections are lost', () => {
  const keeping = (most: number) =>
    serverFor({
      start: node(`const s = require("http").createServer((q, r) => r.end("ok"));
        s.maxConnections = ${most}; s.listen(+process.env.PORT, "127.0.0.1")`),
      path: '/',
    });

  it('The pilot run of a hold tells what is lost of its few connections, with an example, and goes on', async (t) => {
    const context = makeContext(t);
    const { pilot } = await runHoldPilot(context, keeping(120), HOLD, ['base', 'head']);
    assert.deepEqual(Object.keys(pilot.arms), ['base', 'head']);
    const [base, head, ...more] = context.remarked;
    assert.deepEqual(more, []);
    for (const told of [base, head]) {
      assert.match(
        told ?? '',
        /\((base|head)\) lost 80 of 200 connections in the pilot run \(0 did not open, 80 were dropped\), for example: a connection was dropped: .*\. Where both builds do so/,
      );
    }
  });

  it('The pilot run of a hold says nothing of a server that keeps all of them', async (t) => {
    const context = makeContext(t);
    await runHoldPilot(context, keeping(300), HOLD, ['head']);
    assert.deepEqual(context.remarked, []);
  });
});

describe('a block of a hold', linux, () => {
  it('A block of a hold has the memory before and while all are held, and every count', async (t) => {
    const context = makeContext(t);
    const server = fixture('node-http');
    const { block, samples } = await runHoldBlock(context, server, HOLD, BLOCK);
    assert.deepEqual(samples, []);
    const { hold, rssBytes, memoryAfter, good, attempted } = block.arms.head ?? {};
    assert.deepEqual(
      [hold?.opened, hold?.refused, hold?.timedOut, hold?.dropped],
      [HOLD.connections, 0, 0, 0],
    );
    assert.ok((hold?.rssHeldBytes ?? 0) > (hold?.rssBeforeBytes ?? 0));
    assert.deepEqual(rssBytes, [hold?.rssHeldBytes]);
    assert.deepEqual([memoryAfter, good, attempted], [[20], 20, 20]);
    assert.ok((hold?.connectP50Us ?? 0) <= (hold?.connectMaxUs ?? 0));
    assert.deepEqual(markedProcesses(context.marker), []);
  });

  it('A block of a hold fails with the arm to which nothing opens', async (t) => {
    const context = makeContext(t);
    // Ready once, and then it listens no more.
    const program = `const s = require("http").createServer((q, r) => { r.end("ok"); s.close(); });
      s.listen(+process.env.PORT, "127.0.0.1"); setInterval(() => {}, 1000)`;
    const server = serverFor({ start: node(program), path: '/' });
    await assert.rejects(
      runHoldBlock(context, server, HOLD, BLOCK),
      fails('connect', /ready, but no connection could be opened: .*ECONNREFUSED/),
    );
    assert.deepEqual(markedProcesses(context.marker), []);
  });

  it('A block of a hold fails with the arm that ends meanwhile', async (t) => {
    const context = makeContext(t);
    const server = fixture('node-http', {}, { KNOB_CRASH_AFTER: 10 });
    await assert.rejects(
      runHoldBlock(context, server, HOLD, BLOCK),
      fails('exited', /the server ended while connections were held \(exit code 3\)/),
    );
    assert.deepEqual(markedProcesses(context.marker), []);
  });

  it('A block of a hold leaves nothing behind when the run is aborted', async (t) => {
    const context = makeContext(t);
    const held = runHoldBlock(context, fixture('node-http'), { ...HOLD, holdMs: 60_000 }, BLOCK);
    setTimeout(() => context.stop.abort(new Error('enough')), 1500);
    await assert.rejects(held);
    assert.deepEqual(markedProcesses(context.marker), []);
  });
});
