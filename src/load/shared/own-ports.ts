/**
 * This machine's own ends of connections. A port is kept for a minute after a connection has closed, so a server that closes after
 * each answer can use up all of them. Every loopback address has ports of its own: the next one is used then.
 */
import { randomInt } from 'node:crypto';
import type net from 'node:net';
import type { Target } from '../target.ts';

/** Of the codes that the system gives when it finds no port: with an address of its own to bind, and without one. */
const NO_PORT = new Set(['EADDRNOTAVAIL', 'EADDRINUSE']);
/** 127.0.0.1 to 127.0.0.254, all of which Linux has without being told. */
const ADDRESSES = 254;

export class OwnPorts {
  /** 0: the system chooses the address. */
  #number = 0;
  readonly #usedBy = new WeakMap<net.Socket, number>();
  readonly #canMove: boolean;
  readonly #to: string;

  /** `host`: where the connections lead; null: to a Unix socket, which needs no port. */
  constructor({ host, port }: { host: string; port: number } | { host: null; port?: number }) {
    this.#canMove = host !== null && process.platform === 'linux' && /^127\./.test(host);
    this.#to = `${host}:${port}`;
  }

  /** For the options of the next socket. */
  get from(): { localAddress?: string } {
    return this.#number === 0 ? {} : { localAddress: `127.0.0.${this.#number + 1}` };
  }

  /** Remembers where a socket comes from. */
  opened<Socket extends net.Socket>(socket: Socket): Socket {
    this.#usedBy.set(socket, this.#number);
    return socket;
  }

  /** Whether the socket failed for want of a port, and another one from another address may have one. */
  movesOn(socket: net.Socket, error: Error): boolean {
    const used = this.#usedBy.get(socket);
    if (!this.#canMove || used === undefined || !isForWantOfPorts(error)) return false;
    // Others may have found it out before.
    if (used === this.#number) this.#number = (this.#number + 1) % ADDRESSES;
    // After a round, whoever asks waits a while: ports come back in time.
    return this.#number !== 0;
  }

  /**
   * The same of whoever opens one connection now and then: the next comes from any other address, as a load has used up the first ones.
   */
  jumpsOn(error: Error): boolean {
    if (!this.#canMove || !isForWantOfPorts(error)) return false;
    this.#number = randomInt(1, ADDRESSES);
    return true;
  }

  /** The error in words; null: it is another one. */
  explain(error: Error): string | null {
    if (!isForWantOfPorts(error)) return null;
    return `this machine has no port left for a connection to ${this.#to} (${(error as NodeJS.ErrnoException).code}): each that was closed keeps its own for a minute. Have the server keep its connections open, or widen net.ipv4.ip_local_port_range`;
  }
}

/** Of the connections to a target. */
export function ownPortsTo({
  host,
  port,
  socketPath,
}: Pick<Target, 'host' | 'port' | 'socketPath'>): OwnPorts {
  return new OwnPorts(socketPath === null ? { host, port } : { host: null });
}

/** Whether this machine had no port left for a connection. */
export function isForWantOfPorts(error: Error): boolean {
  const { code = '', syscall = '' } = error as NodeJS.ErrnoException;
  return NO_PORT.has(code) && (syscall === 'connect' || syscall === 'bind');
}
