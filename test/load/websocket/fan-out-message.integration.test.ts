/** A fan-out of messages of the user's own: chats that speak JSON, and greet. */
import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocketScenario } from '../../../src/config/experiment/scenario.ts';
import { it } from '../../support/unless-late.ts';
import { type Behaviour, errors, frame, harness } from './peer.ts';

const TEXT = '{"op":"say","text":"hello {n}"}';

const say = (some: Partial<WebSocketScenario> = {}): Partial<WebSocketScenario> => ({
  mode: 'fan-out',
  connections: 5,
  message: { bytes: TEXT.length, binary: false, text: TEXT },
  ...some,
});

/** A chat that takes JSON only, and tells everybody what was said, the sender too. `copies`: for each of them. */
function chat({ greets = false, copies = 1 } = {}): Behaviour & { said: string[] } {
  const room = new Set<Duplex>();
  const said: string[] = [];
  return {
    said,
    onOpen(stream) {
      room.add(stream);
      stream.on('close', () => room.delete(stream));
      if (greets) for (const one of room) one.write(frame('{"op":"joined"}'));
    },
    onMessage(_from, { data }) {
      const { text } = JSON.parse(data.toString()) as { text: string };
      said.push(text);
      for (const one of room) {
        for (let copy = 0; copy < copies; copy++) one.write(frame(JSON.stringify({ by: 1, text })));
      }
    },
  };
}

it('A fan-out sends the message of the scenario, and takes one message of each receiver for it', async () => {
  const peer = chat();
  await using load = await harness(peer, say());
  assert.equal((await load.slice(50)).good, 50);
  assert.equal(peer.said.length, 10);
  assert.equal(new Set(peer.said).size, 10);
  assert.match(peer.said[0] ?? '', /^hello \d+$/);
});

it('A fan-out of own messages does not look at what comes before the first of them', async () => {
  await using load = await harness(chat({ greets: true }), say());
  await sleep(20);
  const slice = await load.slice(25);
  assert.deepEqual([slice.good, slice.errors], [25, errors({})]);
});

it('A fan-out of own messages counts those that come twice as errors', async () => {
  await using load = await harness(chat({ copies: 2 }), say());
  const { good, errors: found } = await load.slice(25);
  assert.ok(found.protocol > 0, `${good} good`);
  assert.match(load.heard[0] ?? '', /came twice/);
});

it('A fan-out of own messages that reaches nobody ends by the timeout', async () => {
  await using load = await harness({ onMessage: () => {} }, say({ timeoutMs: 100 }));
  const slice = await load.slice(10);
  assert.deepEqual([slice.good, slice.gaveUp], [0, 'timeout']);
});
