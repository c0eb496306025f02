import assert from 'node:assert/strict';
import { it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { judge } from '../../../src/load/autocannon/judgement.ts';
import { BodyCheck } from '../../../src/load/shared/body-check.ts';
import { faultOf } from '../../../src/load/shared/expected-answer.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';

const expected = { expectedStatus: 200, expectedBody: Buffer.from('hello') };

function told(body: Buffer): string | null {
  const check = new BodyCheck();
  check.expect(expected.expectedBody);
  check.take(body, 0, body.length);
  const fault = faultOf(expected, { status: 200 }, check);
  return fault === null ? null : unmarked(String(fault.message));
}

it('A body that is compressed is told as that, and what asks for it, in place of its bytes', () => {
  const packed = gzipSync('hello');
  const text = `expected body "hello", got a body packed by gzip (${packed.length} bytes); bodies are compared as they come: leave \`accept-encoding\` out of \`headers\``;
  assert.equal(told(packed), text);
  const request = { method: 'GET', path: '/', headers: [], body: null, ...expected };
  const fault = judge(request, 200, packed.toString('latin1'));
  assert.equal(unmarked(String(fault?.message)), text);
});

it('The expected body is good, and another one is told by how it begins', () => {
  assert.equal(told(Buffer.from('hello')), null);
  assert.equal(told(Buffer.from('hallo')), 'expected body "hello", got "hallo"');
  assert.equal(told(Buffer.from([0x1f])), 'expected body "hello", got "\\u001f"');
});
