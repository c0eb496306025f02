/** Servers that end connections, or refuse requests, as their right is: the gate's own questions are answered as the load's requests are. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo, type Server } from 'node:net';
import type { TestContext } from 'node:test';
import { WebSocketServer } from 'ws';
import type { HttpScenario, WebSocketScenario } from '../../../src/config/experiment/scenario.ts';
import type { Http3Library } from '../../../src/load/http3/library.ts';
import { EVENT, type TakeEvents } from '../../../src/load/http3/wire.ts';
import { NOT_IN_TIME } from '../../../src/load/question.ts';
import { type Asker, askerFor } from '../../../src/measure/asking/ask.ts';
import { askAgain, NoAnswerYet, type Tried } from '../../../src/measure/asking/ask-again.ts';
import { Http3Asker } from '../../../src/measure/asking/ask-http3.ts';
import { httpRequest, httpScenario, webSocketScenario } from '../../support/measurement.ts';
import { it } from '../../support/unless-late.ts';

const scenario = httpScenario('default', { requests: [httpRequest()] });
const requestOf = (method: string) => ({
  ...{ method, path: '/', headers: [], body: method === 'POST' ? Buffer.from('x') : null },
  ...{ expectedStatus: 200, expectedBody: null },
});

async function askerAt(
  t: TestContext,
  server: Server | http2.Http2Server,
  load: HttpScenario | WebSocketScenario,
): Promise<Asker> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const where = { host: '127.0.0.1', port, socketPath: null, root: '/', env: null };
  return askerFor({ ...where, scenario: load, processes: null }, null);
}

/** The status of each answer, or why there is none. */
async function answersTo(asker: Asker, methods: readonly string[]): Promise<(number | string)[]> {
  const answers: (number | string)[] = [];
  for (const method of methods) {
    const asked = await asker.ask(requestOf(method), 5000);
    answers.push(typeof asked === 'string' ? asked : asked.status);
  }
  return answers;
}

it('Over HTTP/1.1 a server that closes after each answer without saying so answers every question', async (t) => {
  let requests = 0;
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      requests++;
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
  });
  using asker = await askerAt(t, server, scenario);
  const methods = ['GET', 'GET', 'POST', 'GET', 'POST', 'POST'];
  assert.deepEqual(await answersTo(asker, methods), Array(6).fill(200));
  assert.equal(requests, 6);
});

it('Over HTTP/1.1 a question without an answer is asked once more, and one that must not be sent twice is not', async (t) => {
  let requests = 0;
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      requests++;
      socket.destroy();
    });
  });
  using asker = await askerAt(t, server, scenario);
  assert.deepEqual(await answersTo(asker, ['GET', 'POST']), ['socket hang up', 'socket hang up']);
  assert.equal(requests, 3);
});

it('Over HTTP/2 a server that refuses every second stream, or closes after each answer, answers every question', async (t) => {
  const http = httpScenario('default', { protocol: 'http2', requests: [httpRequest()] });
  let streams = 0;
  const refusing = http2.createServer();
  refusing.on('stream', (stream) => {
    stream.on('error', () => {});
    if (++streams % 2 === 0) stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
    else stream.respond({ ':status': 200 }, { endStream: true });
  });
  using first = await askerAt(t, refusing, http);
  assert.deepEqual(await answersTo(first, ['GET', 'POST', 'POST', 'GET']), Array(4).fill(200));
  const closing = http2.createServer();
  let sessions = 0;
  closing.on('session', (session) => {
    sessions++;
    session.on('error', () => {});
    session.once('stream', (stream) => {
      stream.respond({ ':status': 200 }, { endStream: true });
      // The next request finds the end of the connection in its place.
      session.once('stream', () => session.destroy());
    });
  });
  using second = await askerAt(t, closing, http);
  assert.deepEqual(await answersTo(second, ['GET', 'GET', 'GET']), Array(3).fill(200));
  assert.equal(sessions, 3);
});

