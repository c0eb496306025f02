import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AnswerParser } from '../../../src/load/http1/answer-parser.ts';
import { fc } from '../../support/properties.ts';
import { read, readText, single, split } from './read-answer.ts';
import { referenceRead } from './reference.ts';

const BODY = 'Hello, World!';

/** Valid answers of every framing, with their method. */
const answers = fc
  .record({
    status: fc.constantFrom(200, 200, 200, 201, 404, 500, 204, 304),
    method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD'),
    informational: fc.boolean(),
    noise: fc.array(
      fc.constantFrom(
        'x-a: b',
        'Date: Thu, 01 Jan 1970 00:00:00 GMT',
        'E:',
        'connection: keep-alive',
      ),
      { maxLength: 3 },
    ),
    body: fc.oneof(fc.constant(BODY), fc.string({ maxLength: 40 })),
    chunkSizes: fc.option(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 5 })),
    trailer: fc.boolean(),
  })
  .map(({ status, method, informational, noise, body, chunkSizes, trailer }) => {
    const plain = Buffer.from(body, 'utf8').toString('latin1');
    const framing =
      chunkSizes === null ? `Content-Length: ${plain.length}` : 'transfer-encoding: chunked';
    const head = `HTTP/1.1 ${status} Some Reason\r\n${[...noise, framing].join('\r\n')}\r\n\r\n`;
    const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
    const coded = chunkSizes === null ? plain : chunk(plain, chunkSizes, trailer);
    const before = informational ? 'HTTP/1.1 103 Early\r\nlink: x\r\n\r\n' : '';
    return {
      text: before + head + (hasBody ? coded : ''),
      status,
      method,
      body: hasBody ? plain : '',
    };
  });

function chunk(body: string, sizes: number[], trailer: boolean): string {
  let coded = '';
  let at = 0;
  for (const size of [...sizes, body.length]) {
    const part = body.slice(at, at + size);
    at += part.length;
    if (part !== '') coded += `${part.length.toString(16)}\r\n${part}\r\n`;
  }
  return `${coded}0\r\n${trailer ? 't: 1\r\n' : ''}\r\n`;
}

const cuts = fc.array(fc.nat(), { maxLength: 8 });

/** What can happen to bytes: one is changed, lost, doubled, or some of a valid answer come in between. */
const damage = fc.array(
  fc.record({
    kind: fc.constantFrom('change', 'drop', 'insert', 'double', 'cut', 'splice'),
    at: fc.nat(),
    byte: fc.oneof(fc.constantFrom(...Buffer.from('\r\n:;0 5aHTTP\0')), fc.nat({ max: 255 })),
  }),
  { minLength: 1, maxLength: 4 },
);

function damaged(text: string, hurts: { kind: string; at: number; byte: number }[]): string {
  let result = text;
  for (const { kind, at, byte } of hurts) {
    const place = at % (result.length + 1);
    const letter = String.fromCharCode(byte);
    const [before, after] = [result.slice(0, place), result.slice(place)];
    if (kind === 'change') result = before + letter + after.slice(1);
    if (kind === 'drop') result = before + after.slice(1);
    if (kind === 'insert') result = before + letter + after;
    if (kind === 'double') result = before + after.slice(0, 10) + after;
    if (kind === 'cut') result = before;
    if (kind === 'splice') result = before + text.slice(byte) + after;
  }
  return result;
}

describe('the answer parser, for all bytes', () => {
  it('The answer parser, for all bytes reads any valid answer, however it is split', () => {
    fc.assert(
      fc.property(answers, cuts, ({ text, status, method, body }, places) => {
        for (const pieces of [split(text, places), single(text)]) {
          const found = read(pieces, { method, expectedBody: body });
          assert.equal(found.outcome, 'done', found.error);
          assert.equal(found.status, status);
          assert.equal(found.length, text.length);
          assert.equal(found.matches, true);
        }
        const short = read(split(text.slice(0, -1), places), { method });
        assert.notEqual(short.outcome, 'done', 'complete before its last byte');
      }),
      { numRuns: 2_000 },
    );
  });

  it('The answer parser, for all bytes calls 10,000 damaged answers what a slow reference reader calls them', () => {
    let cases = 0;
    let stillGood = 0;
    let failed = 0;
    fc.assert(
      fc.property(answers, damage, cuts, ({ text, method }, hurts, places) => {
        cases++;
        const bytes = damaged(text, hurts);
        const reference = referenceRead(bytes, method);
        const whole = readText(bytes, { method, expectedBody: BODY });
        const pieces = read(split(bytes, places), { method, expectedBody: BODY });
        // The words of an error may quote less of what had come; nothing else depends on the pieces.
        if (whole.outcome !== 'failed') assert.deepEqual(pieces, whole);
        else assert.equal(pieces.outcome, 'failed');
        if (whole.outcome === 'done') {
          assert.equal(whole.status, reference?.status);
          assert.equal(whole.length, reference?.length);
          assert.equal(whole.bodyBytes, reference?.body.length);
          assert.equal(whole.matches, reference?.body === BODY);
          stillGood++;
        } else {
          assert.equal(reference, null, `the reference reads it, the parser: ${whole.error}`);
          if (whole.outcome === 'failed') failed++;
        }
      }),
      { numRuns: 10_000 },
    );
    assert.equal(cases, 10_000);
    assert.ok(stillGood > 500 && failed > 500, `${stillGood} good, ${failed} failed: a weak test`);
  });

  it('The answer parser, for all bytes reads 10,000 answers, good and bad, with one parser as with a new one for each', () => {
    const parser = new AnswerParser();
    let cases = 0;
    fc.assert(
      fc.property(answers, fc.option(damage), cuts, ({ text, method, body }, hurts, places) => {
        cases++;
        const pieces = split(hurts === null ? text : damaged(text, hurts), places);
        const expectation = { method, expectedBody: text.length % 3 === 0 ? null : body };
        const [used, fresh] = [read(pieces, expectation, parser), read(pieces, expectation)];
        // Without a whole head, there is no status, and that of the answer before does not matter.
        const hasHead = used.outcome === 'done' || used.outcome === 'closed';
        const { status, keepAlive } = hasHead ? used : fresh;
        assert.deepEqual({ ...used, status, keepAlive }, fresh);
      }),
      { numRuns: 10_000 },
    );
    assert.equal(cases, 10_000);
  });

  it('The answer parser, for all bytes never takes 10,000 pieces of garbage for an answer', () => {
    let cases = 0;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), cuts, (garbage, places) => {
        cases++;
        const bytes = Buffer.from(garbage).toString('latin1');
        for (const start of ['', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n']) {
          const found = read(split(start + bytes, places), { expectedBody: BODY });
          if (found.outcome === 'done') assert.equal(found.matches, false);
        }
      }),
      { numRuns: 10_000 },
    );
    assert.equal(cases, 10_000);
  });
});
