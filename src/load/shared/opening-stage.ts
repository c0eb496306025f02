/** What a connection that is still not open waits for, in words: the TCP connection, the TLS handshake, or its protocol. */
import type net from 'node:net';

/** The last words of why such a connection is not open. */
export const UNFINISHED_TLS = 'the server has not finished the TLS handshake';

/** `isReady`: bytes can be sent, see the connector's `openEvent`. `last`: what comes after that. */
export function openingStage(
  socket: Pick<net.Socket, 'connecting'> | null,
  isReady: boolean,
  last: string,
): string {
  if (socket === null) return 'the connection is closed';
  if (socket.connecting) return 'the server has not accepted the connection';
  return isReady ? last : UNFINISHED_TLS;
}
