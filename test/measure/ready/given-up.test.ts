import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hasGivenUp, supervises } from '../../../src/measure/ready/given-up.ts';

it('A watcher or a supervisor that has given the server up is known by what it printed last', () => {
  for (const line of [
    '\u001b[31m[nodemon] app crashed - waiting for file changes before starting...\u001b[39m',
    "Failed running 'server.mjs'. Waiting for file changes before restarting...",
    "Failed running 'server.mjs'",
    'Watcher Process failed. Restarting on file change...',
    '2026-11-30T08:00:00: PM2      | Script /app.js had too many unstable restarts (16). Stopped. "errored"',
    '2026-11-29 10:00:00,000 INFO gave up: a entered FATAL state, too many start retries too quickly',
  ]) {
    assert.equal(hasGivenUp(`TypeError: x\n${line}\n`), true, line);
    // It has begun again since.
    assert.equal(hasGivenUp(`${line}\n[nodemon] starting \`node server.mjs\`\n`), false, line);
  }
  for (const line of ['', 'Found 0 errors. Watching for file changes.', 'waiting for changes...']) {
    assert.equal(hasGivenUp(line), false, line);
  }
});

it('A supervisor of several programs is known by its name', () => {
  for (const command of [
    '/usr/bin/python3 /usr/bin/supervisord -n -c sup.conf',
    'node /app/node_modules/.bin/pm2-runtime start ecosystem.config.js',
    'PM2 v6.0.8: God Daemon (/tmp/pm2-head)',
  ]) {
    assert.equal(supervises(command), true, command);
  }
  for (const command of ['bash -c supervisord.sh', 'node --watch server.mjs', 'nodemon app.js']) {
    assert.equal(supervises(command), false, command);
  }
});
