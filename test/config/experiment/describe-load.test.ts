import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadText, workOf, workText } from '../../../src/config/experiment/describe-load.ts';
import { load } from '../repository.ts';

test('Every kind of load is described in words', async () => {
  const { scenarios } = await load(`
servers: { api: { start: x } }
scenarios:
  a: {}
  b: { engine: autocannon, connections: 1, tls: true }
  c: { protocol: http2, requests: [{}, { path: /b }], cores: 1 }
  d: { protocol: http3, method: POST, path: /x, cores: 4 }
  e: { protocol: websocket, path: /ws, message-size: 1 }
  f: { protocol: websocket, mode: fan-out, tls: true, connections: 10000, binary: true }
  g: { engine: command, command: 'wrk {url}', output: wrk, cores: 2 }
  h: { mode: hold, connections: 100000 }
  i: { mode: hold, connections: 1, tls: true, open-rate: 1, hold: 1500ms, rate: 1, cores: 2 }
  j: { protocol: websocket, mode: hold, path: /ws, tls: true }
`);
  assert.deepEqual(
    scenarios.map((scenario) => [workOf(scenario), workText(scenario), loadText(scenario)]),
    [
      ['request', 'GET /', 'GET /, 32 connections'],
      ['request', 'GET /', 'autocannon: HTTP/1.1 with TLS, GET /, 1 connection'],
      [
        'request',
        '2 kinds of requests',
        'HTTP/2 in cleartext, 2 kinds of requests, 4 connections of 10 streams, server on 1 core',
      ],
      ['request', 'POST /x', 'HTTP/3, POST /x, 4 connections of 10 streams, server on 4 cores'],
      ['message', 'echo on /ws', 'WebSocket, echo on /ws, messages of 1 byte, 32 connections'],
      [
        'message',
        'fan-out on /',
        'WebSocket with TLS, fan-out on /, messages of 64 bytes (binary), one sender, 10,000 receivers',
      ],
      ['request', '`wrk {url}`', '`wrk {url}`, its output read as wrk, server on 2 cores'],
      [
        'request',
        'GET /',
        'GET /, 100,000 connections opened at 4,000/s, held for 10 s at 2,000 requests/s',
      ],
      [
        'request',
        'GET /',
        'HTTP/1.1 with TLS, GET /, 1 connection opened at 1/s, held for 1.5 s at 1 request/s, server on 2 cores',
      ],
      [
        'message',
        'echo on /ws',
        'WebSocket with TLS, echo on /ws, messages of 64 bytes, 10,000 connections opened at 4,000/s, held for 10 s at 2,000 messages/s',
      ],
    ],
  );
});
