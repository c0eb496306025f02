/** The part of autocannon's programmatic interface that is used here; the package has no types. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';
  import type { ConnectionOptions } from 'node:tls';

  function autocannon(options: autocannon.Options): autocannon.Run;

  namespace autocannon {
    interface Options {
      url: string;
      socketPath?: string;
      servername?: string;
      tlsOptions?: ConnectionOptions;
      connections: number;
      /** Seconds. */
      duration?: number;
      /** Requests to send in all, in place of a duration; no fewer than there are connections. */
      amount?: number;
      /** Seconds, at least 1. */
      timeout: number;
      /** Milliseconds between samples; the run can only end on one. */
      sampleInt: number;
      /** Called for each connection, in order, before it is opened. */
      setupClient: (client: Client) => void;
    }
    interface Request {
      method: string;
      path: string;
      headers: Record<string, string>;
      body?: Buffer;
      /** Called for each answer, before the run's own event. */
      onResponse?: (status: number, body: string) => void;
    }
    interface Client extends EventEmitter {
      setRequests(requests: Request[]): void;
      /** These three are not documented. */
      parser: { body_bytes: number | null; isChunked: boolean };
      requestIterator: { currentRequest: Request };
      pipelinedRequests: { peek(): { body: string } | undefined };
    }
    /** Emits `start`, `response`, `reqError` and `done`; a promise of its result as well. */
    interface Run extends EventEmitter, PromiseLike<Result> {
      /** Ends the run on its next sample. */
      stop(): void;
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
