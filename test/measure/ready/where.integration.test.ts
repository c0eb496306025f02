/** Where a server listens: it is found and asked there, or told at once where it is. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { ServerFailure } from '../../../src/measure/failures/server-failure.ts';
import { freePort } from '../../../src/measure/listening/ports.ts';
import type { Ask } from '../../../src/measure/ready/ask.ts';
import { makeSandbox, node, OK } from '../servers/sandbox.ts';

const skip = process.platform === 'linux' ? false : 'needs /proc';
const ownAddress = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
const canUnshare =
  process.platform === 'linux' && spawnSync('unshare', ['--net', 'true']).status === 0;

const listening = (options: string) =>
  node(`require("http").createServer((q, r) => r.end("ok")).listen(${options})`);

// Most of their time is waiting, which several can do at once.
describe('where a server listens', { concurrency: 4 }, () => {
  it('The gate finds a server on IPv6 alone, wherever it is bound', { skip }, async (t) => {
    for (const options of [
      '{ host: "::", ipv6Only: true, port: +process.env.PORT }',
      '{ host: "::1", port: +process.env.PORT }',
    ]) {
      const { server, host } = await makeSandbox(t).ready({ start: listening(options) });
      assert.equal(host, '::1');
      const answer = await fetch(`http://[${host}]:${server.address.port}/`);
      assert.equal(await answer.text(), 'ok');
    }
  });

  it('The gate takes IPv4 where a server on `::` has both', { skip }, async (t) => {
    const start = listening('{ host: "::", port: +process.env.PORT }');
    assert.equal((await makeSandbox(t).ready({ start })).host, '127.0.0.1');
  });

  it('The gate keeps to IPv4 where only the first answer took long there, so that both arms are loaded at the same address', {
    skip,
  }, async (t) => {
    const asked: string[] = [];
    const ask: Ask = async ({ host }) => {
      asked.push(host);
      return asked.length === 1 ? 'no answer within 5000 ms' : 200;
    };
    const start = listening('{ host: "::", port: +process.env.PORT }');
    const { host } = await makeSandbox(t).ready({ start }, { ask });
    assert.deepEqual([host, asked], ['127.0.0.1', ['127.0.0.1', '::1', '127.0.0.1']]);
  });

  it('The gate finds a server on any one address of the machine', { skip }, async (t) => {
    const addresses = ['127.0.0.2', ...(ownAddress === undefined ? [] : [ownAddress])];
    for (const address of addresses) {
      const start = listening(`+process.env.PORT, "${address}"`);
      const { server, host } = await makeSandbox(t).ready({ start });
      assert.equal(host, address);
      const answer = await fetch(`http://${host}:${server.address.port}/`);
      assert.equal(answer.status, 200);
    }
  });

  it('The gate finds a server whose children share the port', { skip }, async (t) => {
    const sandbox = makeSandbox(t);
    writeFileSync(
      join(sandbox.dir, 'server.js'),
      `const cluster = require("cluster");
    if (cluster.isPrimary) { cluster.fork(); cluster.fork(); }
    else require("http").createServer((q, r) => r.end("ok"))
      .listen({ port: +process.env.PORT, host: "127.0.0.2", exclusive: true, reusePort: true })`,
    );
    assert.equal(
      (await sandbox.ready({ start: `'${process.execPath}' server.js` })).host,
      '127.0.0.2',
    );
  });

  it('The gate tells within seconds at which other port a server is ready', { skip }, async (t) => {
    const port = await freePort();
    const beganMs = performance.now();
    const trying = makeSandbox(t).ready({
      start: listening(`${port}, "127.0.0.1"`),
      timeoutMs: 60_000,
      form: 'flags',
    });
    await assert.rejects(trying, (error: ServerFailure) => {
      assert.equal(error.kind, 'wrong-port');
      assert.match(
        error.message,
        new RegExp(
          `it listens on port ${port} instead\\. Make it read the PORT .* set \`--port ${port}\` and \`--pairs exclusive\`$`,
        ),
      );
      return true;
    });
    assert.ok(performance.now() - beganMs < 30_000);
  });

  it('The gate tells within seconds of the Unix socket on which a server is ready', {
    skip,
  }, async (t) => {
    const sandbox = makeSandbox(t);
    const start = listening('"app.sock"');
    await assert.rejects(sandbox.ready({ start, timeoutMs: 60_000, form: 'inputs' }), {
      kind: 'wrong-port',
      message:
        /it listens on the Unix socket .*\/app\.sock instead\. .*`socket: true` in a config file/,
    });
  });

  it('The gate tells of an abstract Unix socket as of one with a file', { skip }, async (t) => {
    const start = listening('"\\0tg-where-" + process.pid');
    await assert.rejects(makeSandbox(t).ready({ start, timeoutMs: 60_000 }), {
      kind: 'wrong-port',
      message: /it listens on the Unix socket @tg-where-\d+ instead\. .*`socket: true`/,
    });
  });

  it('The gate waits beside a port that does not answer as the server will', {
    skip,
  }, async (t) => {
    const port = await freePort();
    const start = node(`require("http").createServer((q, r) => { r.statusCode = 500; r.end() })
      .listen(${port}, "127.0.0.1");
    setTimeout(() => { ${OK} }, 1500)`);
    const { host } = await makeSandbox(t).ready({ start });
    assert.equal(host, '127.0.0.1');
  });

  it('The gate tells that a server is in another network namespace, where nothing reaches it', {
    skip: canUnshare ? false : 'this user may make no network namespace',
  }, async (t) => {
    const server = listening('+process.env.PORT, "0.0.0.0"');
    await assert.rejects(
      makeSandbox(t).ready({ start: `exec unshare --net ${server}`, timeoutMs: 60_000 }),
      { kind: 'wrong-port', message: /it listens on port \d+ in a network namespace of its own/ },
    );
  });
});
