/** Servers that do not echo over WebSocket: chats, which tell others what was said. */
import { AT_ONCE_S, DECIDED, type Manner } from './manner.ts';

const chat = (scenario: Record<string, unknown>): Omit<Manner, 'kind' | 'should'> => ({
  folder: 'chat',
  scenario: { protocol: 'websocket', connections: 8, ...scenario },
});

export const CHAT: readonly Manner[] = [
  {
    // Whichever comes first: that it tells who comes in, or its end.
    kind: 'chat of JSON: ends at the message that the generator makes up',
    ...chat({}),
    should: {
      exit: 3,
      says: /are no JSON.*`message: '|nobody asked for.*`mode: fan-out` with a `message`/,
      withinS: AT_ONCE_S,
    },
  },
  {
    kind: 'chat of JSON, as a fan-out: ends at the message that the generator makes up',
    ...chat({ mode: 'fan-out' }),
    should: { exit: 3, says: /generator makes up its messages.*`message: '/, withinS: AT_ONCE_S },
  },
  {
    kind: 'chat of JSON, as a fan-out with a message: tells who comes in, and what is said',
    ...chat({ mode: 'fan-out', message: '{"op":"say","text":"hello {n}"}' }),
    should: DECIDED,
  },
];
