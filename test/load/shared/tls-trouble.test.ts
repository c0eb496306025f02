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
