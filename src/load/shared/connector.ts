/** Opens sockets to one target: TCP or a Unix socket, with or without TLS. Every engine on sockets gets them here. */
import { X509Certificate } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import type { Scenario, Tls } from '../../config/experiment/scenario.ts';
import { socketAddress, tlsOptions } from '../address.ts';
import type { Target } from '../target.ts';
import { OwnPorts, ownPortsTo } from './own-ports.ts';
import { tlsTrouble } from './tls-trouble.ts';

/** Where sockets lead to. */
export type SocketTarget = Pick<Target, 'host' | 'port' | 'socketPath'> & {
  scenario: Pick<Scenario, 'name' | 'tls'>;
};

export interface Connector {
  /** The socket's event after which bytes can be sent. */
  readonly openEvent: 'connect' | 'secureConnect';
  /** Only a plain TCP socket can be reset. */
  readonly canReset: boolean;
  /** `onread`: the public way around the stream machinery: no allocation and no event per piece of an answer. */
  connect(onread?: net.OnReadOpts): net.Socket;
  /** Whether the socket failed for want of a port of this machine's, so that another one may be opened at once. */
  movesOn(socket: net.Socket, error: Error): boolean;
  /** An error of such a socket, in words. */
  explain(error: Error): string;
}

export interface SocketTerms {
  /** Offered by ALPN, the preferred one first. */
  protocols?: readonly string[];
  /** Local address and port of each socket; null: the kernel chooses. */
  from?: (() => { localAddress: string; localPort: number }) | null;
}

/** Throws when the authorities to trust cannot be read. */
export function connectorTo(
  target: SocketTarget,
  { protocols = ['http/1.1'], from = null }: SocketTerms = {},
): Connector {
  const address = socketAddress(target);
  const { name, tls: secured } = target.scenario;
  // A hold chooses its ports itself.
  const ports = from === null ? ownPortsTo(target) : new OwnPorts({ host: null });
  const movesOn = ports.movesOn.bind(ports);
  if (secured === null) {
    const options = { ...address, noDelay: true };
    return {
      openEvent: 'connect',
      canReset: target.socketPath === null,
      connect: (onread) =>
        ports.opened(
          net.connect({
            ...options,
            ...ports.from,
            ...from?.(),
            ...(onread === undefined ? {} : { onread }),
          }),
        ),
      movesOn,
      explain: (error) =>
        (from === null ? ports.explain(error) : null) ||
        error.message ||
        (error as NodeJS.ErrnoException).code ||
        error.name,
    };
  }
  const secureContext = trusting(name, secured);
  const options = { ...address, ...tlsOptions(secured, protocols), secureContext };
  return {
    openEvent: 'secureConnect',
    canReset: false,
    connect: (onread) => {
      const own = { ...options, ...ports.from, ...from?.(), onread };
      // `tls.connect` hands `onread` to its socket, which Node's types do not know.
      return ports.opened(tls.connect(own as tls.ConnectionOptions)).setNoDelay(true);
    },
    movesOn,
    explain: (error) => (from === null ? ports.explain(error) : null) ?? tlsTrouble(error),
  };
}

/** One for all connections: making it reads the authorities anew. */
function trusting(scenario: string, { ca, client }: Pick<Tls, 'ca' | 'client'>): tls.SecureContext {
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
