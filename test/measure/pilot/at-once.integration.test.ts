/** Whether servers of several habits serve several connections at once: real processes of the generator, small real servers. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { after, it, type TestContext } from 'node:test';
import { startGenerator } from '../../../src/load/pool.ts';
import type { Target } from '../../../src/load/target.ts';
import type { LiveArms } from '../../../src/measure/arms/running-arms.ts';
import type { RunContext } from '../../../src/measure/context/run-context.ts';
import { ServerFailure } from '../../../src/measure/failures/server-failure.ts';
import { checkAnswers } from '../../../src/measure/pilot/answer-check.ts';
import {
  assertNotTurnedAway,
  assertServesAll,
  assertServesAtOnce,
} from '../../../src/measure/pilot/at-once.ts';
import type { RunningServer } from '../../../src/measure/servers/server.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { HELLO, request, target, type Wanted } from '../../load/servers.ts';

const generator = await startGenerator({ cores: null });
after(() => generator[Symbol.asyncDispose]());

const failure: RunningServer['failure'] = (kind, what, symptoms) =>
  new ServerFailure('head', kind, what, null, symptoms);
const HEAD = { arm: 'head', failure, ended: () => null } as unknown as RunningServer;

const context = { generator, signal: new AbortController().signal } as unknown as RunContext;

/** Head alone, served by this, with 32 connections. */
function loadedOn(server: http.Server, wanted: Wanted = {}): LiveArms {
  const { port } = server.address() as AddressInfo;
  return {
    servers: new Map([['head', HEAD]]),
    targets: new Map([['head', target(port, { connections: 32, timeoutMs: 2000, ...wanted })]]),
    asked: new Map(),
    assertAlive: () => {},
  } as unknown as LiveArms;
}

async function listening(t: TestContext, handle: http.RequestListener): Promise<http.Server> {
  const server = http.createServer(handle);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(async () => {
    await generator.close('head');
    server.closeAllConnections();
    server.close();
  });
  return server;
}

