import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { actionsCacheStore } from '../../../src/history/stores/actions-cache.ts';
import { cacheAccess } from '../../../src/history/stores/cache-service.ts';
import { StoreError } from '../../../src/history/stores/store.ts';
import { fakeCache } from '../../support/fake-cache.ts';
import { adding, contents, contract, put } from './contract.ts';
import { QUICK } from './remote.ts';

contract('The Actions cache', async (t) => {
  const { access } = await fakeCache(t);
  return () => actionsCacheStore({ access, patience: QUICK });
});

const ONE = put({ 'api/plain.ndjson': 'one\n' });

describe('the Actions cache as GitHub has it', () => {
  it('Each state is an entry of its own, whose key counts up', async (t) => {
    const { access, entries } = await fakeCache(t);
    const store = actionsCacheStore({ access, patience: QUICK });
    await store.update(ONE, 'one');
    await store.update(adding('api/plain.ndjson', 'two'), 'two');
    assert.deepEqual(
      entries.map(({ key }) => key),
      ['throughput-gate-history-1-00000001', 'throughput-gate-history-1-00000002'],
    );
  });

  it('A key that a killed job has reserved and never filled is waited for, and then passed over', async (t) => {
    const { access, entries } = await fakeCache(t);
    const store = actionsCacheStore({ access, patience: QUICK });
    await store.update(ONE, 'one');
    const killed = actionsCacheStore({
      access,
      patience: QUICK,
      before: (step) => {
        if (step === 'upload') throw new Error('killed');
      },
    });
    await assert.rejects(killed.update(adding('api/plain.ndjson', 'never'), 'two'), /killed/);
    const { retries } = await store.update(adding('api/plain.ndjson', 'two'), 'two');
    assert.equal(retries, 6);
    assert.equal(entries.at(-1)?.key, 'throughput-gate-history-1-00000003');
    assert.deepEqual(await contents(store), { 'api/plain.ndjson': 'one\ntwo\n' });
  });

  it('A slow job that was passed over finds its line missing, and writes it again', async (t) => {
    const { access, entries } = await fakeCache(t);
    const fast = actionsCacheStore({ access, patience: QUICK });
    let isFirst = true;
    const slow = actionsCacheStore({
      access,
      patience: QUICK,
      before: async (step) => {
        if (step !== 'upload' || !isFirst) return;
        isFirst = false;
        await fast.update(adding('api/plain.ndjson', 'fast'), 'fast');
      },
    });
    assert.equal((await slow.update(adding('api/plain.ndjson', 'slow'), 'slow')).retries, 1);
    const text = (await contents(fast))['api/plain.ndjson'] ?? '';
    assert.deepEqual(text, 'fast\nslow\n');
    assert.equal(entries.length, 3);
  });

  it('A failing network is not taken for an empty history', async (t) => {
    let isIll = false;
    const { access, entries } = await fakeCache(t, (method, response) => {
      if (!isIll || method !== 'GetCacheEntryDownloadURL') return false;
      response.destroy();
      return true;
    });
    const store = actionsCacheStore({ access, patience: { ...QUICK, tries: 3 } });
    await store.update(ONE, 'one');
    isIll = true;
    await assert.rejects(contents(store), /GetCacheEntryDownloadURL/);
    await assert.rejects(store.update(adding('api/plain.ndjson', 'two'), 'two'), StoreError);
    assert.equal(entries.length, 1);
  });

  it('A service that is not well is asked again', async (t) => {
    let failures = 3;
    const { access } = await fakeCache(t, (_, response) => {
      if (failures-- <= 0) return false;
      response.writeHead(503).end();
      return true;
    });
    const store = actionsCacheStore({ access, patience: QUICK });
    assert.deepEqual(await store.update(ONE, 'one'), { changed: true, retries: 3 });
  });

  it('A run that may only read the cache is told why it cannot write', async (t) => {
    const { access } = await fakeCache(t, (method, response) => {
      if (method !== 'CreateCacheEntry') return false;
      response
        .writeHead(403)
        .end('{"code":"permission_denied","msg":"cache write denied: read-only token"}');
      return true;
    });
    const store = actionsCacheStore({ access, patience: QUICK });
    assert.deepEqual(await contents(store), {});
    await assert.rejects(store.update(ONE, 'one'), (error: StoreError) => {
      assert.match(error.message, /cannot be written: cache write denied: read-only token/);
      assert.match(error.cure ?? '', /run this job on `push` or `schedule`/);
      return true;
    });
  });

  it('A budget that is used up is told as that, at once and not as a race', async (t) => {
    const message =
      'You have reached your configured budget, your cache is now read only to prevent additional charges.';
    let asked = 0;
    const { access } = await fakeCache(t, (method, response) => {
      if (method !== 'CreateCacheEntry') return false;
      asked++;
      response.end(JSON.stringify({ ok: false, signed_upload_url: '', message }));
      return true;
    });
    const store = actionsCacheStore({ access, patience: QUICK });
    await assert.rejects(store.update(ONE, 'one'), (error: StoreError) => {
      assert.match(error.message, /cannot be written: You have reached your configured budget/);
      assert.match(error.cure ?? '', /raise the budget .* `history: branch`/);
      return true;
    });
    assert.equal(asked, 1);
  });

  it("The workflow's `cache-mode` is kept to without a single request", async (t) => {
    const { access, seen } = await fakeCache(t);
    const withMode = (mode: string) =>
      actionsCacheStore({ access: { ...access, mode }, patience: QUICK });
    for (const mode of ['none', 'write-only']) {
      await assert.rejects(contents(withMode(mode)), /cache-mode: .+ does not permit to read/);
    }
    for (const mode of ['none', 'read', 'write-only']) {
      await assert.rejects(withMode(mode).update(ONE, 'one'), /does not permit to write/);
    }
    assert.deepEqual(seen, []);
    assert.deepEqual(await contents(withMode('read')), {});
    assert.ok((await withMode('write').update(ONE, 'one')).changed);
  });

  it('An entry that is damaged is named, and not written over', async (t) => {
    const { access, entries } = await fakeCache(t);
    const store = actionsCacheStore({ access, patience: QUICK });
    await store.update(ONE, 'one');
    const [entry] = entries;
    assert.ok(entry);
    for (const content of [Buffer.from('no gzip'), gzipSync('[]'), gzipSync('{"files":{"a":1}}')]) {
      entry.content = content;
      await assert.rejects(
        contents(store),
        /cannot be read: it (is no archive of ours|has no files)/,
      );
      await assert.rejects(
        store.update(adding('api/plain.ndjson', 'two'), 'two'),
        /cannot be read/,
      );
    }
    entry.content = gzipSync('{"files":{"../../x":"evil","api/plain.ndjson":"one\\n"}}');
    assert.deepEqual(await contents(store), { 'api/plain.ndjson': 'one\n' });
    assert.equal(entries.length, 1);
  });

  it('Signed addresses and the token are in no message', async (t) => {
    const { access } = await fakeCache(t, (method, response) => {
      if (method !== 'upload') return false;
      response.writeHead(400).end('x');
      return true;
    });
    await assert.rejects(
      actionsCacheStore({ access, patience: QUICK }).update(ONE, 'one'),
      (error: Error) => {
        assert.ok(!/s3cret|runtime-token/.test(`${error.message} ${error.stack}`));
        return /the upload was answered with 400/.test(error.message);
      },
    );
  });

  it('Only the action on a GitHub runner has a cache', () => {
    const env = { ACTIONS_RESULTS_URL: 'https://results.example', ACTIONS_RUNTIME_TOKEN: 't' };
    assert.deepEqual(cacheAccess({ ...env, ACTIONS_CACHE_MODE: ' Read ' }), {
      url: 'https://results.example/',
      token: 't',
      mode: 'read',
    });
    assert.throws(() => cacheAccess({}), /only the action on a GitHub runner has one/);
    assert.throws(
      () => cacheAccess({ ...env, GITHUB_SERVER_URL: 'https://git.corp' }),
      /Enterprise Server/,
    );
    assert.doesNotThrow(() => cacheAccess({ ...env, GITHUB_SERVER_URL: 'https://octo.ghe.com' }));
  });
});
