/** Which start commands run the server as another user. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { changesUser } from '../../../src/measure/servers/other-user.ts';

it('A start command that runs the server as another user is known, and no other is', () => {
  for (const start of [
    'su nobody -s /bin/sh -c "node server.js"',
    'exec su - app -c ./server',
    'runuser -u app -- node server.js',
    'sudo -u www-data php -S 127.0.0.1:$PORT',
    'sudo -E --user=app ./server',
    'setpriv --reuid 1000 --clear-groups ./server',
    'exec setpriv --no-new-privs --reuid=app ./server',
    'cd api && gosu app ./server',
    '/usr/sbin/runuser -u app ./server',
    'chpst -u app ./server',
  ]) {
    assert.equal(changesUser(start), true, start);
  }
  for (const start of [
    'node server.js',
    'sudo ./server',
    './sum --user app',
    'npm run su',
    'issue su.js',
    'node --user=app server.js',
    '',
  ]) {
    assert.equal(changesUser(start), false, start);
  }
});