it('Over HTTP/2 a stream that the server resets for another reason is no answer', async (t) => {
  const server = http2.createServer();
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
  });
  const load = httpScenario('default', { protocol: 'http2', requests: [httpRequest()] });
  using asker = await askerAt(t, server, load);
  const [answer] = await answersTo(asker, ['GET']);
  assert.match(String(answer), /INTERNAL_ERROR/);
});

it('Over HTTP/3 what the server has not looked at is asked on a new connection', async () => {
  for (const unseen of [
    { eventType: EVENT.reset, streamId: 4, meta: { errorCode: 0x10b } },
    { eventType: EVENT.goAway, streamId: 4 },
    { eventType: EVENT.closed, streamId: -1, meta: { errorCode: 0x100 } },
  ]) {
    let opened = 0;
    const library = {
      open: (_: unknown, take: TakeEvents) => {
        opened++;
        let stream = -4;
        setImmediate(() => take([{ eventType: EVENT.open, streamId: -1 }]));
        return {
          request: () => {
            stream += 4;
            const headers = [{ name: ':status', value: '200' }];
            const good = [
              { eventType: EVENT.headers, streamId: stream, headers },
              { eventType: EVENT.finished, streamId: stream },
            ];
            const events = stream === 0 ? good : [unseen];
            setImmediate(() => take(events));
            return stream;
          },
          send: () => 0,
          cancel: () => {},
          close: () => {},
        };
      },
    } as unknown as Http3Library;
    const where = { host: '127.0.0.1', port: 1, socketPath: null, root: '/', env: null };
    using asker = new Http3Asker({ ...where, scenario, processes: null }, [], library);
    assert.deepEqual(await answersTo(asker, ['GET', 'GET', 'GET']), Array(3).fill(200));
    assert.equal(opened, 3, String(unseen.eventType));
  }
});

it('A message that crosses the end of its WebSocket is asked again, and one that ends it is not', async (t) => {
  const load = webSocketScenario('chat', { message: { bytes: 1, binary: false, text: 'x' } });
  for (const [codeAtSecond, expected] of [
    [1001, [101, 101, 101]],
    [1011, [101, 'the server closed the WebSocket without an answer', 101]],
  ] as const) {
    const server = createServer();
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => {
      let messages = 0;
      socket.on('message', () => {
        if (++messages === 1) socket.send('ok');
        else socket.close(codeAtSecond);
      });
    });
    t.after(() => sockets.close());
    using asker = await askerAt(t, server, load);
    assert.deepEqual(await answersTo(asker, ['GET', 'GET', 'GET']), expected);
  }
});

it('A server that refuses a question again and again is asked nine times, and one that loses it twice', async () => {
  for (const [how, times] of [
    ['refused', 9],
    ['lost', 2],
  ] as const) {
    let tries = 0;
    const attempt = async (): Promise<Tried> => {
      tries++;
      return new NoAnswerYet(how, how);
    };
    assert.equal(await askAgain({ isIdempotent: true }, 1000, attempt), how);
    assert.equal(tries, times);
  }
});

it('A question that is asked again, and then has no answer in time, is told with the whole time', async () => {
  const tries: Tried[] = [new NoAnswerYet('lost', 'lost'), NOT_IN_TIME];
  const asked = await askAgain({ isIdempotent: true }, 5000, async () => tries.shift() as Tried);
  assert.equal(asked, 'no answer within 5000 ms');
});

it('Whatever a server speaks, one that is silent is told with the time that it had', async (t) => {
  const silent = () => net.createServer((socket) => socket.on('error', () => {}));
  for (const protocol of ['http1', 'http2'] as const) {
    const load = httpScenario('default', { protocol, requests: [httpRequest()] });
    using asker = await askerAt(t, silent(), load);
    assert.equal(await asker.ask(requestOf('GET'), 50), 'no answer within 50 ms');
  }
});
