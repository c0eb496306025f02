/** Servers whose terms of TLS the load does not meet: told at once, and not waited for until the time is up. */
import { ownFile } from '../../src/system/program/runtime.ts';
import { AT_ONCE_S, type Manner } from './manner.ts';

const encrypted = (KIND: string, protocol: string): Omit<Manner, 'kind' | 'should'> => ({
  folder: 'encrypted',
  server: { env: { KIND, CERTIFICATES: ownFile('fixtures/tls') } },
  scenario: { protocol, tls: { 'accept-self-signed': true } },
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
];
