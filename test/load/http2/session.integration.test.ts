import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FLAG, SETTING, settingsFrame } from '../../../src/load/http2/frames.ts';
import { allClosed } from '../../support/all-closed.ts';
import { says } from '../../support/printed.ts';
import { it } from '../../support/unless-late.ts';
import { serve, target } from '../servers.ts';
import { errors, rawHarness, sessionOn } from './harness.ts';
import { answer, data, frame, goAway, headers, type OnRequest, reset, serveRaw } from './peer.ts';

const HELLO = { expect: { status: 200, body: 'hello' } };
const answers: OnRequest = (socket, id) => socket.write(answer(id));

describe('an HTTP/2 session', () => {
  it('An HTTP/2 session opens every connection, then sends exactly the requests it is asked for', async () => {
    await using load = await rawHarness(answers, HELLO);
    assert.equal(load.server.requests, 0);
    for (const requests of [1, 3, 8, 9, 1000]) {
      const before: number = load.server.requests;
      const slice = await load.slice(requests);
      assert.equal(slice.good, requests);
      assert.equal(load.server.requests - before, requests);
      assert.deepEqual(slice.bodySizes, [0, 0, 0, requests], 'hello has 4 to 7 bytes');
      assert.ok(slice.durationUs > 0 && slice.medianLatencyUs > 0 && slice.generatorCpuUs >= 0);
      assert.ok(slice.medianLatencyUs <= slice.durationUs);
      assert.equal(slice.gaveUp, null);
    }
    assert.equal(load.server.accepted, 2, 'the connections stay open');
  });

  it('An HTTP/2 session keeps its streams in flight on each connection, also in a short slice', async () => {
    const inFlight = new Map<object, number>();
    let most = 0;
    await using load = await rawHarness((socket, id) => {
      inFlight.set(socket, (inFlight.get(socket) ?? 0) + 1);
      most = Math.max(most, inFlight.get(socket) as number);
      setTimeout(() => {
        inFlight.set(socket, (inFlight.get(socket) as number) - 1);
        socket.write(answer(id));
      }, 2);
    });
    await load.slice(4);
    assert.equal(most, 2, 'two each');
    await load.slice(80);
    assert.equal(most, 4);
    assert.equal(load.session.width, 8);
  });

  it('An HTTP/2 session cannot be opened on a server that allows no streams, or speaks something else', async () => {
    const none = settingsFrame([[SETTING.maxConcurrentStreams, 0]]);
    for (const [greeting, message] of [
      [none, /no connection could be opened: .* allows 0 streams .*, the scenario wants 4/],
      [
        'HTTP/1.1 400 Bad Request\r\n\r\n',
        /the server does not speak HTTP\/2: it answers "HTTP\/1\.1 400/,
      ],
      ['\x00\x00\x04 anything at all', /its first frame is no SETTINGS/],
      ['anything at all', /a frame of 6385273 bytes, where 16384 are allowed/],
    ] as const) {
      const opening = rawHarness(answers, { timeoutMs: 50 }, Buffer.from(greeting));
      await assert.rejects(opening, says(message));
    }
    await using silent = await serve(() => {});
    using load = sessionOn(silent.port, { timeoutMs: 50 });
    await assert.rejects(load.session.open(), /no HTTP\/2 connection after 50 ms/);
  });

  it('An HTTP/2 session says why nothing could be opened', async () => {
    const gone = await serveRaw(() => {});
    await gone[Symbol.asyncDispose]();
    using load = sessionOn(gone.port);
    await assert.rejects(load.session.open(), /no connection could be opened: .*ECONNREFUSED/);
  });

  it('An HTTP/2 session rests without connections, and opens them again for the next slice', async () => {
    await using load = await rawHarness(answers);
    assert.equal((await load.slice(8)).good, 8);
    load.session.rest();
    await allClosed(load.server.sockets);
    assert.equal((await load.slice(8)).good, 8);
    assert.equal(load.server.accepted, 4);
  });

  it('An HTTP/2 session opens again what the server closed between slices, silently', async () => {
    await using load = await rawHarness(answers);
    await load.slice(8);
    const [first, second] = load.server.sockets;
    first?.end();
    second?.end(goAway(100));
    await allClosed(load.server.sockets);
    assert.equal((await load.slice(20)).good, 20);
    assert.equal(load.server.accepted, 4);
  });

  it('An HTTP/2 session sends each request of the scenario, from the same one in every slice', async () => {
    const kind = (path: string) => ({ ...target(0).scenario.requests[0], path });
    const requests = ['/a', '/b', '/c'].map(kind) as never;
    const paths = async (sizes: number[]) => {
      await using load = await rawHarness(answers, { requests, connections: 1, streams: 1 });
      for (const size of sizes) await load.slice(size);
      return load.server.frames
        .filter(({ type }) => type === 1)
        .map(({ payload }) => payload.toString('latin1').match(/\/[abc]/)?.[0]);
    };
    const whole = await paths([60]);
    assert.equal(whole.length, 60);
    assert.deepEqual([...new Set(whole)].sort(), ['/a', '/b', '/c']);
    assert.deepEqual(await paths([20, 40]), whole);
  });

  it('An HTTP/2 session refuses slices and requests that make no sense', async () => {
    await using load = await rawHarness((socket, id) =>
      setTimeout(() => socket.write(answer(id)), 5),
    );
    await assert.rejects(load.session.slice(0), RangeError);
    await assert.rejects(load.session.slice(1.5), RangeError);
    const running = load.session.slice(4);
    await assert.rejects(load.session.slice(4), /already running/);
    await running;
    assert.throws(() => sessionOn(1, { path: 'no slash' }), says(/scenario test: path "no slash"/));
  });

  it('An HTTP/2 session gives up a running slice when it is closed', async () => {
    await using load = await rawHarness(() => {});
    const running = load.slice(10);
    await sleep(5);
    load.session[Symbol.dispose]();
    assert.deepEqual((await running).errors, errors({ closed: 10 }));
    await assert.rejects(load.session.slice(1), /closed/);
  });
});

