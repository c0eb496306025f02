import assert from 'node:assert/strict';
import http2 from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { probeHttp2 } from '../../../src/load/http2/probe.ts';
import { get } from '../../../src/load/question.ts';
import { it } from '../../support/unless-late.ts';
import { target } from '../servers.ts';

const { NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = http2.constants;

async function asked(
  begin: (session: http2.ServerHttp2Session) => void,
  opened: (socket: Socket) => void = () => {},
): Promise<unknown> {
  const server = http2
    .createServer()
    .on('connection', opened)
    .on('session', (session) => {
      session.on('error', () => {});
      begin(session);
    });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await probeHttp2(target((server.address() as AddressInfo).port), get('/'), 5000);
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

const onStream = (
  session: http2.ServerHttp2Session,
  act: (stream: http2.ServerHttp2Stream) => void,
) =>
  session.on('stream', (stream) => {
    stream.on('error', () => {});
    act(stream);
  });

it('The HTTP/2 probe names the error code by which a server refuses its request', async () => {
  const refuses = await asked((session) =>
    onStream(session, (stream) => stream.close(NGHTTP2_REFUSED_STREAM)),
  );
  assert.equal(refuses, 'the server reset the stream (REFUSED_STREAM)');
});

it('The HTTP/2 probe tells a goodbye as one, at once and over a request, with its code', async () => {
  const told = (code: string) =>
    `the server takes no more requests on this connection (GOAWAY, ${code})`;
  assert.equal(await asked((session) => session.goaway(NGHTTP2_NO_ERROR, 0)), told('NO_ERROR'));
  assert.equal(
    await asked((session) => session.goaway(NGHTTP2_ENHANCE_YOUR_CALM, 0)),
    told('ENHANCE_YOUR_CALM'),
  );
  const overRequest = await asked((session) =>
    onStream(session, () => session.goaway(NGHTTP2_ENHANCE_YOUR_CALM, 0)),
  );
  assert.equal(overRequest, told('ENHANCE_YOUR_CALM'));
});

it('The HTTP/2 probe gives a server no code that it has not sent, when it closes the connection', async () => {
  const ends: ((socket: Socket) => void)[] = [
    (socket) => socket.end(),
    (socket) => socket.resetAndDestroy(),
  ];
  for (const end of ends) {
    let connection: Socket | null = null;
    const answer = await asked(
      (session) => onStream(session, () => end(connection as unknown as Socket)),
      (socket) => {
        connection = socket;
      },
    );
    assert.match(String(answer), /^the server closed the connection$|ECONNRESET/);
  }
});

it('The HTTP/2 probe takes the answer that comes before a goodbye', async () => {
  const answers = await asked((session) =>
    onStream(session, (stream) => {
      stream.respond({ ':status': 204 }, { endStream: true });
      session.close();
    }),
  );
  assert.equal(answers, 204);
});
