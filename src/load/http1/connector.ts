/** Opens sockets to one target: TCP or a Unix socket, with or without TLS. */
import { X509Certificate } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import type { HttpScenario, Tls } from '../../config/experiment.ts';
import { socketAddress, tlsOptions } from '../address.ts';
import type { Target } from '../protocol.ts';
import { tlsTrouble } from '../tls-trouble.ts';

export interface Connector {
  /** The socket's event after which requests can be sent. */
  readonly openEvent: 'connect' | 'secureConnect';
  /** `onread`: the public way around the stream machinery: no allocation and no event per piece of an answer. */
  connect(onread?: net.OnReadOpts): net.Socket;
  /** An error of such a socket, in words. */
  explain(error: Error): string;
}

/** `protocols` are offered by ALPN. Throws when the authorities to trust cannot be read. */
export function connectorTo(
  target: Target<HttpScenario>,
  protocols: readonly string[] = ['http/1.1'],
): Connector {
  const address = socketAddress(target);
  const { name, tls: secured } = target.scenario;
  if (secured === null) {
    return {
      openEvent: 'connect',
      connect: (onread) =>
        net.connect({ ...address, noDelay: true, ...(onread === undefined ? {} : { onread }) }),
      explain: (error) => error.message || (error as NodeJS.ErrnoException).code || error.name,
    };
  }
  const secureContext = trusting(name, secured);
  return {
    openEvent: 'secureConnect',
    connect(onread) {
      const options = { ...address, ...tlsOptions(secured, protocols), secureContext, onread };
      // `tls.connect` hands `onread` to its socket, which Node's types do not know.
      return tls.connect(options as tls.ConnectionOptions).setNoDelay(true);
    },
    explain: tlsTrouble,
  };
}

/** One for all connections: making it reads the authorities anew. */
export function trusting(
  scenario: string,
  { ca, client }: Pick<Tls, 'ca' | 'client'>,
): tls.SecureContext {
  try {
    // The context itself passes over what is no certificate.
    if (ca !== null) new X509Certificate(ca);
    return tls.createSecureContext({ ...(ca === null ? {} : { ca }), ...client });
  } catch (error) {
    throw new Error(
      `scenario ${scenario}: tls: ca cannot be read as PEM certificates: ${(error as Error).message}`,
    );
  }
}
