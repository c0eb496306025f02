/** WebSocket servers that let in only some. */
import { AT_ONCE_S, type Manner } from './manner.ts';

const told = (says: RegExp) => ({ exit: 3, says, withinS: AT_ONCE_S });
const socket = (KIND: string, scenario = {}): Omit<Manner, 'kind' | 'should'> => ({
  folder: 'sockets',
  server: { env: { KIND } },
  scenario: { protocol: 'websocket', ...scenario },
});

export const SOCKETS: readonly Manner[] = [
  {
    kind: 'WebSocket: for pages of its own alone: 403 without their Origin',
    ...socket('origin'),
    should: told(/both builds.*403.*Origin/),
  },
  {
    kind: 'WebSocket: for pages of the host that is asked for alone, and another Origin is named',
    ...socket('own-origin', { headers: { origin: 'https://shop.test' } }),
    should: told(/both builds.*403.*Origin.*must be of the host that is asked for.*host: example/),
  },
  {
    kind: 'WebSocket: wants a login by a first message, and closes with 4401',
    ...socket('login'),
    should: told(/both builds.*code 4401.*login by a first message/i),
  },
];
