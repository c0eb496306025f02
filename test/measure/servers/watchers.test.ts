import assert from 'node:assert/strict';
import { it } from 'node:test';
import { watchesFiles } from '../../../src/measure/servers/watchers.ts';

it('A program that watches files is known by its name or its options', () => {
  for (const command of [
    'python3 /venv/bin/uvicorn app:app --reload --port 8000',
    'node /app/node_modules/.bin/nodemon server.js',
    'node --watch server.mjs',
    'node /app/node_modules/tsx/dist/cli.mjs watch server.ts',
    'python manage.py runserver 8000',
    '/home/me/go/bin/air -c .air.toml',
    'cargo watch -x run',
    'python3 -m watchfiles app.main',
    'node -r dotenv/config /app/node_modules/.bin/nodemon server.js',
    'sh -c nodemon server.js',
    'node /app/node_modules/.bin/next dev -p 3000',
    'node /app/node_modules/nuxi/bin/nuxi.mjs dev',
    '/app/node_modules/.bin/ng serve --port 4200',
    'morbo -l http://127.0.0.1:4000 app.pl',
    '/usr/bin/perl /usr/bin/plackup -r -p 4000 app.psgi',
    '/usr/bin/perl /usr/bin/plackup -p 4000 -R lib,templates app.psgi',
    '/app/.venv/bin/python /app/.venv/bin/sanic server:app --port 8000 --dev',
    '/app/.venv/bin/python .venv/bin/sanic -r server:app',
    '/app/.venv/bin/python /app/.venv/bin/fastapi dev main.py',
  ]) {
    assert.equal(watchesFiles(['bash -c x', command]), true, command);
  }
  for (const command of [
    'node server.mjs',
    'uvicorn app:app --no-reload',
    'plackup -s Starman -p 4000 app.psgi',
    'envoy --hot-restart-version 11',
    'prometheus --watch-dir /srv',
    'python manage.py runserver --noreload',
    'java -jar airline.jar',
    'node /srv/watch/server.js',
    './api --mode guard',
    'node server.js /srv/air',
    'node /app/node_modules/.bin/next start -p 3000',
    'node server.js next dev-tools',
    '/app/.venv/bin/python /app/.venv/bin/sanic server:app --workers 2',
    '/app/.venv/bin/python /app/.venv/bin/fastapi run main.py',
  ]) {
    assert.equal(watchesFiles([command]), false, command);
  }
});
