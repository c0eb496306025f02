/** Answers that are awkward to ask for: without end, of a wrong length, bombs, without a body at all, other forms of the same. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { get } from '../../../src/load/question.ts';
import type { Answer } from '../../../src/measure/answers/answer.ts';
import { comparedWith } from '../../../src/measure/answers/compare.ts';
import { askerFor } from '../../../src/measure/asking/ask.ts';
import { answerOf } from '../../../src/measure/asking/asker.ts';
import { askHttp } from '../../../src/measure/ready/ask.ts';
import { httpRequest, httpScenario } from '../../support/measurement.ts';
import { it } from '../../support/unless-late.ts';

const PLACES = [{ port: 1, socketPath: null, dir: '/x' }];

/** The answer to one request, of a server that sends exactly these bytes. */
async function answerTo(t: TestContext, bytes: (string | Buffer)[], ends = false, method = 'GET') {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      for (const one of bytes) socket.write(one);
      if (ends) socket.end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const scenario = httpScenario('default', { requests: [httpRequest()] });
  const where = { host: '127.0.0.1', port, socketPath: null, root: '/', env: null };
  using asker = askerFor({ ...where, scenario, processes: null }, PLACES);
  const request = { method, path: '/', headers: [], body: null };
  return await asker.ask({ ...request, expectedStatus: 200, expectedBody: null }, 300);
}

const HEAD = 'HTTP/1.1 200 OK\r\n';

it('An answer without end, and one that is shorter than it says, end the question in time', async (t) => {
  const endless = await answerTo(t, [`${HEAD}transfer-encoding: chunked\r\n\r\n1\r\na\r\n`]);
  assert.equal(endless, 'no answer within 300 ms');
  const short = await answerTo(t, [`${HEAD}content-length: 9\r\n\r\nabc`], true);
  assert.equal(typeof short, 'string');
});

it('An answer that unpacks to a hundred megabytes is taken for one that cannot be read', async (t) => {
  for (const [encoding, packed] of [
    ['gzip', gzipSync(Buffer.alloc(100_000_000))],
    ['br', brotliCompressSync(Buffer.alloc(100_000_000), { params: { 1: 1 } } as never)],
  ] as const) {
    const head = `${HEAD}content-encoding: ${encoding}\r\ncontent-length: ${packed.length}\r\n\r\n`;
    const answer = (await answerTo(t, [head, packed])) as Answer;
    assert.equal(answer.isUnreadable, true, encoding);
  }
});

it('A question takes answers without a body for whole ones: 204, 304 and those to HEAD', async (t) => {
  for (const status of ['204 No Content', '304 Not Modified']) {
    const answer = (await answerTo(t, [`HTTP/1.1 ${status}\r\nx-a: 1\r\n\r\n`])) as Answer;
    assert.deepEqual([answer.status, answer.bytes], [Number(status.slice(0, 3)), 0]);
  }
  const head = [`${HEAD}content-encoding: gzip\r\ncontent-length: 99\r\n\r\n`];
  const answer = (await answerTo(t, head, false, 'HEAD')) as Answer;
  assert.deepEqual([answer.status, answer.bytes, answer.isUnreadable], [200, 0, undefined]);
});

it('Fractions that are printed in other digits, and keys in another order, are the same answer', () => {
  const of = (text: string) => answerOf(200, new Map(), Buffer.from(text), PLACES) as Answer;
  const told = (base: string, head: string) => comparedWith([of(base)])([of(head)]).length;
  assert.equal(told('{"a":0.1,"b":[1]}', '{"b":[1.0],"a":0.1000000000000000055}'), 0);
  assert.equal(told('{"a":12345678901234567}', '{"a":12345678901234568}'), 1);
});

it('An answer with a head of 60 KiB, which the load reads too, is asked for and counts as ready', async (t) => {
  const fields = Array.from({ length: 60 }, (_, i) => `x-${i}: ${'a'.repeat(1000)}\r\n`).join('');
  const bytes = `${HEAD}${fields}content-length: 2\r\n\r\nok`;
  const answer = (await answerTo(t, [bytes])) as Answer;
  assert.equal(answer.status, 200);
  assert.equal(answer.fields.get('x-59')?.length, 1000);
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(bytes));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const { signal } = new AbortController();
  const asked = {
    endpoint: { kind: 'tcp', port } as const,
    host: '127.0.0.1',
    timeoutMs: 5000,
    signal,
  };
  assert.equal(await askHttp(get('/'), null, asked), 200);
});
