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
