import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { it } from 'node:test';
import { otherSpoken, spokenText } from '../../../src/measure/servers/spoken.ts';

const CLEAR = { protocol: 'http1', tls: null } as const;
const TLS = { acceptSelfSigned: true, ca: null, serverName: 'localhost' };

async function spokenAt(server: Server, load: Parameters<typeof otherSpoken>[0]) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const signal = new AbortController().signal;
  const endpoint = { kind: 'tcp', port } as const;
  try {
    return await otherSpoken(load, { endpoint, host: '127.0.0.1', timeoutMs: 3000, signal });
  } finally {
    server.close();
  }
}

it('A server of HTTP/2 without TLS is known to one who asked over HTTP/1.1', async () => {
  const spoken = await spokenAt(http2.createServer(), CLEAR);
  assert.deepEqual(spoken, { protocol: 'http2', isSecure: false });
});

it('A server without TLS is known to one who asked with it, and what it speaks anyway is nothing', async () => {
  const hello = () => http.createServer((_, response) => response.end('ok'));
  const secured = { protocol: 'http1', tls: TLS } as const;
  assert.deepEqual(await spokenAt(hello(), secured), { protocol: 'http1', isSecure: false });
  assert.equal(await spokenAt(hello(), CLEAR), null);
});

it('What would mend it is named as the user writes it', () => {
  const overTls = { protocol: 'http1', isSecure: true } as const;
  assert.equal(
    spokenText(overTls, CLEAR, 'flags'),
    'it speaks HTTP/1.1 over TLS there. Set `--tls accept-self-signed`',
  );
  const h2c = { protocol: 'http2', isSecure: false } as const;
  assert.match(spokenText(h2c, CLEAR, 'file'), /Set `protocol: http2`$/);
});
