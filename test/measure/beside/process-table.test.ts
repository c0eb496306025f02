/** What a person calls a process. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { shownNameFrom } from '../../../src/measure/beside/process-table.ts';

it('A program that is a link to the file of another one is called by its own name', () => {
  const names = { exe: 'redis-check-rdb', comm: 'redis-server' };
  assert.equal(shownNameFrom({ ...names, first: 'redis-server *:6379' }), 'redis-server');
  assert.equal(shownNameFrom({ exe: 'busybox', comm: 'httpd', first: '/bin/httpd' }), 'httpd');
  assert.equal(
    shownNameFrom({ exe: 'nginx', comm: 'nginx', first: 'nginx: master process nginx' }),
    'nginx',
  );
});

it('Where its first word and its name do not agree, a process is called by its file', () => {
  const script = { exe: 'python3.11', comm: 'gunicorn', first: '/usr/bin/python3' };
  assert.equal(shownNameFrom(script), 'python3.11');
  assert.equal(shownNameFrom({ exe: 'node', comm: 'MainThread', first: 'node' }), 'node');
  assert.equal(shownNameFrom({ exe: undefined, comm: 'kworker', first: undefined }), null);
});
