/** A target as the HTTP/3 client is told of it. */
import tls from 'node:tls';
import type { HttpRequest, HttpScenario } from '../../config/experiment/scenario.ts';
import { authority } from '../address.ts';
import type { Target } from '../target.ts';
import type { Http3Library } from './library.ts';
import type { WireOptions } from './wire.ts';

type Runtime = Http3Library['runtime'];

const INSTALL = 'install @currentspace/http3 beside this tool for the native client';
/** Of the 64 MiB that each connection's program has, a body in flight takes up to twice its size. */
const MOST_WASM_BYTES = 16 * 1024 * 1024;

/** Throws an Error that names the scenario when HTTP/3 cannot reach the target, or not safely. */
export function wireOptions(target: Target<HttpScenario>, runtime: Runtime): WireOptions {
  const { name, tls: wanted } = target.scenario;
  if (target.socketPath !== null) {
    throw new Error(`scenario ${name}: HTTP/3 needs a UDP port, and the server has a Unix socket`);
  }
  if (wanted === null) throw new Error(`scenario ${name}: HTTP/3 needs \`tls\``);
  const limit = limitOf(target.scenario, runtime);
  if (limit !== null) throw new Error(`scenario ${name}: ${limit.message}: ${limit.hint}`);
  const { acceptSelfSigned, serverName, ca } = wanted;
  return {
    address: authority(target),
    serverName,
    ca: acceptSelfSigned ? null : (ca ?? trustedByNode()),
  };
}

/** Why this runtime cannot carry the scenario, and how to mend it; null: it can. Reads no file. */
export function limitOf(
  { tls: wanted, streams, requests }: HttpScenario,
  runtime: Runtime,
): { message: string; hint: string } | null {
  if (runtime === 'native') return null;
  if (wanted !== null && !wanted.acceptSelfSigned) {
    const authorities = wanted.ca === null ? null : countOf(wanted.ca);
    if (authorities === null || authorities > 1) {
      const found =
        authorities === null ? 'trust in those of Node.js' : `\`ca\` has ${authorities}`;
      return {
        message: `the WASM client for HTTP/3 can trust one authority only, found: ${found}`,
        hint: `name one in \`tls: { ca: … }\`, accept any certificate with \`accept-self-signed: true\`, or ${INSTALL}`,
      };
    }
  }
  const largest = Math.max(...requests.map(bodyBytes));
  if (largest * streams <= MOST_WASM_BYTES) return null;
  return {
    message:
      `${streams} streams with request bodies of up to ${largest} bytes are more than the WASM ` +
      `client for HTTP/3 can hold (${MOST_WASM_BYTES} bytes a connection)`,
    hint: `use fewer streams, or ${INSTALL}`,
  };
}

function bodyBytes({ body, bodyFile }: HttpRequest): number {
  return bodyFile?.bytes ?? Buffer.byteLength(body ?? '');
}

/** The same as for other protocols, also with NODE_EXTRA_CA_CERTS. */
function trustedByNode(): string {
  return tls.getCACertificates('default').join('\n');
}

function countOf(ca: string): number {
  return ca.split('-----BEGIN CERTIFICATE-----').length - 1;
}
