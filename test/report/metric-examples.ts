/** Examples of what is not throughput or CPU time: tails, growth, stalls, holds, scaling. */
import type { Verdict } from '../../src/judge/verdict/verdict.ts';
import {
  everyMetric,
  held,
  holdMetrics,
  metric,
  scaling,
  steady,
  subject,
  verdictOf,
} from './build.ts';

export const METRIC_EXAMPLES: Record<string, () => Verdict> = {
  /** A tail that grew, among everything that a scenario has. */
  'tail-latency': () =>
    verdictOf('regression', [
      subject(
        'api',
        'plaintext',
        'regression',
        everyMetric(
          metric('p99', 'regression', {
            change: 0.352,
            interval: [0.281, 0.427],
            mde: 0.118,
            p: 0.0002,
            sd: 0.061,
          }),
          metric('p90', 'regression', { change: 0.164, interval: [0.121, 0.209] }),
          metric('pss', 'improvement', { change: -0.071 }),
          metric('p999', 'unchanged', { change: 0.61 }),
        ),
      ),
    ]),

  /** Memory that grows, judged as a difference. */
  'memory-growth': () =>
    verdictOf('regression', [
      subject(
        'api',
        'plaintext',
        'regression',
        everyMetric(
          metric('memory-growth', 'regression', {
            change: 412_000,
            interval: [388_000, 436_000],
            gating: true,
            p: 0.00001,
          }),
        ),
      ),
      subject(
        'api',
        'json',
        'inconclusive',
        everyMetric(
          metric('memory-growth', 'inconclusive', {
            base: -2200,
            head: 9100,
            change: 11_300,
            interval: [-96_000, 118_600],
            mde: 160_000,
            gating: true,
            reasons: [
              {
                code: 'interval-spans-tolerance',
                severity: 'doubt',
                subject: 'memory-growth',
                data: {},
              },
            ],
          }),
        ),
        { budgetNeededMs: 300_000 },
      ),
    ]),

  /** Stalls, which have a limit and nothing to be compared with. */
  stalls: () =>
    verdictOf('regression', [
      subject(
        'api',
        'plaintext',
        'regression',
        everyMetric(
          metric('longest-stall', 'regression', {
            head: 0.052,
            limit: 0.02,
            gating: true,
          }),
          metric('throughput-cv', 'regression', {
            base: 0.083,
            head: 0.191,
            change: 1.3,
            interval: [1.05, 1.58],
          }),
        ),
      ),
    ]),

  /** Connections that were dropped, beside a hold that lost none. */
  hold: () =>
    verdictOf('regression', [
      subject(
        'api',
        'idle',
        'regression',
        holdMetrics(
          metric('dropped', 'regression', { head: 0.001 }),
          metric('refused', 'unchanged', { base: 0.00001, head: 0 }),
        ),
        {
          pairs: 'exclusive',
          engine: 'hold',
          hold: { base: held({ opened: 99_999, refused: 1 }), head: held({ dropped: 100 }) },
          burst: { base: null, head: null },
        },
      ),
      subject('chat', 'idle', 'unchanged', holdMetrics(), {
        pairs: 'exclusive',
        engine: 'hold',
        hold: { base: held(), head: held({ openMs: 29_030, connectMaxUs: 1_204_000 }) },
        burst: { base: null, head: null },
      }),
    ]),

  /** Several numbers of server cores, of which this machine has not all. */
  scaling: () =>
    verdictOf(
      'unchanged',
      [
        subject('api', 'plaintext@1', 'unchanged', steady()),
        subject('api', 'plaintext@2', 'unchanged', steady()),
      ],
      {
        scaling: [
          scaling('plaintext', { lacking: [8, 4] }),
          scaling('json', {
            points: [
              {
                cores: 1,
                base: null,
                head: 9_120,
                baseEfficiency: null,
                headEfficiency: 1,
                limited: false,
              },
              {
                cores: 2,
                base: null,
                head: 15_870,
                baseEfficiency: null,
                headEfficiency: 0.87,
                limited: true,
              },
            ],
          }),
        ],
      },
    ),
};
