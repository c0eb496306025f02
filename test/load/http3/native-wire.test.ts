import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type NativeBinding, nativeWire } from '../../../src/load/http3/native-wire.ts';
import { EVENT, type WireEvent } from '../../../src/load/http3/wire.ts';

const OPTIONS = { address: '127.0.0.1:4433', serverName: 'localhost', ca: null };
const GONE: WireEvent = { eventType: EVENT.gone, streamId: -1 };

/** The addon with a thread that ends when the test says so. */
function binding() {
  const state = { joined: 0, tell: (_events: WireEvent[]) => {} };
  class NativeWorkerClient {
    constructor(_options: unknown, callback: (error: null, events: WireEvent[]) => void) {
      state.tell = (events) => callback(null, events);
    }
    connect() {}
    sendRequest = () => 0;
    streamSend = () => ({ status: 0, written: 0 });
    streamClose = () => true;
    close = () => true;
    ackEventBatch() {}
    requestShutdown = () => true;
    joinWorker() {
      state.joined++;
    }
  }
  return { state, binding: { NativeWorkerClient } as NativeBinding };
}

it('The native wire waits for no thread that has not said that it ended', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { state, binding: addon } = binding();
  const wire = nativeWire(addon)(OPTIONS, () => {});
  wire.close();
  t.mock.timers.tick(60 * 60 * 1000);
  await nextTurn();
  assert.equal(state.joined, 0);
  state.tell([GONE]);
  await nextTurn();
  assert.equal(state.joined, 1);
  wire.close();
  state.tell([GONE]);
  await nextTurn();
  assert.equal(state.joined, 1);
});

it('The native wire lets go of a thread that ended before the connection was closed', async () => {
  const { state, binding: addon } = binding();
  const wire = nativeWire(addon)(OPTIONS, () => {});
  state.tell([GONE]);
  await nextTurn();
  assert.equal(state.joined, 0);
  wire.close();
  await nextTurn();
  assert.equal(state.joined, 1);
});
