/** A client's certificate with its key, checked before anything is built: that it is valid today, and that the two belong together. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

/** PEM text; the key is not encrypted any more. */
export interface ClientCertificate {
  cert: string;
  key: string;
}

/** What is wrong, and with which of the keys in `tls`. No word of what they hold. */
export interface ClientMistake {
  key: 'cert' | 'key' | 'passphrase';
  message: string;
  hint: string;
}

/** `cert`, `key`: PEM text. `passphrase`: null where none is given. `now`: for the days on which it is valid. */
export function readClientCertificate(
  { cert, key, passphrase }: { cert: string; key: string; passphrase: string | null },
  now: Date,
): ClientCertificate | ClientMistake {
  const blocks = cert.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const [own] = blocks;
  if (own === undefined) {
    const hint = 'name a file with `-----BEGIN CERTIFICATE-----` in it';
    return { key: 'cert', message: 'holds no certificate in PEM form', hint };
  }
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(own);
  } catch {
    return { key: 'cert', message: 'holds a certificate that is broken', hint: 'make it again' };
  }
  const [from, to] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  if (now > to || now < from) {
    const message =
      now > to
        ? `the certificate expired on ${dayOf(to)}`
        : `the certificate is not valid before ${dayOf(from)}`;
    return { key: 'cert', message, hint: 'make a new one: no server takes this one today' };
  }
  const read = readKey(key, passphrase);
  if ('message' in read) return read;
  if (!certificate.checkPrivateKey(read.object)) {
    const hint = 'name the key that the certificate was made with';
    return { key: 'key', message: 'this is not the key of the certificate in `cert`', hint };
  }
  const plain = read.object.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { cert: blocks.join('\n'), key: plain };
}

function readKey(pem: string, passphrase: string | null): { object: KeyObject } | ClientMistake {
  const isEncrypted = /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem);
  if (!pem.includes('PRIVATE KEY-----')) {
    const hint = 'name a file with `-----BEGIN PRIVATE KEY-----` in it';
    return { key: 'key', message: 'holds no private key in PEM form', hint };
  }
  if (isEncrypted && passphrase === null) {
    const hint = 'add `passphrase`, from a variable (in a workflow: `env:` of the step)';
    return { key: 'key', message: 'the key is encrypted, and no `passphrase` is given', hint };
  }
  try {
    return { object: createPrivateKey({ key: pem, passphrase: passphrase ?? '' }) };
  } catch {
    return isEncrypted
      ? { key: 'passphrase', message: 'does not open the key', hint: 'set the right one' }
      : { key: 'key', message: 'holds a private key that is broken', hint: 'make it again' };
  }
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
