/** Servers that take a connection and never finish what makes it usable, or take none. No one of them may hang. */
import { ownFile } from '../../src/system/program/runtime.ts';
import type { Manner } from './manner.ts';
import { without } from './without.ts';

/** Ready by a line of its output; then the load has its timeout a few times. */
const STALLED_S = 45;
const tls = { 'accept-self-signed': true };
const unfinished = (
  kind: string,
  scenario: Record<string, unknown>,
  after = '0',
): Omit<Manner, 'kind' | 'should'> => ({
  folder: 'unfinished',
  server: {
    env: { KIND: kind, AFTER: after, CERTIFICATES: ownFile('fixtures/tls') },
    ready: { log: 'listening' },
  },
  scenario: { timeout: '2s', ...scenario },
});
const TOLD = { exit: 3, withinS: STALLED_S };

export const UNFINISHED: readonly Manner[] = [
  { kind: 'never finishes a TLS handshake', ...unfinished('tls', { tls }), should: TOLD },
  {
    kind: 'finishes no TLS handshake after its first 20',
    ...unfinished('tls', { tls }, '20'),
    should: TOLD,
  },
  {
    kind: 'HTTP/2 over TLS: never finishes a handshake',
    ...unfinished('tls', { tls, protocol: 'http2' }),
    should: TOLD,
  },
  {
    kind: 'HTTP/2: never sends its settings',
    ...unfinished('http2', { protocol: 'http2' }),
    should: TOLD,
  },
  {
    kind: 'HTTP/2: sends no settings after its first 2 connections',
    ...unfinished('http2', { protocol: 'http2' }, '2'),
    should: TOLD,
  },
  {
    kind: 'HTTP/3: silent',
    ...unfinished('quic', { protocol: 'http3', tls }),
    should: TOLD,
  },
  {
    kind: 'WebSocket: never finishes a handshake',
    ...unfinished('websocket', { protocol: 'websocket', 'message-size': 64 }),
    should: TOLD,
  },
  {
    kind: 'WebSocket held: never finishes a handshake',
    ...unfinished('websocket', { protocol: 'websocket', mode: 'hold', connections: 50 }),
    should: TOLD,
  },
  {
    kind: 'accepts no connection after its first one',
    folder: 'full-backlog',
    start: 'exec python3 server.py',
    server: { env: { AFTER: '1' } },
    scenario: { timeout: '2s' },
    lacking: without('python3'),
    should: TOLD,
  },
  {
    kind: 'accepts no connection at all, though it listens',
    folder: 'full-backlog',
    start: 'exec python3 server.py',
    server: { env: { AFTER: '0' }, ready: { timeout: '5s' } },
    scenario: { timeout: '2s' },
    lacking: without('python3'),
    should: { exit: 3, says: /gave\s+no\s+answer/, withinS: 30 },
  },
];
