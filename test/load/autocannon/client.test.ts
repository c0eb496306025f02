/** What is mended of autocannon's clients. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type autocannon from 'autocannon';
import { prepareClient } from '../../../src/load/autocannon/client.ts';

/** Opens its connection anew as soon as one fails, as autocannon's does. */
class Client extends EventEmitter {
  readonly pipelinedRequests = {};
  destroyed = false;
  opened = 0;
  setRequests(): void {}
  _connect(): void {
    this.opened++;
  }
  fail(code: string): void {
    this.emit('connError', Object.assign(new Error(code), { code, syscall: 'connect' }));
    this._connect();
  }
}

function prepared(): Client {
  const client = new Client();
  prepareClient(client as unknown as autocannon.Client, [], 0);
  return client;
}

it('A client of autocannon waits a moment where no port is left, so that other work is done in between', async () => {
  const client = prepared();
  client.fail('EADDRNOTAVAIL');
  assert.equal(client.opened, 0);
  while (client.opened === 0) await sleep(5);
  client.fail('ECONNRESET');
  assert.equal(client.opened, 2, 'what else fails is tried at once');
});

it('A client of autocannon that has been ended opens nothing more', async () => {
  const client = prepared();
  client.fail('EADDRNOTAVAIL');
  client.destroyed = true;
  await sleep(40);
  assert.equal(client.opened, 0);
});
