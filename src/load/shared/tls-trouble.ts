/** What went wrong with TLS, in words that say how to mend it. */

const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);

/** Whoever signed it is not known; a certificate between the server's and the authority's is often not sent along. */
const NO_ISSUER = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const ASKS_FOR_ONE = 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED';
/** So servers of TLS 1.2 say that they ask for one, and all of them that no cipher suits both. */
const FAILED = 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE';
const NAME_ONE = 'name one in the scenario, with its key, `tls: { cert: …, key: … }`';
const REFUSES_IT = new Set([
  'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
  'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
]);

/** Said where the server serves several names and not the one that is asked for (SNI). */
const KNOWS_OTHERS = 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME';
/** How Node.js calls it when nothing is said. */
const CUT_OFF = /disconnected before secure TLS connection/;
export const OTHER_NAMES = 'serves other names';
const OTHER_NAME =
  "set the scenario's `tls: { server-name: … }` (in a config file) to a name that it serves";

/** Said in a handshake, by a server that will not say otherwise however often it is asked. */
export const ABOUT_CLIENT = /asks for a client certificate|refused the client certificate/;
const OF_AUTHORITY =
  "`cert` and `key` in the scenario's `tls` must be of an authority that the server trusts";
/** Some servers say nothing of a certificate that they do not trust, and hang up. */
export const MAY_DISTRUST = `the server ended the connection behind the TLS handshake, without a word. It may not trust the client certificate: ${OF_AUTHORITY}`;

/** Said by the server, or by our own end of what the server chose. */
const NO_COMMON_VERSION = new Set([
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
]);
export const OTHER_VERSIONS = 'speaks other versions of TLS';

const NOT_TLS = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);
const OUT_OF_DATE = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

const ACCEPT = '`tls: { accept-self-signed: true }` in the scenario accepts any certificate';

/** The error of a TLS connection; its own message when it is not about TLS. */
export function tlsTrouble(error: Error): string {
  const code = codeOf(error);
  const reason = error.message.split(';')[0] as string;
  if (UNTRUSTED.has(code)) {
    return `the server's certificate was refused (${reason}): ${ACCEPT}, and \`ca\` names a file with the authority to trust`;
  }
  if (NO_ISSUER.has(code)) {
    return `the server's certificate was refused (${reason}): whoever signed it is neither known here nor sent along. Name the authority in \`ca\`; if that is done, let the server send its whole chain, with the certificates between (often \`fullchain.pem\`). Or ${ACCEPT}`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const cure = hasNoName(error)
      ? 'its `subjectAltName` has no name of a host, and it is asked for by one: have it issued for that name too (`DNS:localhost`)'
      : "set the scenario's `tls: { server-name: … }` to a name that it has, which cannot be an address";
    return `the server's certificate is for another name (${error.message}): ${cure}; or ${ACCEPT}`;
  }
  if (OUT_OF_DATE.has(code)) {
    return `the server's certificate was refused (${reason}): renew it; or ${ACCEPT}`;
  }
  if (code === ASKS_FOR_ONE) return `the server asks for a client certificate: ${NAME_ONE}`;
  if (code === FAILED) {
    return `the server refused the TLS handshake (alert handshake_failure). Most often it asks for a client certificate: ${NAME_ONE}. Else no cipher suits both: let it offer those of today`;
  }
  if (NO_COMMON_VERSION.has(code)) {
    return `the server ${OTHER_VERSIONS} than the load, which speaks 1.2 and 1.3: let it offer one of these`;
  }
  if (REFUSES_IT.has(code)) {
    return `the server refused the client certificate (${reason}): ${OF_AUTHORITY}`;
  }
  if (NOT_TLS.has(code)) {
    return 'the server did not answer with TLS: start it with TLS, or remove `tls` from the scenario';
  }
  if (code === KNOWS_OTHERS)
    return `the server ${OTHER_NAMES} than the one asked for (SNI): ${OTHER_NAME}`;
  if (CUT_OFF.test(error.message)) {
    return `the server ended the connection in the middle of the TLS handshake. If it serves certain names only (SNI), ${OTHER_NAME}`;
  }
  if (code === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL') {
    return "the server's TLS does not offer the scenario's protocol (ALPN)";
  }
  return error.message === '' ? code : error.message;
}

/** Node.js gives the certificate with this error. */
function hasNoName(error: Error): boolean {
  const { cert } = error as Error & { cert?: { subjectaltname?: string } };
  const names = cert?.subjectaltname ?? '';
  return names !== '' && !names.includes('DNS:');
}

/**
 * A request that was written before the handshake fails with a code of the system's, and OpenSSL's reason in the message. What is as
 * old as SSL 3.0 OpenSSL 3.5 calls otherwise than those before it.
 */
function codeOf(error: Error): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  const [, reason] =
    code === 'EPROTO' ? (/SSL routines:[^:]*:([^:]+):/.exec(error.message) ?? []) : [];
  const whole =
    reason === undefined ? code : `ERR_SSL_${reason.toUpperCase().replaceAll(/\W/g, '_')}`;
  return whole.replace(/^ERR_SSL_SSL[/_]TLS_ALERT/, 'ERR_SSL_SSLV3_ALERT');
}
