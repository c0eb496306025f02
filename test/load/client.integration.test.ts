import assert from 'node:assert/strict';
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { GeneratorGone } from '../../src/load/client.ts';
import type { GeneratorReply } from '../../src/load/messages.ts';
import { startGenerator } from '../../src/load/pool.ts';
import { noErrors } from '../../src/load/session.ts';
import { ownFile, ownProgram } from '../../src/system/program/runtime.ts';
import type { Arm } from '../../src/terms/arm.ts';
import { it } from '../support/unless-late.ts';
import { assertComplete, coresFor, HELLO, request, serve, target } from './servers.ts';

const PROGRAM = ownProgram('generator');
const linux = { skip: process.platform !== 'linux' && 'needs /proc and taskset' };

/** Process ids of this process's children that run the generator. */
function generatorPids(): number[] {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
  return children
    .split(' ')
    .filter(Boolean)
    .map(Number)
    .filter((pid) => commandLine(pid).includes('generator'));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

describe('the generator process', () => {
  it('The generator process opens both arms, alternates slices between them, bursts and closes', async () => {
    await using base = await serve((socket) => socket.write(HELLO));
    await using head = await serve((socket, index) =>
      socket.write(index % 10 === 0 ? 'HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n' : HELLO),
    );
    await using generator = await startGenerator({ cores: null });
    await generator.open('base', target(base.port));
    await generator.open('head', target(head.port, { connections: 2 }));

    const order: Arm[] = ['base', 'head', 'head', 'base'];
    const { slices, samples } = await generator.slices(order, 50);
    assert.deepEqual(
      slices.map(({ arm }) => arm),
      order,
    );
    for (const slice of slices) {
      assertComplete(slice, 50);
      assert.deepEqual(slice.errors, { ...noErrors(), status: slice.arm === 'head' ? 5 : 0 });
      assert.ok(!('gaveUp' in slice), 'only what the contract has');
    }
    assert.deepEqual([base.requests, head.requests], [100, 100]);
    assert.deepEqual(samples, [
      {
        arm: 'head',
        kind: 'status',
        message: 'expected status 200, got 500',
        answer: { status: 500, contentType: null, location: null },
        excerpt: '""',
      },
    ]);

    const burst = await generator.burst('base', 0.2);
    assert.equal(burst.statuses[200], burst.completed);
    assert.ok(burst.completed > 0);

    await generator.close('head');
    while (head.sockets.size > 0) await sleep(1);
    await assert.rejects(generator.slices(['head'], 1), /arm head is not open/);
    assert.equal((await generator.slices(['base'], 10)).slices[0]?.good, 10);
    await generator.close('head');
  });

  for (const protocol of ['http1', 'http2'] as const) {
    it(`The generator process says of ${protocol} which kind of request of a mix has failed`, async () => {
      const server =
        protocol === 'http1'
          ? createServer((_, response) => response.end('hello'))
          : createHttp2Server((_, response) => response.end('hello'));
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const { port } = server.address() as AddressInfo;
      const requests = [
        request({ path: '/items', weight: 3 }),
        request({ path: '/reports', weight: 1, expect: { status: 201, body: null } }),
      ];
      try {
        await using generator = await startGenerator({ cores: null });
        await generator.open('head', target(port, { protocol, requests }));
        const { slices, samples } = await generator.slices(['head'], 400);
        const { good = 0, errors } = slices[0] ?? {};
        assert.deepEqual([good > 200, good + (errors?.status ?? 0)], [true, 400]);
        assert.deepEqual(
          samples.map(({ message, request }) => [message, request]),
          [['expected status 201, got 200', 'GET /reports']],
        );
      } finally {
        server.close();
      }
    });
  }

  it('The generator process says what failed, and goes on', async () => {
    await using server = await serve((socket) => socket.write(HELLO));
    const gone = await serve(() => {});
    await gone[Symbol.asyncDispose]();
    await using generator = await startGenerator({ cores: null });
    await assert.rejects(generator.open('base', target(gone.port)), {
      name: 'NotConnected',
      message: new RegExp(`^arm base at 127.0.0.1:${gone.port}: no connection .*ECONNREFUSED`),
    });
    await assert.rejects(generator.open('base', target(server.port, { path: 'no slash' })), {
      name: 'ScenarioUnsendable',
      message: /scenario test: path … cannot be sent/,
    });
    await assert.rejects(generator.burst('base', 1), /arm base is not open/);
    await generator.open('base', target(server.port));
    await assert.rejects(generator.open('base', target(server.port)), /already open/);
    await assert.rejects(generator.slices(['base'], 0), /at least 1 request/);
    assert.equal((await generator.slices(['base'], 10)).slices[0]?.good, 10);
  });

  it('The generator process does not try a dead arm again for every slice of a request', async () => {
    await using alive = await serve((socket) => socket.write(HELLO));
    await using hung = await serve(() => {});
    await using generator = await startGenerator({ cores: null });
    await generator.open('base', target(alive.port));
    await generator.open('head', target(hung.port, { timeoutMs: 50 }));
    const { slices } = await generator.slices(
      Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 'base' : 'head')),
      20,
    );
    for (const slice of slices) {
      assertComplete(slice, 20);
      assert.equal(slice.good, slice.arm === 'base' ? 20 : 0);
    }
    assert.ok(hung.requests <= 20, `${hung.requests} requests to a server that hangs`);
  });

  it('The generator process rejects every call when it is killed', linux, async () => {
    await using server = await serve(() => {});
    await using generator = await startGenerator({ cores: null });
    await generator.open('base', target(server.port));
    const calls = [generator.slices(['base'], 10), generator.close('base')];
    const [pid] = generatorPids();
    assert.ok(pid !== undefined);
    process.kill(pid, 'SIGKILL');
    for (const call of calls) await assert.rejects(call, /load generator was killed by SIGKILL/);
    await assert.rejects(generator.burst('base', 1), /load generator was killed by SIGKILL/);
    assert.deepEqual(generatorPids(), []);
  });

  it(
    'The generator process is gone after disposal, also with a slice under way, and disposing twice is fine',
    linux,
    async () => {
      await using server = await serve(() => {});
      const generator = await startGenerator({ cores: null });
      await generator.open('base', target(server.port));
      const running = assert.rejects(generator.slices(['base'], 10), /load generator was stopped/);
      await generator[Symbol.asyncDispose]();
      await running;
      await generator[Symbol.asyncDispose]();
      await assert.rejects(generator.close('base'), /stopped/);
      assert.deepEqual(generatorPids(), []);
    },
  );

  it(
    'The generator process ends at once when the run is cancelled, and listens no longer',
    linux,
    async () => {
      await using server = await serve(() => {});
      const controller = new AbortController();
      const { signal } = controller;
      await using generator = await startGenerator({ cores: null, signal });
      await generator.open('base', target(server.port));
      const running = generator.slices(['base'], 10);
      const rejected = assert.rejects(running, {
        name: 'GeneratorGone',
        message: 'The load generator was stopped.',
      });
      assert.equal(getEventListeners(signal, 'abort').length, 1);
      controller.abort(new Error('cancelled by the test'));
      await rejected;
      await assert.rejects(generator.burst('base', 1), { name: 'GeneratorGone' });
      assert.deepEqual(generatorPids(), []);
      await assert.rejects(startGenerator({ cores: null, signal }), /cancelled by the test/);
    },
  );

  it(
    'The generator process gives up a start that is cancelled, and leaves no listener behind',
    linux,
    async () => {
      const controller = new AbortController();
      const starting = startGenerator({ cores: null, signal: controller.signal });
      controller.abort(new Error('cancelled by the test'));
      await assert.rejects(starting, /cancelled by the test/);
      assert.deepEqual(generatorPids(), []);

      const { signal } = new AbortController();
      const generator = await startGenerator({ cores: null, signal });
      await generator[Symbol.asyncDispose]();
      assert.equal(getEventListeners(signal, 'abort').length, 0);
    },
  );

  it('The generator process bursts on a server that serves one connection at a time', async () => {
    const waiting: Socket[] = [];
    let current: Socket | null = null;
    const next = () => {
      current = waiting.shift() ?? null;
      current?.resume();
      if (current?.destroyed) next();
    };
    await using server = await serve(
      (socket) => socket.end(HELLO.replace('\r\n', '\r\nconnection: close\r\n')),
      {
        onConnection: (socket) => {
          // Whoever waits is not read from, so it is not noticed either that it has left.
          waiting.push(socket.pause());
          socket.once('data', () => assert.equal(socket, current, 'one at a time'));
          socket.once('close', () => {
            if (socket === current) next();
            else waiting.splice(waiting.indexOf(socket), 1);
          });
          if (current === null) next();
        },
      },
    );
    await using generator = await startGenerator({ cores: null });
    await generator.open('base', target(server.port));
    assert.equal((await generator.slices(['base'], 1)).slices[0]?.good, 1);
    const burst = await generator.burst('base', 0.3);
    assert.ok(burst.completed > 0);
    assert.equal(burst.errors, 0);
    const [slice] = (await generator.slices(['base'], 20)).slices;
    assert.equal(slice?.good, 20);
  });

  it('The generator process runs on the cores it is given', linux, async () => {
    const cores = coresFor(1);
    await using server = await serve((socket) => socket.write(HELLO));
    await using generator = await startGenerator({ cores });
    const [pid] = generatorPids();
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    assert.match(status, new RegExp(`Cpus_allowed_list:\\s*${cores[0]}\\n`));
    await generator.open('base', target(server.port));
    assert.equal((await generator.slices(['base'], 10)).slices[0]?.good, 10);
  });

  it('The generator process says why it could not start', async () => {
    if (process.platform === 'linux') {
      await assert.rejects(startGenerator({ cores: [100_000] }), dying(/taskset/));
    }
    await assert.rejects(
      startGenerator({ cores: null, program: join(tmpdir(), 'no-such-generator.cjs') }),
      dying(/no-such-generator/),
    );
  });

  it('The generator process ignores Ctrl-C, answers what it does not know, and ends with the channel', async () => {
    const child: ChildProcess = fork(PROGRAM, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await once(child, 'message');
    child.kill('SIGINT');
    child.send({ id: 7, op: 'dance' });
    const [reply] = (await once(child, 'message')) as [GeneratorReply];
    assert.deepEqual(reply, {
      id: 7,
      ok: false,
      reason: 'other',
      message: 'unknown operation "dance"',
      printed: [],
    });
    child.disconnect();
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  it('The generator process does not run by hand', async () => {
    await assert.rejects(
      promisify(execFile)(process.execPath, [PROGRAM]),
      (error: Error & { code?: number; stderr?: string }) => {
        assert.equal(error.code, 2);
        assert.match(error.stderr ?? '', /started by throughput-gate, not by hand/);
        return true;
      },
    );
  });

  it('The generator process works as a bundle, from any folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'generator-bundle-'));
    const before = process.cwd();
    try {
      const program = join(folder, 'dist/generator.cjs');
      await copyFile(ownFile('package.json'), join(folder, 'package.json'));
      await promisify(execFile)(process.execPath, ['scripts/build.ts', join(folder, 'dist')], {
        cwd: ownFile('.'),
      });
      process.chdir(folder);
      await using server = await serve((socket) => socket.write(HELLO));
      await using generator = await startGenerator({ cores: null, program });
      await generator.open('base', target(server.port));
      assert.equal((await generator.slices(['base'], 10)).slices[0]?.good, 10);
      assert.ok((await generator.burst('base', 0.2)).completed > 0);
    } finally {
      process.chdir(before);
      await rm(folder, { recursive: true });
    }
  });
});

/** Its end in our words, and beside them what it printed. */
function dying(printed: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof GeneratorGone);
    assert.equal(error.message, 'The load generator ended with code 1.');
    assert.match(error.printed.flatMap(({ lines }) => lines).join('\n'), printed);
    return true;
  };
}
