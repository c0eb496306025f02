/** Loads of WebSocket whose messages must come back. */
import type { Scenario } from './scenario.ts';

/** Empty: it is none. `isOwn`: the messages are the user's own, and any answer to one will do. */
export function echoOf(scenario: Scenario): { echo?: { isOwn: boolean } } {
  const socket =
    scenario.kind === 'websocket' && scenario.mode === 'echo'
      ? scenario
      : scenario.kind === 'hold'
        ? scenario.socket
        : null;
  return socket === null ? {} : { echo: { isOwn: socket.message.text !== undefined } };
}
