/** Where a server listens. Types alone. */

export interface Address {
  port: number;
  /** Path of the Unix socket; null when the server listens on the port. */
  socket: string | null;
}

/** What a server is expected to listen on. */
export type Endpoint = { kind: 'tcp' | 'udp'; port: number } | { kind: 'unix'; path: string };
