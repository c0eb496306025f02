/** The script for Socket.IO of docs/load-tools.md, against a server that answers as Socket.IO does. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { blocks, documented } from './documented.ts';
import { commandHarness } from './harness.ts';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
let [joined, events, wrongEvery] = [0, 0, Infinity];
/** The Engine.IO packet "open", Socket.IO's "connect", and an acknowledgement of each event. */
server.on('connection', (socket) => {
  socket.send('0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000}');
  socket.on('message', (data) => {
    const text = String(data);
    if (text === '40') {
      joined++;
      socket.send('40{"sid":"y"}');
      return;
    }
    const event = /^42(\d+)(\["echo",".*"\])$/.exec(text);
    if (event === null) return;
    const [, id, body] = event;
    const [, said] = JSON.parse(body as string) as [string, string];
    events++;
    const answer = events % wrongEvery === 0 ? 'something else' : said;
    socket.send(`43${id}${JSON.stringify([{ text: answer }])}`);
  });
});
before(async () => {
  if (server.address() === null) await once(server, 'listening');
});
after(() => {
  server.close();
  for (const socket of server.clients) socket.terminate();
});

describe('the documented script for Socket.IO', () => {
  const [, scenario] =
    documented.find(([, { protocol }]) => protocol === 'websocket') ?? assert.fail();
  const script = blocks('js').find((text) => text.includes("from 'ws'")) ?? assert.fail();

  const loadOnce = async () => {
    const { command, output, protocol, path: where } = scenario;
    using harness = commandHarness(
      { command, output, protocol, path: where ?? assert.fail() },
      { port: (server.address() as AddressInfo).port, env: process.env },
    );
    mkdirSync(path.join(harness.root, 'bench'));
    symlinkSync(modules, path.join(harness.root, 'node_modules'));
    const shorter = script.replace('startMs + 2000', 'startMs + 300');
    assert.notEqual(shorter, script);
    writeFileSync(path.join(harness.root, 'bench/socket-io.mjs'), shorter);
    [joined, events] = [0, 0];
    return await harness.session.slice(1);
  };

  it('The documented script for Socket.IO joins on every connection and counts what is acknowledged', async () => {
    const { good, errors } = await loadOnce();
    assert.equal(joined, 32);
    assert.ok(good > 0 && good <= events, `${good} of ${events}`);
    assert.equal(
      Object.values(errors).reduce((sum, count) => sum + count, 0),
      0,
    );
  });

  it('The documented script for Socket.IO counts a wrong acknowledgement as an error', async () => {
    wrongEvery = 10;
    const { good, errors } = await loadOnce();
    const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
    assert.ok(good > 0 && failed > 0 && failed < good, `${good} good, ${failed} failed`);
  });
});
