/** Opens the sockets of a share, each from a port that is named: finding a free one costs the kernel milliseconds. */
import net from 'node:net';
import tls from 'node:tls';
import { socketAddress, tlsOptions } from '../address.ts';
import { trusting } from '../http1/connector.ts';
import { tlsTrouble } from '../tls-trouble.ts';
import type { HoldTarget, Sources } from './protocol.ts';

export interface HoldConnector {
  /** The socket's event after which bytes can be sent. */
  readonly openEvent: 'connect' | 'secureConnect';
  /** Only a plain TCP socket can be reset. */
  readonly canReset: boolean;
  connect(onread: net.OnReadOpts): net.Socket;
  /** An error of such a socket, in words. */
  explain(error: Error): string;
}

/** `sources` null: the kernel chooses. Throws when the authorities to trust cannot be read. */
export function holdConnector(target: HoldTarget, sources: Sources | null): HoldConnector {
  const address = socketAddress(target);
  const from = sources === null ? () => ({}) : sourcePorts(sources);
  const { name, tls: secured } = target.scenario;
  if (secured === null) {
    return {
      openEvent: 'connect',
      canReset: target.socketPath === null,
      connect: (onread) => net.connect({ ...address, ...from(), noDelay: true, onread }),
      explain: (error) => error.message || (error as NodeJS.ErrnoException).code || error.name,
    };
  }
  const secureContext = trusting(name, secured);
  const protocols = tlsOptions(secured, ['http/1.1']);
  return {
    openEvent: 'secureConnect',
    canReset: false,
    connect(onread) {
      const options = { ...address, ...from(), ...protocols, secureContext, onread };
      // `tls.connect` hands `onread` to its socket, which Node's types do not know.
      return tls.connect(options as tls.ConnectionOptions).setNoDelay(true);
    },
    explain: tlsTrouble,
  };
}

/** Each address's ports one after the other, then again from the first. */
export function sourcePorts({
  addresses,
  ports,
}: Sources): () => { localAddress: string; localPort: number } {
  const each = ports.to - ports.from + 1;
  let next = 0;
  return () => {
    const number = next++;
    const localAddress = addresses[Math.floor(number / each) % addresses.length] as string;
    return { localAddress, localPort: ports.from + (number % each) };
  };
}

/** The chosen port is not free: another one will do. */
const TAKEN = new Set(['EADDRINUSE', 'EADDRNOTAVAIL']);
/** This machine has no more of something. */
const EXHAUSTED = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EPERM', 'EINVAL']);

/** Whose fault it is that a connection did not open. */
export function blameOf(error: Error): 'port' | 'machine' | 'server' {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (TAKEN.has(code)) return 'port';
  return EXHAUSTED.has(code) ? 'machine' : 'server';
}