/** A server that answers on so many connections at a time: the others wait until one closes. `answerMs`: one after the other. */
async function serve(atOnce: number, answerMs = 0) {
  const waiting: net.Socket[] = [];
  let serving = 0;
  let free = Promise.resolve();
  const take = (socket: net.Socket) => {
    serving++;
    socket.on('data', () => {
      free = free.then(async () => {
        if (answerMs > 0) await new Promise((resolve) => setTimeout(resolve, answerMs));
        socket.write(HELLO);
      });
    });
    socket.on('close', () => {
      serving--;
      const next = waiting.shift();
      if (next !== undefined) take(next);
    });
  };
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    if (serving < atOnce) take(socket);
    else waiting.push(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** What is said of it; null: nothing is wrong. */
async function told(atOnce: number, { answerMs = 0, connections = 32 } = {}) {
  return await toldOf(await serve(atOnce, answerMs), connections);
}

async function toldOf({ port, close }: Awaited<ReturnType<typeof serve>>, connections = 32) {
  try {
    await assertServesAtOnce({ generator }, HEAD, target(port, { connections, timeoutMs: 2000 }));
    return null;
  } catch (error) {
    assert.ok(error instanceof ServerFailure, String(error));
    return { message: unmarked(error.message), cure: error.of('pilot').cure };
  } finally {
    close();
  }
}

it('A server that serves one connection at a time is told so, with the number to set', async () => {
  const said = await told(1);
  assert.match(said?.message ?? '', /^head: the server serves one connection at a time: of 4 /);
  assert.deepEqual(said?.cure, { code: 'few-connections', served: 1 });
});

it('A server that serves two connections at a time is told that', async () => {
  const said = await told(2);
  assert.match(said?.message ?? '', /serves 2 connections at a time: 2 of 4 /);
  assert.deepEqual(said?.cure, { code: 'few-connections', served: 2 });
});

it('A server whose first answer alone is late is told that the next one came; of one that stays late nothing is said of a next', async (t) => {
  const cureOf = async (handle: http.RequestListener) => {
    const server = await listening(t, handle);
    const { port } = server.address() as AddressInfo;
    return (await toldOf({ port, close: () => server }))?.cure;
  };
  let made: Promise<void> | null = null;
  const makes: http.RequestListener = (_, response) => {
    made ??= new Promise((resolve) => setTimeout(resolve, 2500));
    made.then(() => response.end('hello'));
  };
  assert.deepEqual(await cureOf(makes), { code: 'late-answer', timeoutMs: 2000, isFirst: true });
  assert.deepEqual(await cureOf(() => {}), { code: 'late-answer', timeoutMs: 2000 });
});

it('A server that answers slowly, one request after the other, is no such server', async () => {
  assert.equal(await told(Number.POSITIVE_INFINITY, { answerMs: 200 }), null);
});

it('Nothing is wrong with a server that serves all, nor where one connection is asked for', async () => {
  assert.equal(await told(Number.POSITIVE_INFINITY), null);
  assert.equal(await told(1, { connections: 1 }), null);
});

it('A server that closes each connection beyond its limit is told so by all of the connections', async () => {
  const limited = http.createServer((_, response) => void response.end('hello'));
  limited.maxConnections = 10;
  await once(limited.listen(0, '127.0.0.1'), 'listening');
  const live = loadedOn(limited);
  try {
    await assert.rejects(
      assertServesAll({ generator } as unknown as RunContext, live, 'head'),
      (error) => {
        assert.ok(error instanceof ServerFailure);
        assert.match(
          unmarked(error.message),
          /serves 10 connections at a time: of 32 that were open it closed 22 without any answer/,
        );
        assert.deepEqual(error.of('pilot').cure, { code: 'few-connections', served: 10 });
        return true;
      },
    );
  } finally {
    limited.closeAllConnections();
    limited.close();
  }
});

it('A server that answers 503 while many connections are open is told so, with a number that it serves', async () => {
  let open = 0;
  const busy = http.createServer((_, response) => {
    if (open > 10) response.statusCode = 503;
    response.end('hello');
  });
  busy.on('connection', (socket) => {
    open++;
    socket.on('close', () => open--);
  });
  await once(busy.listen(0, '127.0.0.1'), 'listening');
  const live = loadedOn(busy);
  try {
    await assert.rejects(
      assertNotTurnedAway(context, live, 'head', live.targets.get('head') as Target),
      (error) => {
        assert.ok(error instanceof ServerFailure);
        assert.match(unmarked(error.message), /answers 503 while 32 .* while there are 8$/);
        assert.deepEqual(error.of('pilot').cure, { code: 'few-connections', served: 8 });
        return true;
      },
    );
  } finally {
    await generator.close('head');
    busy.closeAllConnections();
    busy.close();
  }
});

/** Four workers, of which the first is warm. A connection stays with the worker that has fewest. */
async function prefork() {
  const workers = [0, 1, 2, 3].map((index) => ({ open: 0, isWarm: index === 0 }));
  const server = net.createServer((socket) => {
    const [own] = [...workers].sort((a, b) => a.open - b.open) as [(typeof workers)[number]];
    own.open++;
    socket.on('error', () => {});
    socket.on('data', () => {
      if (own.isWarm) socket.write(HELLO);
    });
    // It is done with its first request when nobody waits for it any more.
    socket.on('close', () => {
      own.open--;
      own.isWarm = true;
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

it('Workers that are slow at their first request are no limit of connections', async () => {
  assert.equal(await toldOf(await prefork()), null);
});

it('A server that loses an answer now and then is not told that it serves all connections but one', async (t) => {
  let asked = 0;
  const server = await listening(t, (_, response) => {
    if (++asked % 60 !== 20) response.end('hello');
  });
  await assertServesAll(context, loadedOn(server), 'head');
  assert.ok(asked > 60, String(asked));
});

it('A server that answered 503 a moment ago, and now answers however many ask, is told of no limit', async (t) => {
  const server = await listening(t, (_, response) => void response.end('hello'));
  const live = loadedOn(server);
  await assertNotTurnedAway(context, live, 'head', live.targets.get('head') as Target);
  assert.equal((await generator.slices(['head'], 32)).slices[0]?.good, 32);
});

it('Of several kinds of requests, one that is always answered 503 is told by its name, and no number of connections', async (t) => {
  const server = await listening(t, ({ method }, response) => {
    response.statusCode = method === 'POST' ? 503 : 200;
    response.end();
  });
  const requests = [
    request({ path: '/items', weight: 9 }),
    request({ method: 'POST', path: '/orders' }),
  ];
  const live = loadedOn(server, { requests });
  const { scenario } = live.targets.get('head') as Target;
  await assert.rejects(checkAnswers(context, live, scenario, 'head'), (error) => {
    assert.ok(error instanceof ServerFailure, String(error));
    assert.match(unmarked(error.message), /POST \/orders is not answered as expected: .*503/);
    assert.equal(error.of('pilot').cure?.code, 'one-kind-fails');
    return true;
  });
});

it('Of several kinds of requests, one that fails is cured by its own method, however rare it is', async (t) => {
  const server = await listening(t, ({ method }, response) => {
    response.statusCode = method === 'DELETE' ? 404 : 200;
    response.end();
  });
  const requests = [
    request({ path: '/items', weight: 299 }),
    request({ method: 'DELETE', path: '/items/1' }),
  ];
  const live = loadedOn(server, { requests });
  const { scenario } = live.targets.get('head') as Target;
  await assert.rejects(checkAnswers(context, live, scenario, 'head'), (error) => {
    assert.ok(error instanceof ServerFailure, String(error));
    const told = unmarked(error.message);
    assert.match(
      told,
      /404.*; it is 0\.33% of the load, and the other kind of request is answered$/,
    );
    assert.equal(error.of('pilot').cure?.code, 'deleted');
    return true;
  });
});

it('Of kinds of requests that could not be asked any more, nothing is said', async (t) => {
  const server = await listening(t, (_, response) => {
    server.close();
    response.statusCode = 500;
    response.end();
  });
  const { port } = server.address() as AddressInfo;
  const requests = ['/broken', '/items', '/orders'].map((path, index) =>
    request({ path, weight: index === 0 ? 8 : 1 }),
  );
  const gone = { ...HEAD, endpoint: { kind: 'tcp' as const, port }, tree: () => [process.pid] };
  const live = { ...loadedOn(server, { requests }), servers: new Map([['head' as const, gone]]) };
  const { scenario } = live.targets.get('head') as Target;
  await assert.rejects(checkAnswers(context, live, scenario, 'head'), (error) => {
    assert.ok(error instanceof ServerFailure, String(error));
    assert.match(unmarked(error.message), /GET \/broken is not .*500.*; it is 80% of the load$/);
    assert.equal(error.of('pilot').cure?.code, 'server-error');
    return true;
  });
});
