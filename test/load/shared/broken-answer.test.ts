/** What the engines say of an answer that is not whole is read again as what it was. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AnswerParser } from '../../../src/load/http1/answer-parser.ts';
import { brokenAnswerIn, LATE } from '../../../src/load/shared/broken-answer.ts';

/** What is made of an answer over HTTP/1.1 of which so much has come when its time is over. */
function broken(came: string) {
  const parser = new AnswerParser();
  parser.reset(false, null, 200);
  const bytes = Buffer.from(came, 'latin1');
  assert.equal(came === '' ? 'more' : parser.feed(bytes, bytes.length), 'more');
  return brokenAnswerIn(`${LATE} 5000 ms; ${parser.progress()}`);
}

it('An answer over HTTP/1.1 that is not whole is known by how its end would be', () => {
  const head = 'HTTP/1.1 200 OK\r\n';
  assert.equal(broken(''), 'late');
  assert.equal(broken(head), 'late');
  assert.equal(broken(`${head}content-length: 9\r\n\r\nhello`), 'length');
  assert.equal(broken(`${head}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`), 'chunked');
  assert.equal(broken(`${head}content-type: text/event-stream\r\n\r\ndata: x\n\n`), 'close');
});

it('A failed request of another kind is no broken answer', () => {
  for (const message of [
    'expected status 200, got 404 (text/html)',
    'the server closed the connection; no byte of an answer came',
    `${LATE} 5000 ms; no stream was free for the request`,
    `${LATE} 5000 ms; the server has not finished the TLS handshake`,
    'a message that nobody asked for: "hello"',
  ]) {
    assert.equal(brokenAnswerIn(message), null, message);
  }
});
