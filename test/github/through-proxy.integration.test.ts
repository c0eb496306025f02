/** The Actions cache behind a proxy, as runners of one's own often are: a real proxy, and a host that only it knows. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { throughProxy } from '../../src/github/through-proxy.ts';
import { actionsCacheStore } from '../../src/history/stores/actions-cache.ts';
import { contents, put } from '../history/stores/contract.ts';
import { QUICK } from '../history/stores/remote.ts';
import { fakeCache } from '../support/fake-cache.ts';

const NAMES = ['http_proxy', 'HTTP_PROXY', 'no_proxy', 'NO_PROXY'];

/** Whatever host it is asked for, it connects to `port`. */
async function proxyTo(t: TestContext, port: number) {
  const asked: string[] = [];
  const proxy = createServer((_, response) => response.writeHead(501).end());
  proxy.on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    const there = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      there.pipe(socket).pipe(there);
    });
    for (const end of [there, socket])
      end.on('error', () => [there, socket].map((one) => one.destroy()));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return { asked, address: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
}

function setEnvironment(t: TestContext, wanted: Record<string, string>): void {
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const name of NAMES) set(name, wanted[name]);
  t.after(() => {
    for (const [name, value] of before) set(name, value);
  });
}

test('A history in the Actions cache is kept and read by way of the proxy that the environment names', async (t) => {
  const { access, entries } = await fakeCache(t);
  const { asked, address } = await proxyTo(t, Number(new URL(access.url).port));
  setEnvironment(t, { http_proxy: address });
  const url = 'http://results.test/';
  const store = actionsCacheStore({
    access: { ...access, url, ask: throughProxy },
    patience: QUICK,
  });
  await store.update(put({ 'api/plain.ndjson': 'one\n' }), 'one');
  assert.deepEqual(await contents(store), { 'api/plain.ndjson': 'one\n' });
  assert.equal(entries.length, 1);
  assert.ok(asked.length > 0);
  assert.ok(
    asked.every((host) => host === 'results.test:80'),
    asked.join(),
  );
});

test('A host that the environment excepts from the proxy is asked without it', async (t) => {
  const { access } = await fakeCache(t);
  const { asked, address } = await proxyTo(t, Number(new URL(access.url).port));
  setEnvironment(t, { http_proxy: address, no_proxy: 'results.test' });
  await assert.rejects(throughProxy('http://results.test/', {}), /fetch failed/);
  assert.deepEqual(asked, []);
});
