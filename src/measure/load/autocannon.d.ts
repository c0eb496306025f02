/** The part of autocannon's programmatic interface that the burst uses; the package has no types. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  function autocannon(options: autocannon.Options): Promise<autocannon.Result>;

  namespace autocannon {
    interface Options {
      url: string;
      connections: number;
      /** Seconds. */
      duration: number;
      /** Seconds. */
      timeout: number;
      /** Milliseconds between samples; the run can only end on one. */
      sampleInt: number;
      method: string;
      headers: Record<string, string>;
      body?: string;
      setupClient?: (client: Client) => void;
    }
    interface Client extends EventEmitter {
      parser: { body_bytes: number | null; isChunked: boolean };
    }
    interface Result {
      /** Seconds. */
      duration: number;
      errors: number;
      timeouts: number;
      statusCodeStats: Record<string, { count: number }>;
      /** Milliseconds. */
      latency: { p50: number; p99: number };
      requests: { total: number; average: number };
    }
  }
  export = autocannon;
}
