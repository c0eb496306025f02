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
    ['sudo -n systemctl start shop', 'systemctl'],
    ['sudo -u app -E systemctl --user start shop', 'systemctl'],
    ['/usr/bin/sudo --user=app -- systemctl start shop', 'systemctl'],
    ['sudo -n PORT=$PORT systemctl start shop', 'systemctl'],
    ['doas -u app supervisorctl start shop', 'supervisorctl'],
    ['env -u HOME timeout -k 5 60 systemctl start shop', 'systemctl'],
    ['NAME="a b" nice -n 5 sudo service shop start', 'service'],
    ['runuser -u app -- tmux new -d ./server', 'tmux'],
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
    'sudo -u systemctl start',
    'sudo -n ./server systemctl start',
    'gosu tmux new',
    'sudo',
    'sudo -u',
    'timeout 60',
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
