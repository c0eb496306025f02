/** A port that connections keep which the server has closed itself: whether it may listen there again, it finds out itself. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { freePort } from '../../../src/measure/listening/ports.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';
import { it } from '../../support/unless-late.ts';
import { makeSandbox } from './sandbox.ts';

function lacking(): string | false {
  if (process.platform !== 'linux') return 'needs /proc';
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'needs python3';
  }
}

const START = `exec python3 '${ownFile('fixtures/manners/kept-port/server.py')}'`;

async function startedTwice(
  t: Parameters<typeof makeSandbox>[0],
  env: Record<string, string>,
  again: { start?: string } = {},
) {
  const sandbox = makeSandbox(t);
  const wishes = { start: START, env, port: await freePort() };
  const { server, host } = await sandbox.ready(wishes);
  // It closes the connection itself, so that its port is kept.
  for (const port of [wishes.port, env.ADMIN_PORT ?? wishes.port]) {
    await (await fetch(`http://${host}:${port}/`)).text();
  }
  await server[Symbol.asyncDispose]();
  return await sandbox.ready({ ...wishes, ...again });
}

it('A server is started again on a port that its closed connections keep, if it shares ports', {
  skip: lacking(),
}, async (t) => {
  const { server } = await startedTwice(t, { SHARES: '1' });
  assert.equal(server.ended(), null);
});

it('A server that may not listen on a port that its closed connections keep is told so, and is not to blame', {
  skip: lacking(),
}, async (t) => {
  await assert.rejects(startedTwice(t, {}), {
    kind: 'port-in-use',
    message:
      /^head: port \d+ is still kept by connections that have closed: the server ended before/,
  });
});

it('A server that ends for another reason is to blame, whatever keeps its port', {
  skip: lacking(),
}, async (t) => {
  const start = `echo "TypeError: shop.prices is not a function" >&2; exit 1`;
  await assert.rejects(startedTwice(t, {}, { start }), {
    kind: 'exited',
    message: /^head: the server ended before it was ready \(exit code 1\)/,
  });
});

it('A server that says nothing of use is not to blame where its port is kept', {
  skip: lacking(),
}, async (t) => {
  const start = `echo "starting version 1.2"; exit 1`;
  await assert.rejects(startedTwice(t, {}, { start }), { kind: 'port-in-use' });
});

it('Another port of the server that its closed connections keep is told too', {
  skip: lacking(),
}, async (t) => {
  const env = { SHARES: '1', ADMIN_PORT: String(await freePort()) };
  await assert.rejects(startedTwice(t, env), {
    kind: 'port-in-use',
    message: new RegExp(`port ${env.ADMIN_PORT} is still kept by connections that have closed`),
  });
});
