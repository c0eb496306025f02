/** How a target is reached: its address as text, and as options of Node's sockets. */
import type { Tls } from '../config/experiment/scenario.ts';
import type { Target } from './target.ts';

type Where = Pick<Target, 'host' | 'port' | 'socketPath'>;

/** Host and port as they stand in a URL; a Unix socket has no address of its own, and a zone is nobody else's business (RFC 6874). */
export function authority({ host: whole, port, socketPath }: Where): string {
  if (socketPath !== null) return 'localhost';
  const host = whole.replace(/%.*/, '');
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** For `net.connect` and `tls.connect`. */
export function socketAddress({
  host,
  port,
  socketPath,
}: Where): { path: string } | { host: string; port: number } {
  return socketPath === null ? { host, port } : { path: socketPath };
}

/** For `tls.connect`; `protocols` are offered by ALPN, the preferred one first. */
export function tlsOptions(
  { acceptSelfSigned, ca, serverName, client }: Tls,
  protocols: readonly string[],
) {
  return {
    rejectUnauthorized: !acceptSelfSigned,
    servername: serverName,
    ALPNProtocols: [...protocols],
    ...(ca === null ? {} : { ca }),
    ...(client ?? {}),
  };
}

/** The same for a question beside the load: whether a certificate will do is the load's business. */
export function uncheckedTls(secured: Tls, protocols: readonly string[]) {
  return tlsOptions({ ...secured, acceptSelfSigned: true }, protocols);
}
