/** A held connection of HTTP/1.1 on which more comes than was asked for. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { it } from 'node:test';
import type { HoldShared } from '../../../src/load/hold/connection.ts';
import { Http1Held, Http1Requests } from '../../../src/load/hold/http1.ts';
import type { HoldTarget } from '../../../src/load/hold/results.ts';
import { httpRequest } from '../../support/measurement.ts';

const HELLO = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello';
const TIMED_OUT = 'HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';

/** An open connection, what the server sends on it, and what its owner hears. */
function held() {
  const readBuffer = Buffer.alloc(4096);
  const socket = Object.assign(new EventEmitter(), { write: () => true, destroy: () => {} });
  let read: (length: number) => void = () => {};
  const connector = {
    openEvent: 'connect',
    connect: ({ callback }: { callback: typeof read }) => {
      read = callback;
      return socket;
    },
  };
  const shared = { connector, readBuffer } as unknown as HoldShared;
  const scenario = { kind: 'hold', protocol: 'http1', tls: null, request: httpRequest() };
  const where = { host: '127.0.0.1', port: 8080, socketPath: null, root: '/', env: null };
  const target = { ...where, processes: null, scenario } as unknown as HoldTarget;
  const heard: string[] = [];
  const connection = new Http1Held(shared, new Http1Requests(target), {
    onOpen: () => void heard.push('open'),
    onRefusal: () => void heard.push('refusal'),
    onAnswer: () => void heard.push('answer'),
    onFailure: (_, kind) => void heard.push(`failure: ${kind}`),
    onLoss: (_, reason) => void heard.push(`loss: ${reason}`),
  });
  connection.open();
  socket.emit('connect');
  const sends = (text: string) => read(readBuffer.write(text, 'latin1'));
  return { connection, sends, heard };
}

it('A held connection that the server ends by a 408 while it rests is lost, and no request fails', () => {
  const { connection, sends, heard } = held();
  connection.ask(0);
  sends(HELLO);
  sends(TIMED_OUT);
  const rested = 'loss: it rested too long for the server (status 408)';
  assert.deepEqual(heard, ['open', 'answer', rested]);
  assert.equal(connection.state, 'closed');
});

it('A 408 right behind a complete answer leaves that answer good, and ends the held connection', () => {
  const { connection, sends, heard } = held();
  connection.ask(0);
  sends(`${HELLO}${TIMED_OUT}`);
  const loss = 'loss: the server closed the connection after an answer';
  assert.deepEqual(heard, ['open', 'answer', loss]);
  assert.equal(connection.state, 'closed');
});

it('Anything else behind an answer still breaks the protocol of a held connection', () => {
  const behind = held();
  behind.connection.ask(0);
  behind.sends(`${HELLO}x`);
  assert.equal(behind.heard[1], 'failure: protocol');
  const resting = held();
  resting.sends('HTTP/1.1 200 OK\r\n\r\n');
  assert.deepEqual(resting.heard, ['open', 'loss: 19 bytes came that nobody asked for']);
});
