/** How long a server takes for an answer, and for how many at a time. */
import type { Manner } from './manner.ts';
import { without } from './without.ts';

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
  {
    kind: 'four workers, of which one has all connections',
    folder: 'one-of-workers',
    start: 'exec python3 server.py',
    lacking: without('python3'),
    should: { exit: 0, says: /unevenly\s+among\s+the\s+4\s+workers/, withinS: 90 },
  },
  {
    kind: 'gets faster for 20 s',
    folder: 'slow-warm-up',
    server: { env: { FOR_MS: '20000' } },
    should: { exit: 0, says: /still\s+getting\s+faster\s+after.*`warm-up/s, withinS: 120 },
  },
  {
    kind: 'gets faster for 2 s',
    folder: 'slow-warm-up',
    server: { env: { FOR_MS: '2000' } },
    should: { exit: 0, says: /warmed\s+up\s+in/, never: /still\s+getting\s+faster/, withinS: 120 },
  },
];
