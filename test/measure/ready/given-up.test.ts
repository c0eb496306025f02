import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hasGivenUp, watchesFiles } from '../../../src/measure/ready/given-up.ts';

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

it('A program that watches files is known by its name or its options', () => {
  for (const command of [
    'python3 /venv/bin/uvicorn app:app --reload --port 8000',
    'node /app/node_modules/.bin/nodemon server.js',
    'node --watch server.mjs',
    'node /app/node_modules/tsx/dist/cli.mjs watch server.ts',
    'python manage.py runserver 8000',
    '/home/me/go/bin/air -c .air.toml',
    'cargo watch -x run',
  ]) {
    assert.equal(watchesFiles(['bash -c x', command]), true, command);
  }
  for (const command of [
    'node server.mjs',
    'uvicorn app:app --no-reload',
    'python manage.py runserver --noreload',
    'java -jar airline.jar',
    'node /srv/watch/server.js',
  ]) {
    assert.equal(watchesFiles([command]), false, command);
  }
});
