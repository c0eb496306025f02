import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { resolveBase } from '../../src/checkout/base.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import { borrow, checkout, makePullRequest, makeSandbox, serveGit, sh } from '../support/git.ts';

const TOKEN = 'ghs_notreal';

/** A clone of depth 1 whose origin is an HTTP server. */
async function overHttp(t: TestContext, options: Parameters<typeof serveGit>[2]) {
  const { dir } = makeSandbox(t);
  const pr = makePullRequest(dir);
  const repo = checkout(join(dir, 'clone'), pr.url, pr.merge, 1);
  const { address, seen } = await serveGit(t, dir, options);
  sh(repo, 'remote', 'set-url', 'origin', `${address}/origin.git`);
  const request = { kind: 'merge-commit', branch: 'main' } as const;
  return { ...pr, repo, address, seen, request };
}

describe('talking to origin', () => {
  it('Talking to origin sends the token after a refusal, and keeps it nowhere', async (t) => {
    const { repo, address, seen, request, main } = await overHttp(t, { token: TOKEN });
    const base = await resolveBase(await borrow(repo, { token: TOKEN, server: address }), request);
    assert.equal(base.commit, main);
    assert.equal(seen[0], undefined, 'first without the token');
    assert.ok(seen.at(-1)?.startsWith('basic '));
    const config = readFileSync(join(repo, '.git', 'config'), 'utf8');
    assert.doesNotMatch(config, /extraheader|AUTHORIZATION/i);
  });

  it("Talking to origin replaces the checkout's own stale header", async (t) => {
    const { repo, address, request, main } = await overHttp(t, { token: TOKEN });
    sh(repo, 'config', `http.${address}/.extraheader`, 'AUTHORIZATION: basic c3RhbGU=');
    const base = await resolveBase(await borrow(repo, { token: TOKEN, server: address }), request);
    assert.equal(base.commit, main);
  });

  it("Talking to origin uses the checkout's credentials where they suffice", async (t) => {
    const { repo, address, request, main } = await overHttp(t, { token: TOKEN });
    const basic = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');
    sh(repo, 'config', `http.${address}/.extraheader`, `AUTHORIZATION: basic ${basic}`);
    assert.equal((await resolveBase(await borrow(repo), request)).commit, main);
  });

  for (const [name, access] of [
    ['there is no token', { token: undefined }],
    ["origin is not the token's server", { token: TOKEN, server: 'https://github.example' }],
  ] as const) {
    it(`Talking to origin says what git said when ${name}`, async (t) => {
      const { repo, seen, request } = await overHttp(t, { token: TOKEN });
      await assert.rejects(resolveBase(await borrow(repo, { ...access }), request), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, /could not read Username|Authentication failed/);
        assert.doesNotMatch(error.message, new RegExp(TOKEN));
        return true;
      });
      assert.ok(seen.every((header) => header === undefined));
    });
  }

  it('Talking to origin tries again after a network failure', async (t) => {
    const { repo, request, main, seen } = await overHttp(t, { failures: 2 });
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const clone = await borrow(repo, { log, retryDelaysMs: [1, 1, 1] });
    const base = await resolveBase(clone, request);
    assert.equal(base.commit, main);
    assert.equal(lines.filter((line) => /503; trying again/.test(line)).length, 2);
    assert.ok(seen.length > 2);
  });

  it('Talking to origin gives up in the end', async (t) => {
    const { repo, request, seen } = await overHttp(t, { failures: 1000 });
    await assert.rejects(
      resolveBase(await borrow(repo, { retryDelaysMs: [1, 1] }), request),
      /error: 503/,
    );
    assert.equal(seen.length, 3);
  });

  it('Talking to origin does not show a password that stands in the URL', async (t) => {
    const { repo, request, address } = await overHttp(t, { failures: 1000 });
    const url = address.replace('http://', 'http://me:sesame@');
    sh(repo, 'remote', 'set-url', 'origin', `${url}/origin.git`);
    await assert.rejects(
      resolveBase(await borrow(repo, { retryDelaysMs: [] }), request),
      (error) => {
        assert.doesNotMatch(String(error), /sesame/);
        return true;
      },
    );
  });

  it('Talking to origin stops waiting when aborted', async (t) => {
    const { repo, request } = await overHttp(t, { failures: 1000 });
    const stop = new AbortController();
    const log = () => stop.abort(new Error('cancelled'));
    const clone = await borrow(repo, { log, signal: stop.signal, retryDelaysMs: [3_600_000] });
    await assert.rejects(resolveBase(clone, request), /cancelled/);
  });
});
