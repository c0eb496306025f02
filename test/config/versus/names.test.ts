import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Named, namesOf } from '../../../src/config/versus/names.ts';

const of = (server: string, own: Partial<Named> = {}): Named => ({
  ...{ name: null, project: 0, folder: '/srv/app', server, env: {} },
  ...own,
});

describe('names of contenders that were given none', () => {
  it('A server of the config here has its own name', () => {
    assert.deepEqual(namesOf([of('gleam'), of('go')]), ['gleam', 'go']);
  });

  it('Servers that are called alike are named after their folders', () => {
    const gleam = { project: 0, folder: '/srv/gleam' };
    const go = { project: 1, folder: '/srv/go' };
    assert.deepEqual(namesOf([of('api', gleam), of('api', go)]), ['gleam', 'go']);
    assert.deepEqual(namesOf([of('server', gleam), of('server', go)]), ['gleam', 'go']);
    assert.deepEqual(namesOf([of('api', gleam), of('web', go)]), ['api', 'web']);
    assert.deepEqual(namesOf([of('api', gleam), of('web', gleam), of('api', go)]), [
      'gleam-api',
      'web',
      'go',
    ]);
  });

  it('One server with different settings is named after what differs', () => {
    assert.deepEqual(
      namesOf([
        of('go', { env: { GOGC: '100', SAME: 'x' } }),
        of('go', { env: { GOGC: '400', SAME: 'x' } }),
        of('go', { env: { SAME: 'x' } }),
      ]),
      ['go-GOGC-100', 'go-GOGC-400', 'go'],
    );
    assert.deepEqual(namesOf([of('go', { env: { GOGC: '100' } }), of('gleam')]), ['go', 'gleam']);
  });

  it('A value that may be a secret, or is long, makes no name', () => {
    const [plain, secret] = namesOf([of('go'), of('go', { env: { API_TOKEN: 'hunter2' } })]);
    assert.deepEqual([plain, secret], ['go', null]);
    for (const key of ['DB_PWD', 'DATABASE_URL', 'SENTRY_DSN', 'CARD_PIN', 'SESSION']) {
      assert.equal(namesOf([of('go'), of('go', { env: { [key]: 'hunter2' } })])[1], null, key);
    }
    assert.equal(namesOf([of('go'), of('go', { env: { A: 'x'.repeat(17) } })])[1], null);
  });

  it('A name that was given stays, and a folder whose name is none is told', () => {
    assert.deepEqual(namesOf([of('go', { name: 'one' }), of('go', { name: 'two' })]), [
      'one',
      'two',
    ]);
    const strange = { project: 1, folder: '/srv/…' };
    assert.deepEqual(namesOf([of('server', { folder: '/srv/a' }), of('server', strange)])[1], null);
  });
});
