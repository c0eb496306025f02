/** How a server of HTTP/3 ends requests. */
import { ownFile } from '../../src/system/program/runtime.ts';
import type { Manner } from './manner.ts';

export const HTTP3: readonly Manner[] = [
  {
    kind: 'HTTP/3: fails at each request with H3_INTERNAL_ERROR',
    folder: 'http3',
    server: {
      env: {
        LIBRARY: import.meta.resolve('@currentspace/http3'),
        CERTIFICATES: ownFile('fixtures/tls'),
      },
    },
    scenario: { protocol: 'http3', streams: 4, tls: { 'accept-self-signed': true } },
    lacking: () =>
      Number.parseInt(process.versions.node, 10) < 24 ? 'HTTP/3 needs Node.js 24' : null,
    should: { exit: 3, says: /both builds.*H3_INTERNAL_ERROR.*its own log/, withinS: 45 },
  },
];
