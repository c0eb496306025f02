import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net, { type AddressInfo, type Server } from 'node:net';
import { it } from 'node:test';
import tls from 'node:tls';
import { otherSpoken, type Spoken, spokenText } from '../../../src/measure/ready/spoken.ts';
import { ours, unmarked } from '../../../src/system/messages/printed.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';

const CLEAR = { protocol: 'http1', tls: null } as const;
const TLS = { acceptSelfSigned: true, ca: null, serverName: 'localhost' };

async function spokenAt(server: Server, load: Parameters<typeof otherSpoken>[0], timeoutMs = 3000) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const signal = new AbortController().signal;
  const endpoint = { kind: 'tcp', port } as const;
  try {
    return await otherSpoken(load, { endpoint, host: '127.0.0.1', timeoutMs, signal });
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

it('A server that speaks no HTTP is known by what it sends, whether it greets or answers', async () => {
  const greets = net.createServer((socket) => void socket.end('220 mail.example ready\r\n'));
  const greeting = { protocol: 'other', isSecure: false, begins: '220 mail.example ready\r\n' };
  assert.deepEqual(await spokenAt(greets, CLEAR), greeting);
  const answers = net.createServer(
    (socket) => void socket.once('data', () => socket.end('-ERR\n')),
  );
  const secured = { protocol: 'http1', tls: TLS } as const;
  const seen = await spokenAt(answers, secured);
  assert.deepEqual(seen, { protocol: 'other', isSecure: false, begins: '-ERR\n' });
  const text = spokenText(seen as Spoken, secured, 'flags');
  assert.match(ours(text), /^it speaks no HTTP and no TLS there \(it sends …\)\. /);
  assert.match(unmarked(text), /\(it sends "-ERR\\n"\)\. /);
});

it('A server that wants the line of a proxy first is known by its answer behind one', async () => {
  const behindProxy = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) =>
      bytes.toString().startsWith('PROXY ')
        ? socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
        : socket.destroy(),
    );
  });
  const seen = await spokenAt(behindProxy, CLEAR);
  assert.deepEqual(seen, { protocol: 'proxied', isSecure: false });
  assert.match(spokenText(seen as Spoken, CLEAR, 'file'), /PROXY protocol.*`accept-proxy`/);
});

it('A server that is only busy is not taken for one that wants the line of a proxy, whatever it says to that', async () => {
  const busy = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      if (!bytes.toString().startsWith('PROXY ')) return;
      socket.end('HTTP/1.1 505 HTTP Version Not Supported\r\ncontent-length: 0\r\n\r\n');
    });
  });
  assert.equal(await spokenAt(busy, CLEAR, 500), null);
});

it('A server of another protocol over TLS is known by what it sends inside of it', async () => {
  const files = (name: string) => readFileSync(ownFile(`fixtures/tls/${name}`));
  const server = tls.createServer(
    { key: files('localhost.key'), cert: files('localhost.crt') },
    (socket) => void socket.on('error', () => {}).end('* OK IMAP4 ready\r\n'),
  );
  const seen = await spokenAt(server, { protocol: 'http1', tls: TLS });
  assert.deepEqual(seen, { protocol: 'other', isSecure: true, begins: '* OK IMAP4 ready\r\n' });
});

it('A server of both versions over TLS that has not answered yet is not told to speak HTTP/2 only', async () => {
  const files = (name: string) => readFileSync(ownFile(`fixtures/tls/${name}`));
  const certificate = { key: files('localhost.key'), cert: files('localhost.crt') };
  const both = () => http2.createSecureServer({ ...certificate, allowHTTP1: true }, () => {});
  const secured = { protocol: 'http1', tls: TLS } as const;
  assert.equal(await spokenAt(both(), secured, 500), null);
  const busy = both();
  assert.deepEqual(await spokenAt(busy, CLEAR), { protocol: 'http1', isSecure: true });
  // One that speaks the newer version alone is known as before, by one who wants the older.
  const only = () => http2.createSecureServer(certificate, () => {});
  const found = { protocol: 'http2', isSecure: true };
  assert.deepEqual(await spokenAt(only(), secured), found);
  assert.deepEqual(await spokenAt(only(), CLEAR), found);
  assert.equal(await spokenAt(only(), { protocol: 'http2', tls: TLS }), null);
  const older = https.createServer(certificate, (_, response) => response.end());
  const http1 = { protocol: 'http1', isSecure: true };
  assert.deepEqual(await spokenAt(older, { protocol: 'http2', tls: TLS }), http1);
});

it('A server without TLS that takes both versions, and has not answered yet, is not told to speak HTTP/2 only', async () => {
  const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  const both = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      if (bytes.toString('latin1').startsWith('PRI ')) socket.write(settings);
      else if (bytes[0] === 22) socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
  });
  assert.equal(await spokenAt(both, CLEAR, 300), null);
});

it('A server that takes connections and says nothing may still become one of HTTP', async () => {
  const silent = net.createServer((socket) => void socket.on('error', () => {}).resume());
  const closing = net.createServer((socket) => void socket.destroy());
  assert.equal(await spokenAt(silent, CLEAR, 300), null);
  assert.equal(await spokenAt(closing, CLEAR), null);
});

it('What would mend it is named as the user writes it', () => {
  const overTls = { protocol: 'http1', isSecure: true } as const;
  assert.equal(
    spokenText(overTls, CLEAR, 'flags'),
    'it speaks HTTP/1.1 over TLS there. Set `--tls accept-self-signed`',
  );
  const h2c = { protocol: 'http2', isSecure: false } as const;
  assert.match(spokenText(h2c, CLEAR, 'file'), /Set `protocol: http2`$/);
  const ofCalls = { protocol: 'http2', tls: null } as const;
  assert.match(
    spokenText({ protocol: 'http1', isSecure: false }, ofCalls, 'flags'),
    /Set `--protocol http1`\. If .*as gRPC must be, switch that on in the server, without TLS \(h2c/,
  );
  // What serves no TLS as it is started may serve it when it is started otherwise.
  const plain = { protocol: 'http1', isSecure: false } as const;
  assert.match(
    spokenText(plain, { protocol: 'http2', tls: TLS }, 'file'),
    /Set `tls: false` and `protocol: http1`\. If it is to be loaded with TLS, give the scenario a server of its own that is started so \(`servers`\)\. If .*HTTP\/2, as gRPC must be, .*\(ALPN h2\)$/,
  );
});
