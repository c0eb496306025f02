/** What went wrong with TLS, in words that name the key. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { tlsTrouble } from '../../../src/load/shared/tls-trouble.ts';

const failed = (code: string, message: string) =>
  tlsTrouble(Object.assign(new Error(message), { code }));

it('A server that serves certain names only is told with the name to set, whether it says so or just hangs up', () => {
  assert.match(
    failed('ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'error:0A000458:SSL routines: unrecognized name'),
    /^the server serves other names .*`tls: \{ server-name: … \}`/,
  );
  assert.match(
    failed(
      'ECONNRESET',
      'Client network socket disconnected before secure TLS connection was established',
    ),
    /^the server ended the connection in the middle of the TLS handshake\. If .*server-name/,
  );
  assert.equal(failed('ECONNRESET', 'read ECONNRESET'), 'read ECONNRESET');
});

it('The reason is the same where a request was written before the handshake', () => {
  const written = (reason: string) =>
    failed(
      'EPROTO',
      `write EPROTO 80BC:error:0A000458:SSL routines:ssl3_read_bytes:${reason}:../deps/x.c:1:SSL alert number 1\n`,
    );
  assert.match(written('tlsv1 unrecognized name'), /^the server serves other names/);
  assert.match(written('wrong version number'), /did not answer with TLS/);
  assert.match(written('packet length too long'), /did not answer with TLS/);
  assert.match(written('tlsv13 alert certificate required'), /asks for a client certificate/);
  assert.match(failed('EPROTO', 'write EPROTO'), /^write EPROTO$/);
});

it('A server whose versions of TLS are too old is told, whichever end says so', () => {
  const older =
    /^the server speaks other versions of TLS than the load, which speaks 1\.2 and 1\.3/;
  assert.match(failed('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'error:0A00042E'), older);
  assert.match(failed('ERR_SSL_UNSUPPORTED_PROTOCOL', 'error:0A000102'), older);
});

it('A handshake that is refused may lack a certificate or a cipher', () => {
  const refused = failed('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'error:0A000410');
  assert.match(refused, /asks for a client certificate: .*`tls: \{ cert: …, key: … \}`.*no cipher/);
  // As OpenSSL 3.5 calls it.
  assert.equal(failed('ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'error:0A000410'), refused);
  assert.equal(failed('EPROTO', 'E:SSL routines:f:ssl/tls alert handshake failure:x.c'), refused);
  assert.match(
    failed('ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'error:0A000412'),
    /^the server refused the client certificate/,
  );
});

it('A certificate that is refused is told with what would mend it', () => {
  const forOther = (subjectaltname: string) =>
    tlsTrouble(
      Object.assign(new Error('Hostname/IP does not match'), {
        code: 'ERR_TLS_CERT_ALTNAME_INVALID',
        cert: { subjectaltname },
      }),
    );
  assert.match(forOther('DNS:shop.example, IP Address:127.0.0.1'), /`tls: \{ server-name: … \}`/);
  for (const nameless of ['IP Address:127.0.0.1', 'URI:spiffe://shop.example/api']) {
    const told = forOther(nameless);
    assert.match(told, /`subjectAltName` has no name of a host.*`DNS:localhost`.*accept-self/);
    assert.doesNotMatch(told, /server-name/);
  }
  const chain = failed('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate');
  assert.match(chain, /neither known here nor sent along.*`ca`.*whole chain.*accept-self-signed/);
  assert.match(failed('CERT_HAS_EXPIRED', 'certificate has expired'), /expired\): renew it; or/);
  const own = failed('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate');
  assert.match(own, /accept-self-signed.*`ca` names/);
});
