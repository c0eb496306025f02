import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe } from 'node:test';
import { ServerFailure } from '../../../src/measure/failures/server-failure.ts';
import { ownership } from '../../../src/measure/listening/listener.ts';
import { freePort } from '../../../src/measure/listening/ports.ts';
import { assertOwner } from '../../../src/measure/ready/ready.ts';
import { markedProcesses } from '../../../src/system/processes/process-tree.ts';
import { it } from '../../support/unless-late.ts';
import { isAlive, makeSandbox, node, OK, until, waitFor } from '../servers/sandbox.ts';

const linux = process.platform === 'linux' ? false : 'needs /proc';

// Most of their time is waiting, which several can do at once.
describe('when a server is ready', { concurrency: 4 }, () => {
  it('A server is ready when it answers and the listener is its own', async (t) => {
    const { server, host } = await makeSandbox(t).ready({ start: node(OK) });
    assert.equal(host, '127.0.0.1');
    const answer = await fetch(`http://${host}:${server.address.port}/`);
    assert.equal(await answer.text(), 'ok');
    assert.equal(server.ended(), null);
  });

  it('The gate waits for a server that listens late', async (t) => {
    const start = node(`setTimeout(() => { ${OK} }, 400)`);
    const { server } = await makeSandbox(t).ready({ start });
    assert.ok(performance.now() - server.startedAtMs >= 400);
  });

  it('The gate waits for the status that means ready', async (t) => {
    const start = node(`
    let asked = 0;
    const status = () => (++asked < 4 ? 503 : 204);
    require("http").createServer((q, r) => r.writeHead(q.url === "/up?x=1" ? status() : 404).end())
      .listen(+process.env.PORT, "127.0.0.1");`);
    await assert.doesNotReject(makeSandbox(t).ready({ start, path: '/up?x=1' }));
    await assert.doesNotReject(makeSandbox(t).ready({ start, path: '/up?x=1', status: 204 }));
  });

  it('The gate takes any answer below 500 as ready, unless a status is asked for', async (t) => {
    const start = node(
      'require("http").createServer((q, r) => r.writeHead(404).end()).listen(+process.env.PORT, "127.0.0.1")',
    );
    await makeSandbox(t).ready({ start });
    await assert.rejects(makeSandbox(t).readyOnceUp({ start, status: 200, timeoutMs: 1500 }), {
      name: 'ServerFailure',
      kind: 'wrong-status',
      arm: 'head',
      message: /^head: GET \/ gave status 404 for 1\.5 s, where status 200 means ready$/,
    });
  });

  it('A server is ready by the status of an answer that never ends', async (t) => {
    const start = node(`require("http").createServer((q, r) => {
    r.writeHead(200);
    setInterval(() => r.write("data: x\\n\\n"), 20);
  }).listen(+process.env.PORT, "127.0.0.1")`);
    await assert.doesNotReject(makeSandbox(t).ready({ start }));
  });

  it('A server is not ready by an answer that is cut off, nor by silence', async (t) => {
    const cut = node(
      'require("net").createServer((s) => { s.on("error", () => {}); s.end("HTTP/1.1 200 OK\\r\\ncontent-length: 9\\r\\n\\r\\nab"); }).listen(+process.env.PORT, "127.0.0.1")',
    );
    const silent = node(
      'require("net").createServer(() => {}).listen(+process.env.PORT, "127.0.0.1")',
    );
    for (const [start, seen] of [
      [cut, /gave aborted for/],
      [silent, /gave no answer within 1500 ms for 1\.5 s, where a status below 500/],
    ] as const) {
      const trying = makeSandbox(t).readyOnceUp({ start, timeoutMs: 1500 });
      await assert.rejects(trying, { kind: 'wrong-status', message: seen });
    }
  });

  it('The gate finds a server that listens on ::1 alone', { skip: linux }, async (t) => {
    const start = node(OK.replace('127.0.0.1', '::1'));
    const { host } = await makeSandbox(t).ready({ start });
    assert.equal(host, '::1');
  });

  it('The gate finds a server that listens on every address', async (t) => {
    for (const address of ['0.0.0.0', '::']) {
      const { host } = await makeSandbox(t).ready({
        start: node(OK.replace('127.0.0.1', address)),
      });
      assert.equal(host, '127.0.0.1');
    }
  });

  it('The gate tells how a server ended early, with its last lines beside the sentence', async (t) => {
    const start = node('for (let i = 1; i <= 40; i++) console.log("line " + i); process.exit(3)');
    await assert.rejects(makeSandbox(t).ready({ start }), {
      kind: 'exited',
      message: 'head: the server ended before it was ready (exit code 3)',
      printed: [{ by: 'server', lines: Array.from({ length: 15 }, (_, i) => `line ${26 + i}`) }],
    });
  });

  it('The gate does not wait for a server that its watcher has given up', async (t) => {
    const start =
      "echo 'Error: no such table'; echo '[nodemon] app crashed - waiting for file changes before starting...'; sleep 60";
    await assert.rejects(makeSandbox(t).ready({ start, timeoutMs: 30_000 }), {
      kind: 'exited',
      message: /^head: the server ended before it was ready, and .* goes on without it$/,
    });
  });

  it('The gate tells the signal that ended a server, and that this printed nothing', async (t) => {
    await assert.rejects(makeSandbox(t).ready({ start: 'kill -SEGV $$' }), {
      message: 'head: the server ended before it was ready (SIGSEGV); it printed nothing',
      printed: [],
    });
  });

  it('The gate tells a command that does not exist', async (t) => {
    await assert.rejects(makeSandbox(t).ready({ start: 'no-such-command-at-all' }), (error) => {
      assert.ok(error instanceof ServerFailure);
      assert.match(error.message, /\(exit code 127\)$/);
      assert.match(error.printed.flatMap(({ lines }) => lines).join(), /no-such-command-at-all/);
      return true;
    });
  });

  it('The gate waits for a daemon as for any server, and tells that it is one', {
    skip: linux,
  }, async (t) => {
    const sandbox = makeSandbox(t);
    // Slow enough that the start command has ended long before it listens.
    const late = node(`setTimeout(() => { ${OK} }, 60000)`);
    for (const start of [`${late} & exit 0`, `setsid ${late} & exit 0`]) {
      await assert.rejects(sandbox.ready({ start, timeoutMs: 1000 }), {
        kind: 'timeout',
        message:
          /nothing listens there.* Its start command has ended, and processes that it started go on$/,
      });
    }
    await assert.rejects(sandbox.ready({ start: `${late} & exit 3` }), {
      kind: 'exited',
      message: 'head: the server ended before it was ready (exit code 3); it printed nothing',
    });
  });

  it('The gate gives up after the time limit when nothing listens', async (t) => {
    const start = node('console.log("thinking"); setInterval(() => {}, 1000)');
    await assert.rejects(makeSandbox(t).readyOnceUp({ start, timeoutMs: 1500 }), {
      kind: 'timeout',
      message:
        /not ready on port \d{5} after 1\.5 s: nothing listens there\. Does it read PORT [^\n]*$/,
      printed: [{ by: 'server', lines: ['thinking'] }],
    });
  });

  it('The gate names the ports on which a server listens instead', { skip: linux }, async (t) => {
    const elsewhere = await freePort();
    const start = node(OK).replace('+process.env.PORT', String(elsewhere));
    await assert.rejects(makeSandbox(t).readyOnceUp({ start, timeoutMs: 1500 }), {
      kind: 'wrong-port',
      message: new RegExp(
        `it listens on port ${elsewhere} instead\\. Make it read the PORT environment variable, or put \\{port\\} into the start command; if its port is fixed, set \`port: ${elsewhere}\` and \`pairs: exclusive\``,
      ),
    });
  });

  it('The gate says of a server that asks for something to be typed that this keeps it from listening', {
    skip: process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch) ? false : 'Linux',
  }, async (t) => {
    const start = `read -p 'Password: ' secret; exec ${node(OK)}`;
    await assert.rejects(makeSandbox(t).ready({ start, timeoutMs: 1500 }), {
      kind: 'timeout',
      message:
        /nothing listens there, and it waits for something to be typed: it reads its standard/,
    });
  });

  it('The gate refuses to start on a port that somebody uses', async (t) => {
    for (const address of ['127.0.0.1', '::', '0.0.0.0']) {
      const stale = createServer((_request, response) => response.end('stale'));
      await new Promise<void>((resolve) => stale.listen(0, address, resolve));
      const { port } = stale.address() as AddressInfo;
      const sandbox = makeSandbox(t);
      try {
        await assert.rejects(sandbox.start({ start: node(OK), port }), {
          kind: 'port-in-use',
          message: new RegExp(
            `^head: port ${port} is in use by another process \\(node, process ${process.pid}\\), so .* was not started$`,
          ),
        });
        assert.deepEqual(markedProcesses(sandbox.marker), []);
      } finally {
        stale.close();
      }
    }
  });

  it('The gate never takes the answer of a foreign server for its own', {
    skip: linux,
  }, async (t) => {
    const sandbox = makeSandbox(t);
    // Ours does not listen at all; a stranger takes the port after the start.
    const server = await sandbox.start({ start: node('setInterval(() => {}, 1000)') });
    let asked = 0;
    const stale = createServer((_request, response) => {
      asked += 1;
      response.end('ok');
    });
    await new Promise<void>((resolve) => stale.listen(server.address.port, '127.0.0.1', resolve));
    try {
      await assert.rejects(waitFor(server), {
        kind: 'foreign-listener',
        message: new RegExp(
          `port ${server.address.port} is answered by a process that the start command`,
        ),
      });
      assert.equal(asked, 0);
    } finally {
      stale.close();
    }
  });

  it('A server is not misled by a stranger seen once', { skip: linux }, async (t) => {
    const server = await makeSandbox(t).start({ start: node(OK) });
    await until('it listens', () => ownership(server.endpoint, server.tree).kind === 'ours');
    let looks = 0;
    const changing = { ...server, tree: () => (++looks <= 2 ? [] : server.tree()) };
    assert.equal(await waitFor(changing), '127.0.0.1');
    assert.equal(looks, 3);
  });

  it("The gate keeps no connection of its own waiting on the server's port", {
    skip: linux,
  }, async (t) => {
    const status = 'if (++asked < 4) r.statusCode = 503; console.log(q.headers.connection);';
    const start = node(`let asked = 0; ${OK.replace('r.end("ok")', `{ ${status} r.end("ok") }`)}`);
    const sandbox = makeSandbox(t);
    const { server } = await sandbox.ready({ start });
    await until('all were answered', () => sandbox.log() === 'keep-alive\n'.repeat(4));
    const port = server.address.port.toString(16).toUpperCase();
    const closing = (side: 'local' | 'remote') =>
      readFileSync('/proc/net/tcp', 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local, remote, state]) => {
          return state === '06' && (side === 'local' ? local : remote)?.endsWith(`:${port}`);
        });
    await until('ours are closed', () => closing('remote').length === 4);
    assert.deepEqual(closing('local'), []);
  });

  it('The gate counts a daemon that the start command let go as part of the server', {
    skip: linux,
  }, async (t) => {
    const sandbox = makeSandbox(t);
    // The subshell ends, so the daemon in its new session belongs to nobody but by its marker.
    const start = `(setsid ${node(OK)} & echo "daemon $!") ; exec sleep 300`;
    const { server } = await sandbox.ready({ start });
    const daemon = Number(/daemon (\d+)/.exec(sandbox.log())?.[1]);
    await server[Symbol.asyncDispose]();
    assert.equal(isAlive(daemon), false);
    assert.deepEqual(markedProcesses(sandbox.marker), []);
  });

  it('The gate stops waiting when the run is aborted', async (t) => {
    const controller = new AbortController();
    const sandbox = makeSandbox(t);
    const waiting = sandbox.ready(
      { start: node('console.log("up"); setInterval(() => {}, 1000)'), timeoutMs: 60_000 },
      { signal: controller.signal },
    );
    const rejected = assert.rejects(waiting, { name: 'AbortError' });
    await until('the server runs', () => markedProcesses(sandbox.marker).length > 0);
    controller.abort();
    await rejected;
  });

  it('The gate notices a stranger that shares the port later', { skip: linux }, async (t) => {
    const shared =
      'require("http").createServer((q, r) => r.end("ok")).listen({ port: +process.env.PORT, host: "127.0.0.1", reusePort: true })';
    const { server } = await makeSandbox(t).ready({ start: node(shared) });
    await assertOwner(server);
    const stranger = createServer();
    const { port } = server.address;
    stranger.listen({ port, host: '127.0.0.1', reusePort: true });
    await once(stranger, 'listening');
    t.after(() => stranger.close());
    await assert.rejects(assertOwner(server), /did not start/);
  });
});
