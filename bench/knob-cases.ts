/** Which knob moves which metric, and by how much. */
import type { MetricName } from '../src/config/experiment/metrics.ts';

export interface KnobCase {
  name: string;
  fixture: string;
  /** Environment of both arms. */
  env?: Record<string, string>;
  /** Of head alone. */
  knobs: Record<string, string>;
  /** In words: what head does that base does not. */
  injected: string;
  /** Metrics that must move. */
  moves: readonly MetricName[];
  /** Metrics that move with them, because they are the same thing seen from another side. */
  also?: readonly MetricName[];
  scenario: Record<string, unknown>;
  server?: Record<string, unknown>;
  gate?: Record<string, unknown>;
  budget?: string;
}

const MIB = 1024 * 1024;
const LATENCIES = ['p50', 'p90', 'p99', 'p999', 'max'] as const;
const SIZES = ['memory', 'pss', 'peak-memory'] as const;
const HOLD = { mode: 'hold', connections: 2000, 'open-rate': 4000, hold: '3s', rate: 1000 };
const HOLD_GATE = { metrics: ['p99', 'memory', 'memory-per-connection', 'refused', 'dropped'] };

export const KNOB_CASES: readonly KnobCase[] = [
  {
    name: 'nothing',
    fixture: 'go-http',
    knobs: {},
    injected: 'nothing, with every phase on',
    moves: ['throughput', 'cpu', 'p50', 'p99', 'memory', 'memory-growth', 'longest-stall'],
    scenario: { steady: '2s' },
  },
  {
    name: 'cpu',
    fixture: 'go-http',
    knobs: { KNOB_CPU_ITERATIONS: '600' },
    injected: 'about 8 % more CPU work per request',
    moves: ['throughput', 'cpu'],
    also: LATENCIES,
    scenario: {},
  },
  {
    name: 'p99',
    fixture: 'go-http',
    knobs: { KNOB_SLOW_RATE: '0.02', KNOB_SLOW_MS: '5' },
    injected: '2 % of the requests wait 5 ms',
    moves: ['p99'],
    also: ['throughput', 'p999', 'max'],
    scenario: { rate: 5000 },
  },
  {
    name: 'p50',
    fixture: 'go-http',
    knobs: { KNOB_DELAY_MS: '1' },
    injected: 'every request waits 1 ms',
    moves: ['p50', 'p90'],
    also: ['throughput', 'cpu', 'p99', 'p999', 'max'],
    scenario: { rate: 5000 },
  },
  {
    name: 'memory',
    fixture: 'go-http',
    knobs: { KNOB_KEEP_BYTES: String(4 * MIB) },
    injected: '4 MiB kept from the start',
    moves: ['memory', 'pss', 'peak-memory'],
    scenario: {},
  },
  {
    name: 'peak-memory',
    fixture: 'go-http',
    knobs: { KNOB_PEAK_BYTES: String(32 * MIB) },
    injected: '32 MiB used and given back before the start',
    moves: ['peak-memory'],
    scenario: {},
    gate: { metrics: ['throughput', 'cpu', 'memory', 'peak-memory'] },
  },
  {
    name: 'memory-growth',
    fixture: 'rust-http',
    knobs: { KNOB_LEAK_BYTES: '1000' },
    injected: '1,000 bytes per request are kept for ever: 977 KiB per 1,000',
    moves: ['memory-growth'],
    also: [...SIZES, 'cpu', 'throughput', ...LATENCIES],
    scenario: {},
    gate: { metrics: ['memory-growth'] },
  },
  {
    name: 'memory-growth-node',
    fixture: 'node-http',
    knobs: { KNOB_LEAK_BYTES: '10000' },
    injected:
      '10,000 bytes per request are kept for ever, and about 200 of books: 9,961 KiB per 1,000',
    moves: ['memory-growth'],
    also: [...SIZES, 'cpu', 'throughput', ...LATENCIES],
    scenario: { connections: 8, latency: false },
    gate: { metrics: ['memory-growth'] },
    budget: '20s',
  },
  {
    name: 'longest-stall',
    fixture: 'node-http',
    knobs: { KNOB_STALL_MS: '50', KNOB_STALL_EVERY_MS: '1000' },
    injected: 'the server stops for 50 ms every second',
    moves: ['longest-stall', 'throughput-cv'],
    also: LATENCIES,
    scenario: { steady: '3s' },
    gate: {
      metrics: ['throughput', 'cpu', 'memory', 'longest-stall', 'throughput-cv'],
      limits: { 'longest-stall': '40ms' },
    },
  },
  {
    name: 'errors',
    fixture: 'go-http',
    knobs: { KNOB_ERROR_RATE: '0.002' },
    injected: '2 of 1,000 requests are answered 500',
    moves: ['errors'],
    scenario: {},
    budget: '30s',
  },
  {
    name: 'dropped',
    fixture: 'go-http',
    knobs: { KNOB_CLOSE_RATE: '0.001', KNOB_CLOSE_AFTER_MS: '1000' },
    injected: 'the server closes 1 of 1,000 connections after a second',
    moves: ['dropped'],
    scenario: { ...HOLD, connections: 5000 },
    gate: HOLD_GATE,
  },
  {
    name: 'memory-per-connection',
    fixture: 'go-http',
    knobs: { KNOB_CONNECTION_BYTES: '16384' },
    injected: '16 KiB more per connection',
    moves: ['memory-per-connection'],
    also: ['memory', 'pss'],
    scenario: { ...HOLD, connections: 5000 },
    gate: HOLD_GATE,
  },
  {
    name: 'dropped-websocket',
    fixture: 'go-websocket',
    knobs: { KNOB_CLOSE_RATE: '0.001', KNOB_CLOSE_AFTER_MS: '1000' },
    injected: 'the server closes 1 of 1,000 connections after a second',
    moves: ['dropped'],
    scenario: { ...HOLD, connections: 5000, protocol: 'websocket', path: '/ws/echo' },
    gate: HOLD_GATE,
  },
];