describe('an HTTP/2 session on a server that fails', () => {
  it('An HTTP/2 session on a server that fails counts a wrong status and a wrong body, and keeps the connection', async () => {
    await using load = await rawHarness((socket, id, index) => {
      const bodies = ['hello', 'hallo', 'hello', 'busy'];
      socket.write(answer(id, bodies[index % 4], index % 4 === 3 ? 503 : 200));
    }, HELLO);
    const slice = await load.slice(100);
    assert.deepEqual(slice.errors, errors({ status: 25, body: 25 }));
    assert.ok(load.heard.includes('body: expected body "hello", got "hallo"'));
    assert.ok(load.heard.includes('status: expected status 200, got 503'));
    assert.equal(load.server.accepted, 2);
  });

  it('An HTTP/2 session on a server that fails counts a reset stream as closed, and keeps the connection', async () => {
    await using load = await rawHarness((socket, id, index) =>
      socket.write(index % 2 === 0 ? answer(id) : reset(id, 2)),
    );
    assert.deepEqual((await load.slice(100)).errors, errors({ closed: 50 }));
    assert.match(load.heard[0] ?? '', /^closed: the server reset the stream \(INTERNAL_ERROR\)/);
    assert.equal(load.server.accepted, 2);
  });

  it('An HTTP/2 session on a server that refuses streams sends them again, whatever their method, and not for ever', async () => {
    for (const method of ['GET', 'POST']) {
      await using load = await rawHarness(
        (socket, id, index) => socket.write(index % 50 === 49 ? reset(id, 7) : answer(id)),
        { method },
      );
      const slice = await load.slice(1000);
      assert.deepEqual([slice.good, slice.resent > 15, load.server.accepted], [1000, true, 2]);
    }
    await using load = await rawHarness((socket, id) => socket.write(reset(id, 7)));
    const slice = await load.slice(10);
    assert.deepEqual([slice.errors, slice.resent], [errors({ closed: 10 }), 80]);
    assert.match(load.heard[0] ?? '', /REFUSED_STREAM.*so it did 9 times/);
  });

  it('An HTTP/2 session on a server that fails counts half an answer as closed, and says how much came', async () => {
    await using load = await rawHarness(
      (socket, id) => socket.end(answer(id).subarray(0, -9 - 5)),
      {
        streams: 1,
      },
    );
    assert.deepEqual((await load.slice(20)).errors, errors({ closed: 20 }));
    assert.match(load.heard[0] ?? '', /closed.*status 200 and 0 bytes of its body came/);
  });

  it('An HTTP/2 session on a server that fails counts garbage, and a second answer, as protocol errors', async () => {
    for (const [bytes, message] of [
      [() => Buffer.from('\xff\xff\xff no frame'), /a frame of \d+ bytes/],
      [(id: number) => Buffer.concat([answer(id), answer(id)]), /HEADERS behind the end of stream/],
      [(id: number) => headers(id, { ':status': '200', connection: 'close' }), /field connection/],
    ] as const) {
      await using load = await rawHarness((socket, id) => socket.write(bytes(id)), {
        connections: 1,
        streams: 1,
      });
      const slice = await load.slice(20);
      assert.ok(slice.errors.protocol >= 10, JSON.stringify(slice.errors));
      assert.equal(slice.good + slice.errors.protocol, 20);
      assert.match(load.heard[0] ?? '', message);
    }
  });

  it('An HTTP/2 session on a server that fails fails all requests of a connection whose server breaks the protocol, and goes on', async () => {
    await using load = await rawHarness(
      (socket, id, index) => {
        if (index === 3) socket.write(data(99, 'x'));
        else if (index > 3) socket.write(answer(id));
      },
      { connections: 1, streams: 4 },
    );
    assert.deepEqual((await load.slice(20)).errors, errors({ protocol: 4 }));
    assert.equal(load.server.accepted, 2);
  });

  it('An HTTP/2 session on a server that fails counts what breaks the protocol while it rests', async () => {
    await using load = await rawHarness(answers);
    await load.slice(8);
    for (const socket of load.server.sockets) socket.write(answer(1));
    await allClosed(load.server.sockets);
    assert.deepEqual((await load.slice(20)).errors, errors({ protocol: 2 }));
    assert.match(load.heard[0] ?? '', /HEADERS behind the end of stream 1/);
    assert.equal((await load.slice(20)).good, 20);
  });

  it('An HTTP/2 session on a server that fails goes on elsewhere when the server recycles its connections', async () => {
    await using load = await rawHarness((socket, id) => {
      if (id < 20) socket.write(answer(id));
      else if (id === 21) socket.end(Buffer.concat([goAway(21), answer(id)]));
    });
    assert.equal((await load.slice(200)).good, 200);
    assert.ok(load.server.accepted >= 18, `${load.server.accepted}`);
    assert.deepEqual(load.heard, []);
  });

  it('An HTTP/2 session on a server that fails sends a request a few times, not for ever, that GOAWAY left alone', async () => {
    await using load = await rawHarness((socket) => socket.end(goAway(0)), { streams: 1 });
    assert.deepEqual((await load.slice(10)).errors, errors({ closed: 10 }));
    assert.match(load.heard[0] ?? '', /^closed: .*GOAWAY, NO_ERROR.*so it did 9 times/);
    assert.equal(load.server.requests, 90);
  });

  it('An HTTP/2 session on a server that fails sends once more what was lost with its connection, if it may be sent twice', async () => {
    for (const [method, lost] of [
      ['GET', 0],
      ['POST', 4],
    ] as const) {
      let closing = 0;
      await using load = await rawHarness(
        (socket, id) => (closing-- > 0 ? socket.destroy() : socket.write(answer(id))),
        { method, connections: 4, streams: 1 },
      );
      await load.slice(8);
      closing = 4;
      const slice = await load.slice(20);
      assert.deepEqual([slice.errors, slice.resent], [errors({ closed: lost }), 4 - lost]);
    }
    await using gone = await rawHarness((socket) => socket.destroy(), { streams: 1 });
    const slice = await gone.slice(12);
    assert.deepEqual([slice.errors, slice.resent], [errors({ closed: 12 }), 12]);
  });

  it('An HTTP/2 session on a server that fails ends a slice on a server that never answers, by the timeout', async () => {
    await using load = await rawHarness(() => {}, { timeoutMs: 60 });
    const slice = await load.slice(1000);
    assert.deepEqual(slice.errors, errors({ timeout: 1000 }));
    assert.equal(slice.gaveUp, 'timeout');
    assert.match(load.heard[0] ?? '', /^timeout: no complete answer after 60 ms; no status/);
    assert.ok(load.server.requests <= 24, `${load.server.requests}`);
  });

  it('An HTTP/2 session on a server that fails goes on, on the same connection, after one request that hangs', async () => {
    await using load = await rawHarness(
      (socket, id, index) => index !== 5 && socket.write(answer(id)),
      { timeoutMs: 100, connections: 1 },
    );
    const slice = await load.slice(20);
    assert.deepEqual(slice.errors, errors({ timeout: 1 }));
    assert.equal(slice.gaveUp, null);
    assert.equal((await load.slice(20)).good, 20);
    assert.equal(load.server.accepted, 1);
  });

  it('An HTTP/2 session on a server that fails ends a slice on a body that never ends', async () => {
    const piece = data(1, Buffer.alloc(16_000), 0);
    await using load = await rawHarness(
      (socket, id) => {
        socket.write(headers(id, { ':status': '200' }));
        const more = Buffer.from(piece);
        more.writeUInt32BE(id, 5);
        const timer = setInterval(() => socket.write(more), 1);
        socket.on('close', () => clearInterval(timer));
      },
      { timeoutMs: 60, connections: 1, streams: 2 },
    );
    const slice = await load.slice(50);
    assert.deepEqual(slice.errors, errors({ timeout: 50 }));
    assert.match(load.heard[0] ?? '', /status 200 and \d+ bytes of its body came/);
  });

  it('An HTTP/2 session on a server that fails ends on a body of 1 GiB, and keeps none of it', async () => {
    const piece = data(1, Buffer.alloc(16_384, 'x'), 0);
    const GIBIBYTE = 2 ** 30;
    for (const body of ['hello', null]) {
      let sent = 0;
      const wanted = { timeoutMs: 150, connections: 1, streams: 1, expect: { status: 200, body } };
      await using load = await rawHarness((socket, id) => {
        socket.write(headers(id, { ':status': '200', 'content-length': String(GIBIBYTE) }));
        const more = Buffer.from(piece);
        more.writeUInt32BE(id, 5);
        const send = () => {
          // As fast as they are taken: the windows that the session gives hold a GiB.
          for (
            let capacity = true;
            capacity && sent < GIBIBYTE && !socket.destroyed;
            sent += 16_384
          ) {
            capacity = socket.write(more);
          }
        };
        socket.on('drain', send);
        send();
      }, wanted);
      const before = process.memoryUsage().rss;
      const slice = await load.slice(1);
      assert.equal(slice.errors.timeout + slice.errors.body, 1, JSON.stringify(slice));
      const grown = process.memoryUsage().rss - before;
      assert.ok(sent > 2 ** 20 && grown < 150e6, `${grown} bytes more after ${sent}`);
    }
  });

  it('An HTTP/2 session on a server that fails ends a slice on a server that died, without hammering it', async () => {
    await using load = await rawHarness(answers);
    await load.slice(8);
    await load.server[Symbol.asyncDispose]();
    const slice = await load.slice(1000);
    // Whatever was sent before the end of the connections was heard of is lost with them.
    const { closed, connect } = slice.errors;
    assert.deepEqual(slice.errors, errors({ closed, connect }));
    assert.equal(closed + connect, 1000);
    assert.equal(slice.gaveUp, 'connect');
    assert.ok(load.heard.length < 50, `${load.heard.length} attempts`);
    await using back = await serveRaw(answers, { port: load.server.port });
    assert.equal((await load.slice(100)).good, 100, 'and works again when the server is back');
    load.session[Symbol.dispose]();
    assert.ok(back.accepted >= 2);
  });

  it('An HTTP/2 session on a server that fails survives a server that does anything at random', async () => {
    let seed = 12345;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * below);
    };
    const deeds: OnRequest[] = [
      ...Array.from({ length: 20 }, () => answers),
      (socket, id) => socket.end(answer(id).subarray(0, random(28))),
      // A reset behind an end leaves the socket open in Node, and the test's process with it.
      (socket) => (socket.writableEnded ? socket.destroy() : socket.resetAndDestroy()),
      (socket, id) => socket.write(Buffer.concat([answer(id), answer(id)])),
      (socket) => socket.write(Buffer.from(Array.from({ length: 30 }, () => random(256)))),
      (socket, id) => socket.write(answer(id, 'oh', 500)),
      (socket, id) => socket.write(reset(id, random(14))),
      (socket, id) => socket.write(goAway(random(id + 1))),
      (socket) => socket.write(settingsFrame([[SETTING.maxConcurrentStreams, random(4)]])),
      (socket, id) => void setTimeout(() => socket.write(answer(id)), random(5)),
      (socket, id) => socket.write(frame(0, FLAG.endStream, id, Buffer.alloc(3))),
      () => {},
    ];
    await using load = await rawHarness((...all) => deeds[random(deeds.length)]?.(...all), {
      ...HELLO,
      timeoutMs: 50,
      connections: 4,
    });
    let good = 0;
    for (let i = 0; i < 5; i++) good += (await load.slice(200)).good;
    assert.ok(good > 0 && load.heard.length > 0);
    assert.ok(good <= load.server.requests);
  });
});
