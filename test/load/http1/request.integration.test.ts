import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prepareVariants } from '../../../src/load/http1/variant.ts';
import { RequestSequence } from '../../../src/load/sequence.ts';
import { target, type Wanted } from '../servers.ts';

/** All that is sent for the only request. */
function build(scenario: Wanted, host = '127.0.0.1'): string {
  const wanted = { ...target(8080, scenario), host };
  const { variants } = new RequestSequence(wanted.scenario.requests, wanted.root);
  const [variant] = prepareVariants(wanted, variants);
  assert.ok(variant !== undefined);
  return variant.bytes.toString('utf8') + (variant.body?.toString('utf8') ?? '');
}

describe('the request', () => {
  it('The request is complete with the least that servers want', () => {
    assert.equal(build({ path: '/a?b=c' }), 'GET /a?b=c HTTP/1.1\r\nhost: 127.0.0.1:8080\r\n\r\n');
  });

  it("The request takes the scenario's headers, also instead of its own", () => {
    const request = build({
      headers: { 'X-Token': 'a b', Host: 'example.org' },
    });
    assert.match(request, /\r\nHost: example\.org\r\n/);
    assert.match(request, /\r\nX-Token: a b\r\n/);
    assert.doesNotMatch(request, /127\.0\.0\.1/);
  });

  it('The request counts the body in bytes', () => {
    assert.match(build({ method: 'POST', body: 'grüße' }), /\r\ncontent-length: 7\r\n\r\ngrüße$/);
    assert.match(build({ method: 'POST' }), /\r\ncontent-length: 0\r\n\r\n$/);
    assert.doesNotMatch(build({ method: 'DELETE' }), /content-length/);
  });

  it('The request writes an IPv6 host in brackets', () => {
    assert.match(build({}, '::1'), /\r\nhost: \[::1\]:8080\r\n/);
  });

  it('The request cannot be made to hold a second request', () => {
    const smuggle = 'x\r\n\r\nGET /evil HTTP/1.1\r\n';
    assert.throws(
      () => build({ method: `GET ${smuggle}` }),
      /scenario test: method ".*cannot be sent/,
    );
    assert.throws(() => build({ method: 'CONNECT' }), /method "CONNECT" cannot be sent/);
    assert.throws(
      () => build({ path: `/${smuggle}` }),
      /scenario test: path .*must start with "\/"/,
    );
    assert.throws(() => build({ path: '/a b' }), /path/);
    assert.throws(() => build({ path: '/grüße' }), /%XX/);
    assert.throws(() => build({ path: 'http://elsewhere/' }), /path/);
    assert.throws(() => build({ headers: { [smuggle]: 'a' } }), /is not a header name/);
    assert.throws(() => build({ headers: { a: smuggle } }), /header "a" has a line break/);
    assert.throws(() => build({ headers: { a: 'b\0' } }), /control character/);
    assert.throws(() => build({ headers: { 'Content-Length': '1' } }), /written by the generator/);
    assert.throws(() => build({ headers: { 'transfer-encoding': 'chunked' } }), /remove it/);
  });
});
