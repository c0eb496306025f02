/** What is kept of an unexpected answer, and what is not: neither its body nor a query. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Answered, complaint, fieldOf, UnexpectedStatus } from '../../src/load/unexpected.ts';

const seen = (status: number, contentType: string | null, location: string | null = null) =>
  new UnexpectedStatus(200, { status, contentType, location }, '"<html>"');

it('The report of an unexpected answer says its status and its type, and nothing of its body', () => {
  assert.equal(
    String(seen(404, 'Text/HTML; charset=utf-8')),
    'expected status 200, got 404 (text/html)',
  );
  assert.equal(String(seen(503, null)), 'expected status 200, got 503');
  assert.equal(String(seen(500, 'no type at all')), 'expected status 200, got 500');
});

it('The report of an unexpected answer names where a redirect leads, without its query, its fragment or a user in it', () => {
  const place = (location: string) => seen(307, null, location).answer.location;
  assert.equal(place('/items/'), '/items/');
  assert.equal(place('items/'), '/items/');
  assert.equal(place('/login?token=s3cr3t#x'), '/login');
  assert.equal(place('https://u:pw@example.org/a?b=c'), 'https://example.org/a');
  assert.equal(place('http://[broken'), null);
  assert.equal(place(`/${'a'.repeat(300)}`), `/${'a'.repeat(199)}…`);
  assert.equal(
    String(seen(307, 'text/html', '/items/')),
    'expected status 200, got 307 (location: /items/)',
  );
  // Only a redirect leads anywhere.
  assert.equal(seen(201, null, '/items/7').answer.location, null);
});

it('The report of an unexpected answer takes no text that a server has put where a redirect leads', () => {
  const text = '` @octo/team [m](https://evil.example) <img src=x>';
  for (const scheme of ['a:', 'javascript:', 'data:text/html,', 'mailto:']) {
    assert.equal(seen(307, null, scheme + text).answer.location, null, scheme);
  }
  const encoded = seen(307, null, `/${text}`).answer.location;
  assert.equal(encoded, '/%60%20@octo/team%20[m](https://evil.example)%20%3Cimg%20src=x%3E');
  assert.equal(
    Answered.safeParse({ status: 307, contentType: null, location: encoded }).success,
    true,
  );
  // A file of measurements may be anybody's.
  for (const location of [text, '/a`b', '/a b', '/a\u001b[2J', '<b>']) {
    assert.equal(Answered.safeParse({ status: 307, contentType: null, location }).success, false);
    assert.equal(
      Answered.safeParse({ status: 307, contentType: location, location: null }).success,
      false,
    );
  }
});

it('The report of an unexpected answer keeps the body apart, for a log', () => {
  assert.deepEqual(complaint('status', seen(404, 'text/html')), {
    kind: 'status',
    message: 'expected status 200, got 404 (text/html)',
    answer: { status: 404, contentType: 'text/html', location: null },
    excerpt: '"<html>"',
  });
  assert.deepEqual(complaint('timeout', 'no answer'), {
    kind: 'timeout',
    message: 'no answer',
    answer: null,
    excerpt: null,
  });
});

it('The report of an unexpected answer finds a field in a head, whatever the case of its letters', () => {
  const head =
    'HTTP/1.1 307 Moved\r\nX-Location: /no\r\nLOCATION:  /yes \r\nlocation: /late\r\n\r\n';
  assert.equal(fieldOf(head, 'location'), '/yes');
  assert.equal(fieldOf(head, 'content-type'), null);
});
