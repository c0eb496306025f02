/** How long a server takes for an answer, and for how many at a time. */
import type { Manner } from './manner.ts';

const byDefault = { connections: undefined };

export const SLOW: readonly Manner[] = [
  {
    kind: 'one worker of 200 ms, under the connections by default',
    folder: 'slow-worker',
    server: { env: { DELAY_MS: '200' } },
    scenario: byDefault,
    should: {
      exit: 0,
      says: /not\s+32:\s+an\s+answer\s+takes\s+\d+\s+ms\s+and\s+the\s+server\s+works\s+on\s+one/,
      withinS: 180,
    },
  },
  {
    kind: 'one worker of 200 ms, under 32 connections that were asked for',
    folder: 'slow-worker',
    server: { env: { DELAY_MS: '200' } },
    scenario: { connections: 32 },
    should: {
      exit: 3,
      says: /the\s+last\s+waits\s+[\d.]+\s+s,\s+and\s+`timeout`\s+is\s+5\s+s.*`connections:\s+\d+`.*`timeout:\s+\d+s`/s,
      withinS: 30,
    },
  },
  {
    kind: 'one worker of 20 ms, under 32 connections that fit into the timeout',
    folder: 'slow-worker',
    server: { env: { DELAY_MS: '20' } },
    scenario: { connections: 32 },
    should: { exit: 0, never: /the last waits/, withinS: 120 },
  },
];
