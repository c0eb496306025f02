/** Certificates of HTTP/3 sessions: src/load/http3/. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tls } from '../../../src/config/experiment/scenario.ts';
import type { Http3Library } from '../../../src/load/http3/library.ts';
import { Http3Session } from '../../../src/load/http3/session.ts';
import { ALONE, target } from '../servers.ts';
import { ANY, CERTIFICATE, hello, libraries, noHttp3, serve, target3 } from './servers.ts';

const TRUSTED: Tls = { acceptSelfSigned: false, ca: CERTIFICATE, serverName: 'localhost' };

/** An authority of nobody here; its key was never kept. */
const OTHER = `-----BEGIN CERTIFICATE-----
MIIBdzCCAR2gAwIBAgIUXBNx1YUzEya5fctpU4BxG/vdvy4wCgYIKoZIzj0EAwIw
EDEOMAwGA1UEAwwFb3RoZXIwIBcNMjYxMTIzMjEzNDAxWhgPMjEyNjEwMzAyMTM0
MDFaMBAxDjAMBgNVBAMMBW90aGVyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
4H5B+BFPv5WWbwOLSaImJ+smh/p1uqhQBOeXqtgoBEIy38kBD58sd6KAdU5PGAKS
qCAOXFKcsMg8ic0iRxgAAKNTMFEwHQYDVR0OBBYEFKEeeSutMO8f/kMcWUDXARcH
UuBaMB8GA1UdIwQYMBaAFKEeeSutMO8f/kMcWUDXARcHUuBaMA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgYzUmFhoqsRcli4p29J20RMOu/VzKbsna
P0lqjc8F0ngCIQCYT5wBiuOJ3Fzb3D7wX59RzchVP9GMPx1qKdIjzxc1OA==
-----END CERTIFICATE-----
`;

if (noHttp3 !== false) describe('HTTP/3 certificates', { skip: noHttp3 }, () => {});

for (const library of libraries) {
  describe(`HTTP/3 certificates (${library.runtime})`, () => {
    it(`An HTTP/3 session with certificates (${library.runtime}) trusts the authority that it is given, and any certificate when told to`, async () => {
      await using server = await serve(hello);
      for (const tls of [TRUSTED, ANY, { ...ANY, serverName: 'example.org' }]) {
        using session = await open(library, server.port, tls);
        assert.equal((await session.slice(10)).good, 10);
      }
    });

    it(`An HTTP/3 session with certificates (${library.runtime}) refuses a certificate for another name, and says how to mend it`, async () => {
      await using server = await serve(hello);
      await assert.rejects(
        open(library, server.port, { ...TRUSTED, serverName: 'example.org' }),
        /^Error: no connection could be opened: the server's certificate was refused .*server-name/,
      );
    });

    it(`An HTTP/3 session with certificates (${library.runtime}) refuses what another authority has signed`, async () => {
      await using server = await serve(hello);
      await assert.rejects(
        open(library, server.port, { ...TRUSTED, ca: OTHER }),
        /the server's certificate was refused .*accept-self-signed/,
      );
    });

    it(`An HTTP/3 session with certificates (${library.runtime}) names an authority that is none`, async () => {
      await using server = await serve(hello);
      await assert.rejects(
        open(library, server.port, { ...TRUSTED, ca: 'no certificate' }),
        /no connection could be opened: .*(PEM|TlsFail)/,
      );
    });

    it(`An HTTP/3 session with certificates (${library.runtime}) asks for \`tls\` and for a UDP port`, () => {
      assert.throws(() => session(library, 1, null), /scenario test: HTTP\/3 needs `tls`/);
      const onSocket = { ...target(1, { protocol: 'http3', tls: ANY }), socketPath: '/s' };
      assert.throws(
        () => new Http3Session(onSocket, ALONE, () => {}, library),
        /scenario test: HTTP\/3 needs a UDP port, and the server has a Unix socket/,
      );
    });

    if (library.runtime === 'native') {
      it(`An HTTP/3 session with certificates (${library.runtime}) checks by the authorities of Node.js when it is given none`, async () => {
        await using server = await serve(hello);
        await assert.rejects(
          open(library, server.port, { ...TRUSTED, ca: null }),
          /the server's certificate was refused \(unknown authority\)/,
        );
      });

      it(`An HTTP/3 session with certificates (${library.runtime}) trusts several authorities`, async () => {
        await using server = await serve(hello);
        using load = await open(library, server.port, { ...TRUSTED, ca: OTHER + CERTIFICATE });
        assert.equal((await load.slice(10)).good, 10);
      });
    } else {
      it(`An HTTP/3 session with certificates (${library.runtime}) says that it can trust one authority only`, () => {
        const one = /the WASM client for HTTP\/3 can trust one authority only, found: /;
        assert.throws(() => session(library, 1, { ...TRUSTED, ca: null }), one);
        assert.throws(() => session(library, 1, { ...TRUSTED, ca: OTHER + CERTIFICATE }), one);
      });

      it(`An HTTP/3 session with certificates (${library.runtime}) says when the requests are too large for it`, () => {
        const wanted = { method: 'POST', body: 'x'.repeat(3_000_000), streams: 10 };
        assert.throws(
          () => new Http3Session(target3(1, wanted), ALONE, () => {}, library),
          /scenario test: 10 streams with request bodies of up to 3000000 bytes/,
        );
      });
    }

    it(`An HTTP/3 session with certificates (${library.runtime}) refuses headers that HTTP/3 does not have`, () => {
      const wanted = { headers: { Connection: 'close' } };
      assert.throws(
        () => new Http3Session(target3(1, wanted), ALONE, () => {}, library),
        /scenario test: header "Connection" does not exist in HTTP\/3/,
      );
    });
  });
}

function session(library: Http3Library, port: number, tls: Tls | null): Http3Session {
  return new Http3Session(target3(port, { tls }), ALONE, () => {}, library);
}

async function open(library: Http3Library, port: number, tls: Tls): Promise<Http3Session> {
  const opened = session(library, port, tls);
  try {
    await opened.open();
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
  return opened;
}
