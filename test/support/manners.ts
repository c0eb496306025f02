/** How servers become ready and end, where a config says nothing. */
import type { Ready, Stop } from '../../src/config/experiment/server.ts';

export const READY: Ready = {
  path: '/',
  method: 'GET',
  headers: {},
  status: null,
  times: 1,
  log: null,
  command: null,
  timeoutMs: 60_000,
};

export const STOP: Stop = { signal: 'SIGTERM', timeoutMs: 10_000, command: null };
