/** A target as the HTTP/3 client is told of it. */
import tls from 'node:tls';
import type { HttpScenario } from '../../../config/experiment.ts';
import { authority } from '../address.ts';
import type { Target } from '../protocol.ts';
import type { Http3Library } from './library.ts';
import type { Variant } from './variant.ts';
import type { WireOptions } from './wire.ts';

const INSTALL = 'install @currentspace/http3 beside this tool for the native client';
/** Of the 64 MiB that each connection's program has, a body in flight takes up to twice its size. */
const MOST_WASM_BYTES = 16 * 1024 * 1024;

/** Throws an Error that names the scenario when HTTP/3 cannot reach the target, or not safely. */
export function wireOptions(
  target: Target<HttpScenario>,
  { runtime }: Pick<Http3Library, 'runtime'>,
): WireOptions {
  const { name, tls: wanted } = target.scenario;
  if (target.socketPath !== null) {
    throw new Error(`scenario ${name}: HTTP/3 needs a UDP port, and the server has a Unix socket`);
  }
  if (wanted === null) throw new Error(`scenario ${name}: HTTP/3 needs \`tls\``);
  const { acceptSelfSigned, serverName } = wanted;
  const ca = acceptSelfSigned ? null : (wanted.ca ?? trustedByNode());
  if (runtime === 'WASM' && ca !== null && countOf(ca) > 1) {
    throw new Error(
      `scenario ${name}: the WASM client for HTTP/3 can trust one authority only: ` +
        (wanted.ca === null ? 'name it in `tls: { ca: … }`' : `\`ca\` has ${countOf(ca)}`) +
        `; or ${INSTALL}; ` +
        'or accept any certificate with `accept-self-signed: true`',
    );
  }
  return { address: authority(target), serverName, ca };
}

/** Throws an Error when the requests of one connection do not fit into the WASM client's memory. */
export function checkBodies(
  { name, streams }: HttpScenario,
  variants: readonly Pick<Variant, 'body'>[],
  { runtime }: Pick<Http3Library, 'runtime'>,
): void {
  const largest = variants.reduce((most, { body }) => Math.max(most, body?.length ?? 0), 0);
  if (runtime === 'native' || largest * streams <= MOST_WASM_BYTES) return;
  throw new Error(
    `scenario ${name}: ${streams} streams with request bodies of up to ${largest} bytes are more ` +
      `than the WASM client for HTTP/3 can hold (${MOST_WASM_BYTES} bytes a connection): ` +
      `use fewer streams; or ${INSTALL}`,
  );
}

/** The same as for other protocols, also with NODE_EXTRA_CA_CERTS. */
function trustedByNode(): string {
  return tls.getCACertificates('default').join('\n');
}

function countOf(ca: string): number {
  return ca.split('-----BEGIN CERTIFICATE-----').length - 1;
}
