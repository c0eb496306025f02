import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Http3Library } from '../../../src/load/http3/library.ts';
import { Http3Session } from '../../../src/load/http3/session.ts';
import type { ErrorCounts } from '../../../src/load/results.ts';
import { noErrors, type SessionSlice } from '../../../src/load/session.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { it } from '../../support/unless-late.ts';
import { ALONE, assertComplete, request, type Wanted } from '../servers.ts';
import {
  type Http3Server,
  hello,
  inTime,
  libraries,
  noHttp3,
  type OnStream,
  serve,
  target3,
} from './servers.ts';

interface Harness extends AsyncDisposable {
  session: Http3Session;
  server: Http3Server;
  /** What the session said about its failures. */
  heard: string[];
  slice(requests: number): Promise<SessionSlice>;
}

const errors = (some: Partial<ErrorCounts>): ErrorCounts => ({ ...noErrors(), ...some });

if (noHttp3 !== false) describe('an HTTP/3 session', { skip: noHttp3 }, () => {});

for (const library of libraries) {
  describe(`an HTTP/3 session (${library.runtime})`, () => {
    it(`An HTTP/3 session (${library.runtime}) opens every connection, then sends exactly the requests it is asked for`, async () => {
      await using load = await harness(library, hello, { expect: { status: 200, body: 'hello' } });
      assert.equal(load.session.engine, `@currentspace/http3 0.9.0 (${library.runtime})`);
      assert.equal(load.server.requests, 0);
      for (const requests of [1, 3, 7, 500]) {
        const before: number = load.server.requests;
        const slice = await load.slice(requests);
        assert.deepEqual(slice.errors, noErrors(), load.heard.join('\n'));
        assert.equal(slice.good, requests);
        assert.equal(load.server.requests - before, requests);
        assert.deepEqual(slice.bodySizes, [0, 0, 0, requests], 'hello has 4 to 7 bytes');
        assert.ok(slice.durationUs > 0 && slice.medianLatencyUs > 0 && slice.generatorCpuUs >= 0);
        assert.ok(slice.medianLatencyUs <= slice.durationUs && slice.startedAtMs > 0);
        assert.equal(slice.gaveUp, null);
      }
      assert.equal(load.server.accepted, 2, 'the connections stay open');
    });

    it(`An HTTP/3 session (${library.runtime}) rests without connections, and opens them again for the next slice`, async () => {
      await using load = await harness(library, hello);
      assert.equal((await load.slice(8)).good, 8);
      load.session.rest();
      assert.equal((await load.slice(8)).good, 8);
      assert.equal(load.server.accepted, 4);
    });

    it(`An HTTP/3 session (${library.runtime}) keeps as many requests in flight as there are streams on all connections`, async () => {
      let inFlight = 0;
      let most = 0;
      await using load = await harness(library, (stream) => {
        most = Math.max(most, ++inFlight);
        setTimeout(() => {
          inFlight--;
          hello(stream);
        }, 5);
      });
      await load.slice(60);
      assert.equal(most, 6);
    });

    it(`An HTTP/3 session (${library.runtime}) sends no more requests at once than the server takes`, async () => {
      let inFlight = 0;
      let most = 0;
      const onStream: OnStream = (stream) => {
        most = Math.max(most, ++inFlight);
        setTimeout(() => {
          inFlight--;
          hello(stream);
        }, 2);
      };
      await using server = await serve(onStream, { initialMaxStreamsBidi: 4 });
      await using load = await session(library, server, { connections: 1, streams: 12 });
      const slice = await load.slice(50);
      assert.deepEqual(slice.errors, noErrors(), load.heard.join('\n'));
      assert.ok(most <= 4, `${most} at once`);
    });

    it(`An HTTP/3 session (${library.runtime}) sends methods, headers and bodies of any size, and checks what comes back`, async () => {
      const echo: OnStream = async (stream, headers) => {
        const body = Buffer.concat(await stream.toArray());
        const expected = Number(headers['content-length'] ?? 0);
        const isRight = body.length === expected && headers['x-tag'] === 'a b';
        stream.respond({ ':status': isRight ? '200' : '400' });
        if (headers[':method'] === 'HEAD') stream.end();
        else stream.end(body);
      };
      for (const wanted of [
        { method: 'HEAD', body: null },
        { method: 'PUT', body: 'small' },
        { method: 'POST', body: 'é'.repeat(200_000) },
        { method: 'POST', body: 'x'.repeat(3_000_000) },
      ]) {
        const expect = { status: 200, body: wanted.body ?? '' };
        await using load = await harness(library, echo, {
          ...wanted,
          headers: { 'X-Tag': ' a b ' },
          expect,
        });
        const slice = await load.slice(8);
        assert.deepEqual(slice.errors, noErrors(), `${wanted.method}: ${load.heard[0]}`);
      }
    });

    it(`An HTTP/3 session (${library.runtime}) sends its requests in the order of the sequence, from where each slice begins`, async () => {
      const paths: unknown[] = [];
      await using load = await harness(
        library,
        (stream, headers) => {
          paths.push(headers[':path']);
          hello(stream);
        },
        {
          connections: 1,
          streams: 1,
          requests: [
            request({ path: '/a', weight: 2 }),
            request({ path: '/b/{id}', ids: { from: 1, to: 9 } }),
          ],
        },
      );
      await load.slice(20);
      await load.slice(10);
      const again: unknown[] = paths.splice(0);
      await using other = await session(library, load.server, {
        connections: 1,
        streams: 1,
        requests: [
          request({ path: '/a', weight: 2 }),
          request({ path: '/b/{id}', ids: { from: 1, to: 9 } }),
        ],
      });
      await other.slice(30);
      assert.deepEqual(paths, again);
      assert.ok(new Set(paths).size > 2);
    });

    it(`An HTTP/3 session (${library.runtime}) counts a wrong status and a wrong body, in words`, async () => {
      await using load = await harness(
        library,
        (stream, _headers, index) => {
          if (index % 4 === 0) stream.respondWithBody({ ':status': '500' }, 'no');
          else if (index % 4 === 1) stream.respondWithBody({ ':status': '200' }, 'hellO');
          else hello(stream);
        },
        { expect: { status: 200, body: 'hello' } },
      );
      const slice = await load.slice(40);
      assert.deepEqual(slice.errors, errors({ status: 10, body: 10 }));
      assert.ok(load.heard.includes('status: expected status 200, got 500'));
      assert.ok(load.heard.includes('body: expected body "hello", got "hellO"'));
      assert.equal(slice.gaveUp, null);
    });

    it(`An HTTP/3 session (${library.runtime}) times requests out, goes on, and gives up when all of them hang`, async () => {
      await using some = await harness(
        library,
        (stream, _headers, index) => {
          if (index % 10 !== 3) hello(stream);
        },
        { timeoutMs: 400 },
      );
      const slice = await some.slice(40);
      assert.deepEqual(slice.errors, errors({ timeout: 4 }), some.heard.join('\n'));
      assert.match(some.heard[0] ?? '', /^timeout: no complete answer after 400 ms; no status/);
      await using all = await harness(library, () => {}, { timeoutMs: 100 });
      const lost = await all.slice(1000);
      assert.equal(lost.good, 0);
      assert.deepEqual(lost.errors, errors({ timeout: 1000 }));
      assert.equal(lost.gaveUp, 'timeout');
    });

    it(`An HTTP/3 session (${library.runtime}) reports a slice that is cut by the end of the session`, async () => {
      await using load = await harness(library, () => {});
      const running = load.slice(10);
      await new Promise((resolve) => setTimeout(resolve, 50));
      load.session[Symbol.dispose]();
      const slice = await running;
      assert.deepEqual(slice.errors, errors({ closed: 10 }));
      await assert.rejects(load.session.slice(1), /the session is closed/);
    });
  });
}

async function harness(
  library: Http3Library,
  onStream: OnStream,
  wanted: Wanted = {},
): Promise<Harness> {
  const server = await serve(onStream);
  const load = await session(library, server, wanted).catch(async (error) => {
    await server[Symbol.asyncDispose]();
    throw error;
  });
  return {
    ...load,
    async [Symbol.asyncDispose]() {
      await load[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** An opened session on a server. */
async function session(
  library: Http3Library,
  server: Http3Server,
  wanted: Wanted = {},
): Promise<Harness> {
  const heard: string[] = [];
  const onError = (kind: string, message: unknown) =>
    void heard.push(unmarked(`${kind}: ${message}`));
  const session = await inTime(async () => {
    const opening = new Http3Session(target3(server.port, wanted), ALONE, onError, library);
    try {
      await opening.open();
    } catch (error) {
      opening[Symbol.dispose]();
      throw error;
    }
    return opening;
  });
  return {
    session,
    server,
    heard,
    async slice(requests) {
      const result = await session.slice(requests);
      assertComplete(result, requests);
      return result;
    },
    async [Symbol.asyncDispose]() {
      session[Symbol.dispose]();
    },
  };
}
