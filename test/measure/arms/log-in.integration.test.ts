/** A login before the load, of small real servers. */
import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { it, type TestContext } from 'node:test';
import type { BeforeLoad, HttpScenario } from '../../../src/config/experiment/scenario.ts';
import { logIn } from '../../../src/measure/arms/log-in.ts';
import type { RunningServer } from '../../../src/measure/servers/server.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { ANY, noHttp3, serve } from '../../load/http3/servers.ts';
import type { Draft } from '../../support/draft.ts';
import { httpRequest, httpScenario } from '../../support/measurement.ts';

const request = (more: Partial<BeforeLoad>): BeforeLoad => ({
  ...{ method: 'GET', path: '/', headers: {}, body: null, status: null, capture: {}, ...more },
});

const LOGIN = request({
  ...{ method: 'POST', path: '/login', headers: { 'content-type': 'application/json' } },
  ...{ body: '{"password":"secret"}', capture: { token: '$.access_token', csrf: 'header x-csrf' } },
});

async function login(
  t: TestContext,
  beforeLoad: BeforeLoad[],
  more: Partial<Draft<HttpScenario>> = {},
) {
  const came: string[] = [];
  const server = http.createServer((asked, response) => {
    let body = '';
    asked.on('data', (part) => (body += part));
    asked.on('end', () => {
      const { cookie = '', authorization = '' } = asked.headers;
      came.push(`${asked.method} ${asked.url} ${body} ${authorization} ${cookie}`.trim());
      if (asked.url?.startsWith('/refused')) return response.writeHead(401).end('{"error":"no"}');
      if (asked.url === '/form') {
        response.setHeader('set-cookie', ['sid=first', 'lang=en']);
        return response.writeHead(302, { location: '/home', 'x-csrf': 'c2' }).end();
      }
      if (asked.url === '/rotates') response.setHeader('set-cookie', `sid=after-${cookie.length}`);
      if (asked.url === '/rotates') return response.end('{}');
      if (asked.url === '/auth/deep') response.setHeader('set-cookie', 'sid=deep');
      if (asked.url === '/auth/deep') return response.end('{}');
      if (asked.url === '/page') return response.end('<input name="csrf" value="tok+1">');
      if (asked.url === '/broken') return response.end('{"t":"a\\r\\nx: y","c":"c"}');
      response.setHeader('x-csrf', 'c&1');
      response.setHeader('set-cookie', ['sid=s1; Path=/; HttpOnly', 'old=; Max-Age=0']);
      return response.end('{"access_token":"t\\"1","user":{"id":7}}');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { ...(await loginAt(port, beforeLoad, more)), came };
}

/** What a load gets that logs in there. */
async function loginAt(
  port: number,
  beforeLoad: BeforeLoad[],
  more: Partial<Draft<HttpScenario>> = {},
) {
  const requests = [
    httpRequest({
      ...{
        path: '/items?csrf={csrf}',
        headers: { authorization: 'Bearer {token}', cookie: 'a=b' },
      },
      body: '{"t":"{token}"}',
    }),
  ];
  const scenario = httpScenario('default', {
    requests,
    beforeLoad: structuredClone(beforeLoad) as Draft<BeforeLoad>[],
    ...more,
  });
  const where = { host: '127.0.0.1', port, socketPath: null, root: '/', env: null };
  const running = {
    failure: (kind: string, what: string) => new Error(`${kind}: ${what}`),
  } as unknown as RunningServer;
  const got = await logIn(running, { ...where, scenario, processes: null });
  return { ...got, sent: (got.target.scenario as HttpScenario).requests[0] };
}

it('What a login gives is filled into the load, each value as its place needs it', async (t) => {
  const { came, sent, secrets } = await login(t, [LOGIN]);
  assert.deepEqual(came, ['POST /login {"password":"secret"}']);
  assert.equal(sent?.path, '/items?csrf=c%261');
  assert.deepEqual(sent?.headers, { authorization: 'Bearer t"1', cookie: 'a=b' });
  assert.deepEqual(JSON.parse(sent?.body ?? ''), { t: 't"1' });
  assert.deepEqual(secrets, ['t"1', 'c&1', 's1']);
});

it('Cookies are sent with what follows, beside those that a request has of its own', async (t) => {
  const me = request({ path: '/me', headers: { authorization: 'Bearer {token}' } });
  const { came, sent } = await login(t, [LOGIN, me], { cookies: true });
  assert.deepEqual(came.slice(1), ['GET /me  Bearer t"1 sid=s1']);
  assert.equal(sent?.headers.cookie, 'a=b; sid=s1');
});

it('A login over HTTP/3 gives the load its token and its cookie, and one that is refused is told', async (t) => {
  if (noHttp3 !== false) return assert.equal(typeof noHttp3, 'string');
  const came: string[] = [];
  const server = await serve((stream, asked) => {
    let body = '';
    stream.on('data', (part: Buffer) => (body += part));
    stream.on('end', () => {
      came.push(`${asked[':method']} ${asked[':path']} ${body} ${asked.cookie ?? ''}`.trim());
      const isGood = asked[':path'] !== '/refused';
      const head = { 'x-csrf': 'c1', 'set-cookie': ['sid=s1; Path=/', 'lang=en'] };
      stream.respond({ ':status': isGood ? '200' : '403', ...(isGood ? head : {}) });
      stream.end(Buffer.from('{"access_token":"t1"}'));
    });
  });
  t.after(() => server[Symbol.asyncDispose]());
  const over3 = (beforeLoad: BeforeLoad[]) =>
    loginAt(server.port, beforeLoad, { protocol: 'http3', tls: ANY, cookies: true });
  const { sent, secrets } = await over3([LOGIN, request({ path: '/me' })]);
  assert.deepEqual(came, ['POST /login {"password":"secret"}', 'GET /me  sid=s1; lang=en']);
  assert.deepEqual(sent?.headers, { authorization: 'Bearer t1', cookie: 'a=b; sid=s1; lang=en' });
  assert.deepEqual(secrets, ['t1', 'c1', 's1', 'en']);
  await assert.rejects(
    over3([request({ path: '/refused' })]),
    /expected a status below 400, got 403/,
  );
});

it('A login that redirects has come off: its cookies and its header are kept, and nobody follows it', async (t) => {
  const form = request({ method: 'POST', path: '/form', capture: { csrf: 'header x-csrf' } });
  const { came, sent, secrets } = await login(t, [form, request({ path: '/me' })], {
    cookies: true,
  });
  assert.deepEqual(came, ['POST /form', 'GET /me   sid=first; lang=en']);
  assert.equal(sent?.path, '/items?csrf=c2');
  assert.equal(sent?.headers.cookie, 'a=b; sid=s1; lang=en');
  assert.ok(secrets.includes('c2') && secrets.includes('s1'));
});

it('A session that is given a new cookie with each answer goes on with the newest', async (t) => {
  const rotates = request({ path: '/rotates' });
  const form = request({ method: 'POST', path: '/form' });
  const { came, sent } = await login(t, [form, rotates, rotates], { cookies: true });
  assert.deepEqual(came.slice(1), [
    'GET /rotates   sid=first; lang=en',
    'GET /rotates   sid=after-18; lang=en',
  ]);
  assert.equal(sent?.headers.cookie, 'a=b; sid=after-21; lang=en');
});

it('A login whose load goes without its cookies is told: none was set, or all are for other paths', async (t) => {
  const plain = request({ path: '/refused', status: 401 });
  await assert.rejects(login(t, [plain], { cookies: true }), {
    message: /^wrong-body: `cookies: true`, but no answer of `before-load` sets one/,
  });
  const deep = request({ path: '/auth/deep' });
  await assert.rejects(login(t, [deep], { cookies: true }), ({ message }: Error) => {
    assert.match(unmarked(message), /for a request of the load: `sid` is for \/auth\. .*`Path`/);
    return true;
  });
});

it('A value is found in a page by a regular expression, its first group or all of it', async (t) => {
  const from = { csrf: '/name="csrf" value="([^"]+)"/', whole: '/V2?/i' };
  const form = request({ path: '/page', capture: from });
  const { secrets } = await login(t, [form]);
  assert.deepEqual(secrets.slice(0, 2), ['tok+1', 'v']);
  await assert.rejects(login(t, [request({ path: '/page', capture: { a: '/none (.)/' } })]), {
    message: /has nothing at `\/none \(\.\)\/` for `a`/,
  });
});

it('A value with a line break is not put into a header, and may stand in a body', async (t) => {
  const broken = request({ path: '/broken', capture: { token: '$.t', csrf: '$.c' } });
  await assert.rejects(login(t, [broken]), {
    message: /at `\$\.t` for `token` that cannot stand in a header: it has a line break/,
  });
});

it('A login that is refused, and a place with nothing, are told with the request', async (t) => {
  await assert.rejects(login(t, [request({ path: '/refused?x=1' })]), {
    message:
      'wrong-status: GET /refused?… (`before-load`) is not answered as expected: expected a status below 400, got 401',
  });
  await assert.rejects(
    login(t, [request({ path: '/login', capture: { id: '$.user' } })]),
    ({ message }: Error) => {
      const told = unmarked(message);
      assert.match(
        told,
        /^wrong-body: GET \/login \(`before-load`\) has nothing at `\$\.user` for `id`; the answer has `\$/,
      );
      assert.doesNotMatch(told, /t\\?"1|s1/);
      return true;
    },
  );
  await assert.rejects(login(t, [request({ status: 201 })]), /expected status 201, got 200/);
});
