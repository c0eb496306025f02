/** How a metric's figures are counted and held to account. */
import * as z from 'zod';

/** `s`: CPU seconds per piece of work, latencies, stalls. `B/1k`: bytes per 1,000 pieces of work. `share`: a fraction. */
export const MetricUnit = z.enum(['req/s', 'msg/s', 's', 'B', 'B/1k', 'share']);
export type MetricUnit = z.infer<typeof MetricUnit>;

/**
 * How head is compared with base. `ratio`: ln(cost_head / cost_base); a change is a fraction. `difference`: head - base; a
 * change has the metric's unit, because base may be about nothing. `limit`: head's own value against a limit. `none`: shown,
 * and never judged.
 */
export const Comparison = z.enum(['ratio', 'difference', 'limit', 'none']);
export type Comparison = z.infer<typeof Comparison>;

/** What throughput and CPU time are counted by: requests, or messages received. */
export const Work = z.enum(['request', 'message']);
export type Work = z.infer<typeof Work>;
