import assert from 'node:assert/strict';
import { it } from 'node:test';
import { dropsVariables } from '../../../src/measure/ready/drops-variables.ts';

it('What starts the server without the variables of the gate is known by its name', () => {
  for (const [start, tool] of [
    ['sudo -u app node server.js', 'sudo'],
    ['cd api && exec sudo ./server', 'sudo'],
    ['/usr/bin/sudo -n -u app ./server', 'sudo'],
    ['doas -u app ./server', 'doas'],
    ['su - app -c ./server', 'su -'],
    ['su -l app -c ./server', 'su -'],
    ['runuser --login app -c ./server', 'runuser -'],
    ['env -i PATH="$PATH" node server.js', 'env -i'],
  ] as const) {
    assert.equal(dropsVariables(start), tool, start);
  }
});

it('A start command that hands its variables on, or the port by itself, is not accused', () => {
  for (const start of [
    'node server.js',
    'sudo -E -u app node server.js',
    'sudo --preserve-env=PORT ./server',
    'sudo -u app PORT=$PORT node server.js',
    'sudo -u app env PORT="$PORT" node server.js',
    'su app -s /bin/sh -c "node server.js"',
    'env NODE_ENV=production node server.js',
    'env -i PORT="$PORT" node server.js',
    'npm run sudoku -- -i',
    './su-server - -l',
  ]) {
    assert.equal(dropsVariables(start), null, start);
  }
});
