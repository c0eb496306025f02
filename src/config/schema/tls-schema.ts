/** `tls`: whether a load is encrypted, and how the certificate is checked. */
import * as z from 'zod';
import * as value from '../values/values.ts';

export const TlsKeys = value.section({
  'accept-self-signed': value.flag
    .prefault(false)
    .describe('Whether any certificate will do. The load stays on the loopback interface.'),
  ca: value.file
    .optional()
    .describe(
      'PEM file in the repository with the authorities to trust. Without it, those of Node.js.',
    ),
  cert: value.file
    .optional()
    .describe(
      "PEM file with the client's own certificate, and those between it and an authority. Or the name of a variable that holds it.",
    ),
  key: value.file
    .optional()
    .describe('PEM file with the private key of `cert`. Or the name of a variable that holds it.'),
  passphrase: z.string({ error: 'text' }).optional().describe('Passphrase of an encrypted `key`.'),
  'server-name': value.hostName
    .prefault('localhost')
    .describe('Name that is asked for (SNI) and that the certificate must have.'),
});
export type TlsKeys = z.output<typeof TlsKeys>;

const TLS_FORMS =
  'accept-self-signed, or a map of accept-self-signed, ca, cert, key, passphrase and server-name';

const tlsWord = z
  .literal('accept-self-signed')
  .transform(() => TlsKeys.parse({ 'accept-self-signed': true }));

const Tls = z.union(
  [z.boolean().transform((isOn) => (isOn ? TlsKeys.parse({}) : null)), tlsWord, TlsKeys],
  { error: `true, false, ${TLS_FORMS}` },
);

export const tls = Tls.prefault(false).describe(
  'Whether the load is encrypted. `true`: the certificate must be trusted.',
);

export const tlsAlways = z
  .union([z.literal(true).transform(() => TlsKeys.parse({})), tlsWord, TlsKeys], {
    error: `true (HTTP/3 always has TLS), ${TLS_FORMS}`,
  })
  .prefault(true)
  .describe('How the certificate is checked. HTTP/3 is always encrypted.');

export const tlsMaybe = Tls.optional().describe(
  'Whether the server has TLS. Without this key, only with `http3`.',
);
