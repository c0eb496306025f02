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

async function startedTwice(t: Parameters<typeof makeSandbox>[0], env: Record<string, string>) {
  const sandbox = makeSandbox(t);
  const wishes = { start: START, env, port: await freePort() };
  const { server, host } = await sandbox.ready(wishes);
  // It closes the connection itself, so that its port is kept.
  await (await fetch(`http://${host}:${wishes.port}/`)).text();
  await server[Symbol.asyncDispose]();
  return await sandbox.ready(wishes);
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
