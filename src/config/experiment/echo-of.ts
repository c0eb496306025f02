/** Loads of WebSocket whose messages must come back, or reach the others. */
import type { Scenario } from './scenario.ts';

/** Of messages. `isOwn`: they are the user's own, and any one message will do as the answer. `isFanOut`: they go to others. */
export interface EchoTerms {
  isOwn: boolean;
  isFanOut?: true;
}

/** Empty: it is none. */
export function echoOf(scenario: Scenario): { echo?: EchoTerms } {
  const socket =
    scenario.kind === 'websocket' ? scenario : scenario.kind === 'hold' ? scenario.socket : null;
  if (socket === null) return {};
  const isFanOut = scenario.kind === 'websocket' && scenario.mode === 'fan-out';
  return { echo: { isOwn: socket.message.text !== undefined, ...(isFanOut && { isFanOut }) } };
}
