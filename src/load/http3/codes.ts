/** Error codes of QUIC (RFC 9000, 20.1), TLS alerts within them (RFC 9001, 4.8) and HTTP/3 (RFC 9114, 8.1), in words. */
import { foreign } from '../../system/messages/printed.ts';
import { EndedByCode } from '../unexpected.ts';

const QUIC: Record<number, string> = {
  0: 'NO_ERROR',
  1: 'INTERNAL_ERROR',
  2: 'CONNECTION_REFUSED',
  3: 'FLOW_CONTROL_ERROR',
  4: 'STREAM_LIMIT_ERROR',
  5: 'STREAM_STATE_ERROR',
  6: 'FINAL_SIZE_ERROR',
  7: 'FRAME_ENCODING_ERROR',
  8: 'TRANSPORT_PARAMETER_ERROR',
  9: 'CONNECTION_ID_LIMIT_ERROR',
  10: 'PROTOCOL_VIOLATION',
  11: 'INVALID_TOKEN',
  12: 'APPLICATION_ERROR',
  13: 'CRYPTO_BUFFER_EXCEEDED',
  14: 'KEY_UPDATE_ERROR',
  15: 'AEAD_LIMIT_REACHED',
  16: 'NO_VIABLE_PATH',
};

/** The server did nothing about the request. */
export const REQUEST_REJECTED = 0x10b;

const NO_ERROR = 0x100;

const HTTP3: Record<number, string> = {
  256: 'H3_NO_ERROR',
  257: 'H3_GENERAL_PROTOCOL_ERROR',
  258: 'H3_INTERNAL_ERROR',
  259: 'H3_STREAM_CREATION_ERROR',
  260: 'H3_CLOSED_CRITICAL_STREAM',
  261: 'H3_FRAME_UNEXPECTED',
  262: 'H3_FRAME_ERROR',
  263: 'H3_EXCESSIVE_LOAD',
  264: 'H3_ID_ERROR',
  265: 'H3_SETTINGS_ERROR',
  266: 'H3_MISSING_SETTINGS',
  267: 'H3_REQUEST_REJECTED',
  268: 'H3_REQUEST_CANCELLED',
  269: 'H3_REQUEST_INCOMPLETE',
  270: 'H3_MESSAGE_ERROR',
  271: 'H3_CONNECT_ERROR',
  272: 'H3_VERSION_FALLBACK',
};

/** TLS alerts that a client sends about a certificate, which QUIC carries as 0x100 + alert. */
const CERTIFICATE_ALERTS: Record<number, string> = {
  42: 'bad certificate, or for another name',
  43: 'unsupported certificate',
  44: 'revoked',
  45: 'expired, or not yet valid',
  46: 'unknown trouble',
  48: 'unknown authority',
};
const OUT_OF_DATE = 45;
const NO_APPLICATION_PROTOCOL = 120;
const CERTIFICATE_REQUIRED = 116;
const CRYPTO_ERROR = 0x100;

/** However often it is asked. */
export const NO_HTTP3 = 'does not offer HTTP/3';
const ASKS_FOR_CERTIFICATE =
  'the server asks for a client certificate, and over HTTP/3 the load has none: let it not ask in this run, or load it over HTTP/2';

/** Why a connection ended, or why there never was one. */
export function endText(
  { errorCode, errorReason = '' }: { errorCode?: number; errorReason?: string },
  wasOpen: boolean,
): string {
  // Without a code it is our own client that speaks.
  if (errorCode === undefined && errorReason !== '') return errorReason;
  return (wasOpen ? closeText : refusalText)(errorCode ?? 0, errorReason);
}

/** Why a connection that was open has ended, with its code where that is one of errors. */
export function endTold(meta: { errorCode?: number; errorReason?: string }): string | EndedByCode {
  const text = endText(meta, true);
  const { errorCode = 0 } = meta;
  const isForReason = errorCode !== 0 && errorCode !== NO_ERROR;
  return isForReason && HTTP3[errorCode] !== undefined
    ? new EndedByCode(text, codeName(errorCode))
    : text;
}

/** The one thing about TLS that a user can mend. */
export function certificateRefused(why: string): string {
  return (
    `the server's certificate was refused (${why}): name the authority to trust in the scenario's ` +
    '`tls: { ca: … }`, and in `server-name` a name that the certificate has; or accept any certificate with `accept-self-signed: true`'
  );
}

/** The code of a stream that was reset. */
export function codeName(code: number): string {
  return HTTP3[code] ?? hex(code);
}

function refusalText(code: number, reason: string): string {
  const alert = CERTIFICATE_ALERTS[code - CRYPTO_ERROR];
  if (code - CRYPTO_ERROR === OUT_OF_DATE) {
    return `the server's certificate was refused (${alert}): renew it; or accept any certificate with \`accept-self-signed: true\` in the scenario's \`tls\``;
  }
  if (alert !== undefined) return certificateRefused(alert);
  if (code === CRYPTO_ERROR + NO_APPLICATION_PROTOCOL) {
    return `the server speaks QUIC, but ${NO_HTTP3} (ALPN h3)`;
  }
  if (code === CRYPTO_ERROR + CERTIFICATE_REQUIRED) return ASKS_FOR_CERTIFICATE;
  const isAlert = code >= CRYPTO_ERROR && code < CRYPTO_ERROR + 256;
  const name = isAlert ? `TLS alert ${code - CRYPTO_ERROR}` : (QUIC[code] ?? hex(code));
  return `the QUIC handshake failed (${name}${reason === '' ? '' : `: ${foreign(reason)}`})`;
}

function closeText(code: number, reason: string): string {
  // The client's end of the handshake is over before the server looks for its certificate.
  if (code === CRYPTO_ERROR + CERTIFICATE_REQUIRED) return ASKS_FOR_CERTIFICATE;
  return `the connection was closed (${HTTP3[code] ?? QUIC[code] ?? hex(code)}${reason === '' ? '' : `: ${foreign(reason)}`})`;
}

function hex(code: number): string {
  return `code 0x${code.toString(16)}`;
}
