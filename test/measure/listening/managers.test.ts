import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isManagers } from '../../../src/measure/listening/managers.ts';

it('A socket by which a manager of processes is spoken to is none at which a server listens', () => {
  for (const path of [
    '/tmp/run/logs/pm2-base/rpc.sock',
    '/home/me/.pm2/pub.sock',
    '/tmp/pymp-qk0rcveq/listener-7_cy91au',
    '/home/app/.gunicorn/gunicorn.ctl',
    '/run/supervisor.sock',
  ]) {
    assert.equal(isManagers({ kind: 'unix', path }), true, path);
  }
  for (const path of ['/tmp/orders.sock', '/run/app/rpc.sock', '/run/gunicorn.sock']) {
    assert.equal(isManagers({ kind: 'unix', path }), false, path);
  }
  assert.equal(isManagers({ kind: 'tcp', port: 8000 }), false);
});
