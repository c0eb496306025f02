import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { readClientCertificate } from '../../../src/config/files/client-certificate.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';

const read = (name: string) => readFileSync(ownFile(`fixtures/tls/${name}`), 'utf8');
const CERT = read('localhost.crt');
const KEY = read('localhost.key');
const NOW = new Date('2026-11-28');

const check = (given: { cert?: string; key?: string; passphrase?: string | null }, now = NOW) =>
  readClientCertificate({ cert: CERT, key: KEY, passphrase: null, ...given }, now);

/** The key of the fixture, encrypted by a passphrase. */
async function encrypted(): Promise<string> {
  const { createPrivateKey } = await import('node:crypto');
  const cipher = {
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'open it',
  } as const;
  return createPrivateKey(KEY).export(cipher) as string;
}

it('A certificate with its key is taken, and an encrypted key is opened', async () => {
  const plain = check({});
  assert.ok('cert' in plain);
  const opened = check({ key: await encrypted(), passphrase: 'open it' });
  assert.ok('cert' in opened);
  assert.equal(opened.key, plain.key);
});

it('Whatever is wrong with it is said with the key to mend, and without a word of the secret', async () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const stranger = other.export({ type: 'pkcs8', format: 'pem' }) as string;
  const locked = await encrypted();
  const said = (given: Parameters<typeof check>[0], now?: Date) => {
    const mistake = check(given, now);
    assert.ok('message' in mistake);
    return `${mistake.key}: ${mistake.message}`;
  };
  assert.equal(said({ cert: 'nothing' }), 'cert: holds no certificate in PEM form');
  assert.equal(said({ key: CERT }), 'key: holds no private key in PEM form');
  assert.equal(said({ key: stranger }), 'key: this is not the key of the certificate in `cert`');
  assert.equal(said({ key: locked }), 'key: the key is encrypted, and no `passphrase` is given');
  assert.equal(said({ key: locked, passphrase: 'CANARY' }), 'passphrase: does not open the key');
  assert.match(
    said({}, new Date('2999-01-01')),
    /^cert: the certificate expired on \d{4}-\d\d-\d\d$/,
  );
  assert.match(
    said({}, new Date('1999-01-01')),
    /^cert: the certificate is not valid before \d{4}/,
  );
});
