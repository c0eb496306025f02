/** Servers whose terms of TLS the load does not meet: told at once, and not waited for until the time is up. */
import { ownFile } from '../../src/system/program/runtime.ts';
import { AT_ONCE_S, type Manner } from './manner.ts';

const ANY = { 'accept-self-signed': true };
const encrypted = (
  KIND: string,
  protocol: string,
  tls: unknown = ANY,
): Omit<Manner, 'kind' | 'should'> => ({
  folder: 'encrypted',
  server: { env: { KIND, CERTIFICATES: ownFile('fixtures/tls') } },
  scenario: { protocol, tls },
});
const told = (says: RegExp) => ({ exit: 3, says, withinS: AT_ONCE_S });
const OLD = told(/both builds.*speaks other versions of TLS.*1\.2 and 1\.3/);

export const ENCRYPTED: readonly Manner[] = [
  { kind: 'speaks TLS 1.0 alone', ...encrypted('old', 'http1'), should: OLD },
  { kind: 'HTTP/2: speaks TLS 1.0 alone', ...encrypted('old', 'http2'), should: OLD },
  {
    kind: 'HTTP/2: asks for a client certificate',
    ...encrypted('certificate', 'http2'),
    should: told(/both builds.*asks for a client certificate.*`tls: \{ cert: …, key: … \}`/),
  },
  {
    kind: 'a certificate that it has signed itself, and `tls: true`',
    ...encrypted('plain', 'http1', true),
    should: told(/both builds.*certificate was refused.*accept-self-signed/),
  },
  {
    kind: 'TLS, and the load has none',
    ...encrypted('plain', 'http1', false),
    should: told(/both builds.*speaks HTTP\/1\.1 over TLS there.*accept-self-signed/),
  },
  {
    kind: 'HTTP/2 asked of a server of TLS that speaks HTTP/1.1 alone',
    ...encrypted('plain', 'http2'),
    should: told(/both builds.*speaks HTTP\/1\.1 over TLS there.*protocol: http1/),
  },
  {
    kind: 'HTTP/1.1 asked of a server of TLS that speaks HTTP/2 alone',
    ...encrypted('http2', 'http1'),
    should: told(/both builds.*speaks HTTP\/2 over TLS there.*protocol: http2/),
  },
  {
    kind: 'WebSocket: TLS, and the load has none',
    ...encrypted('plain', 'websocket', false),
    should: told(/both builds.*over TLS there.*accept-self-signed/),
  },
];
