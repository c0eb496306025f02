/** Which start commands hand the server to a service. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { serviceToolOf } from '../../../src/measure/servers/service.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';

it('A start command whose last part hands the server to a service is known, with the tool', () => {
  for (const [start, tool] of [
    ['systemctl start shop', 'systemctl'],
    ['sudo systemctl --user restart shop.service', 'systemctl'],
    ['cp shop.conf /etc && sudo service nginx start', 'service'],
    ['/etc/init.d/apache2 start', 'service'],
    ['supervisorctl -c sup.conf start shop', 'supervisorctl'],
    ['systemd-run --user --unit shop node server.js', 'systemd-run'],
    ['tmux new-session -d "node server.js"', 'tmux'],
  ] as const) {
    assert.equal(serviceToolOf(start), tool, start);
  }
});

it('A start command that runs a server of its own is none of a service', () => {
  for (const start of [
    'systemctl start postgresql && node server.js',
    'systemd-run --user --scope node server.js',
    'supervisord -n -c sup.conf',
    'pm2 start app.js',
    'npm start',
    'node service.js start',
    './service start',
    '',
  ]) {
    assert.equal(serviceToolOf(start), null, start);
  }
});

it('A service is told with where the command of the server stands', () => {
  assert.match(
    cureText({ code: 'service', tool: 'systemctl', form: 'flags' }),
    /^The command `systemctl` hands the server to a service of systemd.*`--start`: .*`ExecStart` of its unit/,
  );
});
