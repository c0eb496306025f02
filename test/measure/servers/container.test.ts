/** Which start commands hand the server to a container. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startsContainer } from '../../../src/measure/servers/container.ts';

it('A start command whose last part runs a container is known', () => {
  for (const start of [
    'docker run -p $PORT:80 shop',
    'docker compose up',
    'docker-compose -f ci.yml up --build',
    'exec podman run --network host shop',
    'docker compose up -d',
    'cd ops && sudo /usr/bin/docker compose up',
    'TAG=1 docker run shop',
    'docker start shop;',
    'docker run shop > server.log 2>&1',
    'docker run shop 2>&1 | tee server.log',
    'docker run -d --name shop shop && docker logs -f shop',
    'sudo -n docker run shop',
    'sudo -g docker docker compose up',
  ]) {
    assert.equal(startsContainer(start), true, start);
  }
});

it('A start command that runs a server of its own is none of a container, whatever stands before it', () => {
  for (const start of [
    'docker compose up -d db && ./server',
    'docker start redis; exec node server.js',
    './docker-entrypoint.sh run',
    'node docker.js up',
    'npm run docker',
    'docker-proxy up',
    'sudo -u docker run',
    '',
  ]) {
    assert.equal(startsContainer(start), false, start);
  }
});
