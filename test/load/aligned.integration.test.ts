/** Whatever becomes of one arm, both get the same requests in the same slices. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { startGenerator } from '../../src/load/pool.ts';
import { httpRequest } from '../support/measurement.ts';
import { it } from '../support/unless-late.ts';
import { target } from './servers.ts';

/** Answers, or hangs for as long as `isHung`, and keeps the paths. */
async function recorder() {
  const paths: string[] = [];
  const state = { isHung: false, paths };
  const server = http.createServer((request, response) => {
    paths.push(request.url as string);
    if (!state.isHung) response.end('hello');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { state, port, [Symbol.asyncDispose]: stop };
}

it('Slices that were not tried go past all the same', async () => {
  await using base = await recorder();
  await using head = await recorder();
  await using generator = await startGenerator({ cores: null });
  const requests = ['/a', '/b', '/c'].map((path) => httpRequest({ path }));
  const wishes = { requests, connections: 1, timeoutMs: 200 };
  await generator.open('base', target(base.port, wishes));
  await generator.open('head', target(head.port, wishes));
  head.state.isHung = true;
  const { slices } = await generator.slices(['base', 'head', 'head', 'base'], 31);
  assert.deepEqual(
    slices.map(({ good }) => good),
    [31, 0, 0, 31],
  );
  head.state.isHung = false;
  await generator.slices(['base', 'head'], 40);
  assert.deepEqual(head.state.paths.slice(-40), base.state.paths.slice(-40));
  assert.equal(new Set(base.state.paths).size, 3);
});
