/** Why a server refuses a request, as real servers say it; and what then helps. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cureFor } from '../../../src/measure/failures/cure-for.ts';
import type { Seen } from '../../../src/measure/failures/seen.ts';
import type { Cure } from '../../../src/measure/observed/cure.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';

const answered = (status: number, seen: Seen = {}) =>
  cureFor({ answer: { status, contentType: null, location: null }, form: 'file', ...seen });
const adviceFor = (status: number, seen: Seen = {}) => cureText(answered(status, seen) as Cure);

it('A host that the server does not know is recognised by what it answers or prints', () => {
  const said: [number, Seen][] = [
    [400, { output: "Invalid HTTP_HOST header: 'x'. You may need to add 'x' to ALLOWED_HOSTS." }],
    [400, { excerpt: '"Invalid host header"' }],
    [403, { excerpt: '"Blocked request. This host (\\"x\\") is not allowed."' }],
    [403, { output: '[ActionDispatch::HostAuthorization] Blocked hosts: 127.0.0.1:3000' }],
  ];
  for (const [status, seen] of said) {
    assert.equal(answered(status, seen)?.code, 'unknown-host', JSON.stringify(seen));
  }
  assert.match(
    adviceFor(403, said[3]?.[1]),
    /known hosts only.*`headers: \{ host: example\.org \}`/,
  );
  assert.equal(answered(403, { output: 'listening on host 127.0.0.1' })?.code, 'not-allowed');
});

it('A token against forged requests that is missing is recognised by what the server answers or prints', () => {
  const said: [number, Seen][] = [
    [403, { output: 'Forbidden (CSRF cookie not set.): /orders' }],
    [422, { output: "Can't verify CSRF token authenticity." }],
    [403, { excerpt: '"ForbiddenError: invalid csrf token"' }],
    [403, { excerpt: '"Cross-site POST form submissions are forbidden"' }],
    [419, {}],
  ];
  for (const [status, seen] of said) {
    assert.equal(answered(status, seen)?.code, 'csrf', JSON.stringify(seen));
  }
  assert.match(adviceFor(419), /CSRF.*`env`.*`before-load` with `capture`, and `cookies: true`/);
  assert.match(adviceFor(419, { form: 'flags' }), /in a config file/);
});

it('A request that can be answered well only once is told by its status, with the values that are new each time', () => {
  assert.match(adviceFor(409), /`\{uuid\}` or `\{n\}`, in `path` or `body`/);
  assert.match(adviceFor(409, { form: 'flags' }), /in `--path` or `--body`/);
  for (const status of [404, 410]) {
    assert.match(adviceFor(status, { method: 'DELETE' }), /finds once.*`before`.*status: 4\d\d/);
    assert.equal(answered(status, { method: 'GET' })?.code, 'not-found');
    // Routers such as that of gin know a path for GET alone.
    assert.match(adviceFor(status, { method: 'HEAD' }), /^Set `path` .*for this `method`.*to HEAD/);
  }
});

it('Who is not known to the server is told how to say who asks, and who is known no more that it was too short', () => {
  assert.match(
    adviceFor(401),
    /`headers: \{ authorization: "Bearer \$\{TOKEN\}" \}`.*`before-load`/,
  );
  // Quotation marks of YAML would be sent.
  assert.match(
    adviceFor(401, { form: 'inputs' }),
    /input `headers: authorization: Bearer \$\{TOKEN\}`/,
  );
  assert.match(
    adviceFor(401, { form: 'flags' }),
    /`--headers 'authorization: Bearer \$\{TOKEN\}'`/,
  );
  const expired = adviceFor(401, { good: 1200, method: 'GET' });
  assert.match(expired, /1,200 answers.*valid for longer/);
  // Of several requests, others may be open to everybody.
  assert.equal(answered(401, { good: 1200 })?.code, 'unauthorized');
  const login = adviceFor(401, { good: 0, method: 'POST', isBeforeLoad: true });
  assert.match(login, /login failed.*`body`.*variable/);
  assert.doesNotMatch(login, /authorization/);
  assert.equal(answered(500, { isBeforeLoad: true })?.code, 'server-error');
});

it('What is too large, or is understood and refused, is told by its status', () => {
  assert.match(adviceFor(413), /body.*client_max_body_size/);
  assert.match(adviceFor(431), /headers.*`path`, `headers`/);
  assert.match(adviceFor(422), /`body`.*content-type in `headers`.*log/);
  assert.match(adviceFor(500), /in the log of the run/);
});

it('An answer that a header of the load asks for, and one of another protocol, are told by their status', () => {
  assert.match(adviceFor(304), /if-none-match.*`headers`.*`expect: \{ status: 304 \}`/);
  assert.match(adviceFor(426, { form: 'flags' }), /`--protocol websocket`.*`--tls`/);
  const length = adviceFor(411);
  assert.match(length, /`body`.*in the log of the run.*status: 411/);
  assert.doesNotMatch(length, /Host/);
});

it('A locked database file is told with how each build gets its own', () => {
  const said: Seen[] = [
    { output: 'Error: SQLITE_BUSY: database is locked' },
    { output: 'sqlite3.OperationalError: database is locked' },
    { excerpt: '"{\\"error\\":\\"database table is locked\\"}"' },
  ];
  for (const seen of said) assert.match(adviceFor(500, seen), /locked.*`\{dir\}` or `\{arm\}`/);
  // Where it only warns of it, and answers.
  assert.equal(answered(201, said[0])?.code, 'other-success');
});
