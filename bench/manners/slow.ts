/** How long a server takes for an answer, and for how many at a time. */
import type { Manner } from './manner.ts';
import { without } from './without.ts';

const byDefault = { connections: undefined };
const FASTER = /still getting faster.*`warm-up/;
const LOWERED =
  /not 32: an answer takes \d+ ms and the server works on (one request|\d+ requests) at/;

export const SLOW: readonly Manner[] = [
  {
    kind: 'prints a line for each request',
    folder: 'prints-each',
    should: {
      exit: 0,
      says: /prints [\d.]+ MB\/s, as a line for each request.*switch that off for this run/,
      withinS: 90,
    },
  },
  {
    kind: 'five threads that idle connections keep, under the connections by default',
    folder: 'idle-threads',
    scenario: byDefault,
    should: {
      exit: 0,
      says: /loaded with 5 connections each, not 32.*a thread or a worker for each idle connection/,
      withinS: 120,
    },
  },
  {
    kind: 'five workers that idle connections keep for a second, as Starman does, so that some requests run into their timeout',
    folder: 'idle-threads',
    start: 'HELD_MS=1000 exec node server.mjs',
    scenario: byDefault,
    should: {
      exit: 0,
      says: /loaded with 5 connections each, not 32: of 32 requests on 32 connections some have no answer in/,
      never: /takes longer than `timeout`/,
      withinS: 150,
    },
  },
  {
    kind: 'five threads that idle connections keep, under 32 connections that were asked for',
    folder: 'idle-threads',
    scenario: { connections: 32 },
    should: { exit: 0, says: /32 requests take .*`connections: 5`/, withinS: 240 },
  },
  {
    kind: 'a new connection for each request, of which five may wait, under the connections by default',
    folder: 'short-backlog',
    start: 'exec python3 server.py',
    scenario: byDefault,
    lacking: without('python3'),
    should: {
      exit: 0,
      says: /loaded with 5 connections each, not 32.*queue of them full, which holds 5/s,
      withinS: 120,
    },
  },
  {
    kind: 'a new connection for each request, of which five may wait, under 32 connections that were asked for',
    folder: 'short-backlog',
    start: 'exec python3 server.py',
    scenario: { connections: 32 },
    lacking: without('python3'),
    should: {
      exit: 3,
      says: /both builds: the server.s queue of new connections holds 5.*`connections: 5`/s,
      withinS: 45,
    },
  },
  {
    kind: 'one build after the other, and at head alone five new connections may wait',
    folder: 'long-backlog',
    headFolder: 'short-backlog',
    start: 'exec python3 server.py',
    server: { pairs: 'exclusive' },
    scenario: byDefault,
    lacking: without('python3'),
    should: {
      exit: 3,
      says: /head: the server.s queue of new connections holds 5.*`connections: 5`/s,
      withinS: 90,
    },
  },
  {
    kind: 'one worker of 200 ms, under the connections by default',
    folder: 'slow-worker',
    server: { env: { DELAY_MS: '200' } },
    scenario: byDefault,
    should: {
      exit: 0,
      says: LOWERED,
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
    kind: 'four workers of 500 ms',
    folder: 'slow-worker',
    server: { env: { DELAY_MS: '500', WORKERS: '4' } },
    scenario: byDefault,
    should: { exit: 0, says: LOWERED, withinS: 180 },
  },
  {
    kind: 'any number at a time, 1 s each',
    folder: 'slow-worker',
    server: { env: { DELAY_MS: '1000', WORKERS: '1000' } },
    scenario: byDefault,
    should: { exit: 0, withinS: 180 },
  },
  {
    kind: 'any number at a time, 2 s each',
    folder: 'slow-worker',
    server: { env: { DELAY_MS: '2000', WORKERS: '1000' } },
    scenario: byDefault,
    should: { exit: 0, withinS: 240 },
  },
  {
    kind: 'one route in ten takes 1 s, the others 2 ms',
    folder: 'slow-worker',
    server: { env: { DELAY_MS: '2', SLOW_MS: '1000', WORKERS: '1000' } },
    scenario: {
      requests: [
        { path: '/quick', weight: 9 },
        { path: '/slow', weight: 1 },
      ],
      connections: 16,
    },
    should: { exit: 0, withinS: 180 },
  },
  {
    kind: 'one worker, and one route in five takes 1 s, under the connections by default',
    folder: 'slow-worker',
    server: { env: { DELAY_MS: '2', SLOW_MS: '1000' } },
    scenario: {
      ...byDefault,
      requests: ['/a', '/b', '/c', '/d', '/slow'].map((path) => ({ path })),
    },
    should: { exit: 0, says: LOWERED, withinS: 240 },
  },
  {
    kind: 'answers in 10 s, above the timeout',
    folder: 'slow-worker',
    server: { env: { DELAY_MS: '10000', WORKERS: '1000' } },
    scenario: byDefault,
    should: { exit: 3, says: /`timeout: 20s`/, withinS: 60 },
  },
  {
    kind: 'four workers, of which one has all connections',
    folder: 'one-of-workers',
    start: 'exec python3 server.py',
    lacking: without('python3'),
    should: { exit: 0, says: /unevenly\s+among\s+the\s+4\s+workers/, withinS: 90 },
  },
  {
    kind: 'writes an answer in two parts, and waits 40 ms for each to be acknowledged',
    folder: 'two-writes',
    start: 'exec python3 server.py',
    lacking: without('python3'),
    should: { exit: 0, says: /delayed\s+ACK\).*TCP_NODELAY/s, withinS: 120 },
  },
  {
    kind: 'gets faster for 20 s',
    folder: 'slow-warm-up',
    server: { env: { FOR_MS: '20000' } },
    should: { exit: 0, says: FASTER, withinS: 120 },
  },
  {
    kind: 'gets faster for 60 s, from half of its speed',
    folder: 'slow-warm-up',
    server: { env: { FOR_MS: '60000', COLD_US: '400' } },
    // A rise of 1.7 % a second is hardly ever seen (ADR 0021), and both builds have it alike.
    should: { exit: 0, withinS: 120 },
  },
  {
    kind: 'gets faster for 10 s, from half of its speed',
    folder: 'slow-warm-up',
    server: { env: { FOR_MS: '10000', COLD_US: '400' } },
    should: { exit: 0, says: FASTER, withinS: 120 },
  },
  {
    kind: 'a JVM that compiles while it is loaded',
    folder: 'jvm',
    // Else it waits 40 ms for each answer to be acknowledged, and is as fast cold as warm.
    start: 'exec java -Dsun.net.httpserver.nodelay=true Main.java',
    lacking: without('java'),
    should: { exit: 0, says: /warmed up in|still getting faster/, withinS: 120 },
  },
  {
    kind: 'never steady: as fast as it likes',
    folder: 'slow-warm-up',
    server: { env: { FOR_MS: '1', WANDERS: '1' } },
    should: { exit: 0, never: FASTER, withinS: 120 },
  },
  {
    kind: 'gets faster for 2 s',
    folder: 'slow-warm-up',
    server: { env: { FOR_MS: '2000' } },
    should: { exit: 0, says: /warmed\s+up\s+in/, never: FASTER, withinS: 120 },
  },
];
