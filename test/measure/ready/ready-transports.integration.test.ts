import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerFailure } from '../../../src/measure/failures/server-failure.ts';
import { freePort } from '../../../src/measure/listening/ports.ts';
import type { Ask } from '../../../src/measure/ready/ask.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';
import { it } from '../../support/unless-late.ts';
import { makeSandbox, node, OK, until, waitFor } from '../servers/sandbox.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

const ON_SOCKET = OK.replace('+process.env.PORT, "127.0.0.1"', 'process.env.SOCKET');
const SILENT = 'setInterval(() => {}, 1000)';
/** Listens on UDP and answers nothing: what it speaks is asked in another way. */
const UDP = 'require("dgram").createSocket("udp4").bind(+process.env.PORT, "127.0.0.1")';
const TLS = { acceptSelfSigned: false, ca: null, serverName: 'localhost' };

// Most of their time is waiting, which several can do at once.
describe('when a server is ready over other transports', { concurrency: 4 }, () => {
  it('A server is ready at its Unix socket, which is passed in SOCKET, with PORT beside it', async (t) => {
    const sandbox = makeSandbox(t);
    const say = 'console.log(process.env.SOCKET, process.env.PORT); ';
    // A file that an earlier server left does not keep this one from listening.
    writeFileSync(join(sandbox.dir, 'own.sock'), '');
    const wishes = { start: node(say + ON_SOCKET), socket: 'own.sock' };
    const { server } = await sandbox.ready({ ...wishes, listen: { kind: 'socket' } });
    assert.deepEqual(server.endpoint, { kind: 'unix', path: join(sandbox.dir, 'own.sock') });
    assert.equal(sandbox.log(), `${join(sandbox.dir, 'own.sock')} ${server.address.port}\n`);
  });

  it('A server is ready at a socket that it bound under another name first', async (t) => {
    const renamed = node(
      `const fs = require("fs"), at = process.env.SOCKET; ${OK.replace(
        '+process.env.PORT, "127.0.0.1"',
        'at + ".new", () => fs.renameSync(at + ".new", at)',
      )}`,
    );
    const listen = { kind: 'socket' } as const;
    const { host } = await makeSandbox(t).ready({ start: renamed, socket: 'own.sock', listen });
    assert.equal(host, '127.0.0.1');
  });

  it('A server is not ready by a stranger on its socket', linux, async (t) => {
    const sandbox = makeSandbox(t);
    const server = await sandbox.start({ start: node(SILENT), socket: 'own.sock' });
    let asked = 0;
    const stranger = createServer(() => {
      asked += 1;
    });
    stranger.listen(join(sandbox.dir, 'own.sock'));
    await once(stranger, 'listening');
    try {
      await assert.rejects(waitFor(server), {
        kind: 'foreign-listener',
        message:
          /the Unix socket .*own\.sock is answered by a process that the start command did not/,
      });
      assert.equal(asked, 0);
    } finally {
      stranger.close();
    }
  });

  it('The gate says that a server does not read SOCKET', linux, async (t) => {
    const wishes = { socket: 'own.sock', listen: { kind: 'socket' }, timeoutMs: 1500 } as const;
    const { port, sandbox } = { port: await freePort(), sandbox: makeSandbox(t) };
    await assert.rejects(sandbox.readyOnceUp({ ...wishes, start: node(OK), port }), {
      kind: 'wrong-port',
      message: new RegExp(
        `not ready on the Unix socket \\S+own\\.sock after 1\\.5 s: it listens on port ${port} instead\\. Make it read the SOCKET environment variable, or put \\{socket\\} into the start command$`,
      ),
    });
    await assert.rejects(makeSandbox(t).ready({ ...wishes, start: node(SILENT) }), {
      kind: 'timeout',
      message: /nothing listens there\. Does it read SOCKET \(or \{socket\}/,
    });
  });

  it('A server is asked over TLS, whatever its certificate', async (t) => {
    const [cert, key] = ['crt', 'key'].map((end) => ownFile(`fixtures/tls/localhost.${end}`));
    const files = `{ cert: require("fs").readFileSync("${cert}"), key: require("fs").readFileSync("${key}") }`;
    const start = node(OK.replace('"http").createServer(', `"https").createServer(${files}, `));
    const { host } = await makeSandbox(t).ready({ start, tls: TLS });
    assert.equal(host, '127.0.0.1');
    const plain = makeSandbox(t).readyOnceUp({ start: node(OK), tls: TLS, timeoutMs: 1500 });
    await assert.rejects(plain, { kind: 'wrong-status' });
  });

  it(
    'A server is asked in the way that it is given, once it owns the UDP port',
    linux,
    async (t) => {
      const asked: string[] = [];
      const answers = ['no answer yet', 503, 200];
      const { host } = await makeSandbox(t).ready(
        { start: node(`setTimeout(() => { ${UDP} }, 300)`), protocol: 'http3' },
        {
          ask: async ({ host }) => {
            asked.push(host);
            return answers.shift() as string | number;
          },
        },
      );
      assert.equal(host, '127.0.0.1');
      assert.deepEqual(asked, ['127.0.0.1', '127.0.0.1', '127.0.0.1']);
    },
  );

  it(
    'A last question that is cut short does not hide what was answered before',
    linux,
    async (t) => {
      const refused = 'the QUIC handshake failed (CONNECTION_REFUSED)';
      let isFirst = true;
      const ask = async ({ timeoutMs }: { timeoutMs: number }) => {
        if (isFirst) {
          isFirst = false;
          return refused;
        }
        // It would be given longer, if there were more time.
        await sleep(timeoutMs);
        return `no answer within ${timeoutMs} ms to the QUIC handshake`;
      };
      const wishes = { start: node(UDP), protocol: 'http3', timeoutMs: 1500 } as const;
      await assert.rejects(makeSandbox(t).readyOnceUp(wishes, { ask }), {
        message: /gave the QUIC handshake failed \(CONNECTION_REFUSED\).*UDP port/,
      });
    },
  );

  it('The gate says that HTTP/3 needs UDP', linux, async (t) => {
    const port = await freePort();
    const wishes = { start: node(OK), protocol: 'http3', timeoutMs: 1500, port } as const;
    await assert.rejects(makeSandbox(t).readyOnceUp(wishes, { ask: () => assert.fail('asked') }), {
      kind: 'wrong-port',
      message: new RegExp(
        `not ready on UDP port ${port} after 1\\.5 s: it listens there over TCP only, and HTTP/3 is served over UDP.*alt-svc.*protocol`,
      ),
    });
  });

  it(
    'A server that answers over the other transport is told long before its time is up',
    linux,
    async (t) => {
      const cases = [
        { start: node(OK), protocol: 'http3', says: /there over TCP only, and HTTP\/3 is served/ },
        { start: node(UDP), protocol: 'http1', says: /there over UDP only\. If it serves HTTP\/3/ },
      ] as const;
      for (const { start, protocol, says } of cases) {
        const asked = new Set<string>();
        const askOther: Ask = async ({ endpoint }) => {
          asked.add(endpoint.kind);
          return 200;
        };
        const wishes = { start, protocol, timeoutMs: 50_000 };
        const trying = makeSandbox(t).ready(wishes, { ask: () => assert.fail('asked'), askOther });
        await assert.rejects(trying, (error: ServerFailure) => {
          assert.equal(error.kind, 'wrong-port');
          assert.match(error.message, says);
          assert.doesNotMatch(error.message, /after \d/);
          return true;
        });
        assert.deepEqual([...asked], [protocol === 'http3' ? 'tcp' : 'udp']);
      }
    },
  );

  it(
    'A server of TCP with a socket of UDP that answers nobody is hardly kept waiting for',
    linux,
    async (t) => {
      const late = `require("dgram").createSocket("udp4").bind(0, "127.0.0.1"); setTimeout(() => { ${OK} }, 4000)`;
      const asked: number[] = [];
      const askOther: Ask = async ({ timeoutMs }) => {
        asked.push(timeoutMs);
        await sleep(timeoutMs);
        return 'no answer in time';
      };
      await makeSandbox(t).ready({ start: node(late), timeoutMs: 50_000 }, { askOther });
      assert.deepEqual(asked, [1000]);
    },
  );

  it(
    'A port that takes connections and says nothing keeps nobody from seeing that the right one listens',
    linux,
    async (t) => {
      const mute = 'require("net").createServer().listen(0, "127.0.0.1")';
      const server = await makeSandbox(t).start({
        start: node(`${mute}; setTimeout(() => { ${OK} }, 2000)`),
        timeoutMs: 50_000,
      });
      let asked = 0;
      const ask: Ask = async ({ endpoint, signal }) => {
        if (endpoint.kind === 'tcp' && endpoint.port === server.address.port) return 200;
        asked += 1;
        await once(signal, 'abort');
        return 'no answer in time';
      };
      assert.equal(await waitFor(server, { ask }), '127.0.0.1');
      assert.equal(asked, 1);
    },
  );

  it('A server that opens UDP long after it has begun is waited for', linux, async (t) => {
    const start = node(`setTimeout(() => { ${UDP} }, 8000)`);
    const ready = makeSandbox(t).ready({ start, protocol: 'http3' }, { ask: async () => 200 });
    assert.equal((await ready).host, '127.0.0.1');
  });

  it('A server does not start where somebody has the UDP port', async (t) => {
    const stranger = createSocket('udp4');
    stranger.bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address();
    try {
      const starting = makeSandbox(t).start({ start: node(UDP), protocol: 'http3', port });
      await assert.rejects(starting, {
        kind: 'port-in-use',
        message: new RegExp(`^head: UDP port ${port} is in use by another process`),
      });
    } finally {
      stranger.close();
    }
  });

  it('The gate names the port that a fixed one should be', linux, async (t) => {
    const [named, real] = [await freePort(), await freePort()];
    const start = node(OK.replace('+process.env.PORT', String(real)));
    const listen = { kind: 'fixed', port: named } as const;
    const trying = makeSandbox(t).readyOnceUp({ start, listen, port: named, timeoutMs: 1500 });
    await assert.rejects(trying, {
      kind: 'wrong-port',
      message: new RegExp(`it listens on port ${real} instead\\. Set \`port: ${real}\`$`),
    });
  });

  it('The gate does not offer what is set already', linux, async (t) => {
    const real = await freePort();
    const start = node(OK.replace('+process.env.PORT', String(real)));
    const trying = makeSandbox(t).readyOnceUp({ start, pairs: 'exclusive', timeoutMs: 1500 });
    await assert.rejects(trying, {
      message: new RegExp(`if its port is fixed, set \`port: ${real}\`$`),
    });
  });

  it('The gate waits for a fixed port that is being left, and for no other', async (t) => {
    const leaving = createServer();
    leaving.listen(0);
    await once(leaving, 'listening');
    const { port } = leaving.address() as { port: number };
    const sandbox = makeSandbox(t);
    await assert.rejects(sandbox.start({ start: node(OK), port }), { kind: 'port-in-use' });
    const ready = sandbox.ready({ start: node(OK), port, listen: { kind: 'fixed', port } });
    await sleep(150);
    leaving.close();
    await ready;
  });

  it('The gate stops waiting for a fixed port when the run is aborted', async (t) => {
    const staying = createServer();
    t.after(() => staying.close());
    staying.listen(0);
    await once(staying, 'listening');
    const { port } = staying.address() as { port: number };
    const controller = new AbortController();
    const { signal } = controller;
    const listen = { kind: 'fixed', port } as const;
    const starting = makeSandbox(t).start({ start: node(OK), port, listen, signal });
    let settled = false;
    const rejected = assert.rejects(starting, { name: 'AbortError' }).then(() => {
      settled = true;
    });
    controller.abort();
    await until('it is settled', () => settled);
    await rejected;
  });
});
