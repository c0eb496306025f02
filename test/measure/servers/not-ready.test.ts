/** Why a server is not ready, in words. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Endpoint } from '../../../src/measure/servers/address.ts';
import { type Waited, whyNotReady } from '../../../src/measure/servers/not-ready.ts';
import type { RunningServer } from '../../../src/measure/servers/server.ts';

const READY = {
  path: '/',
  method: 'GET',
  headers: {},
  status: null,
  times: 1,
  log: null,
  command: null,
  timeoutMs: 60_000,
} as unknown as RunningServer['ready'];

function told(seen: Partial<Waited>, endpoint: Endpoint = { kind: 'tcp', port: 20_001 }): string {
  const server = {
    endpoint,
    ready: READY,
    listen: { kind: 'port' },
    pairs: 'live',
    form: 'flags',
  } as Pick<RunningServer, 'endpoint' | 'ready' | 'listen' | 'pairs' | 'form'>;
  const nothing: Waited = { owner: 'none', others: [], hasSaid: true, command: null, answer: null };
  return whyNotReady(server, { ...nothing, ...seen }, 2000).what;
}

const at = (kind: 'tcp' | 'udp', port: number) =>
  [{ at: { kind, port }, bound: ['127.0.0.1'], isApart: false }] as unknown as Waited['others'];

it('A server that has taken its port for UDP alone is not told to read PORT', () => {
  const same = told({ others: at('udp', 20_001) });
  assert.match(same, /listens there over UDP only.*`--protocol http3`/);
  assert.doesNotMatch(same, /PORT/);
  assert.match(told({ others: at('udp', 9000) }), /UDP port 9000 instead.*PORT/);
});

it('Of a server that closes the connection without an answer, the Host header is named', () => {
  const said = told({ owner: 'ours', answer: 'the end of the connection in place of an answer' });
  assert.match(
    said,
    /gave the end of the connection.*known hosts only.*`--headers`.*`--ready-command true`/,
  );
});
