/** The named examples of the golden files, one for each word and for each way to it. */
import type { MetricVerdict, Verdict } from '../../src/judge/verdict/verdict.ts';
import { quoting } from '../support/english.ts';
import { BAR_EXAMPLES } from './bar-examples.ts';
import { baseless, metric, slower, steady, subject, verdictOf } from './build.ts';
import { EXTREME_EXAMPLES } from './extreme-examples.ts';
import { METRIC_EXAMPLES } from './metric-examples.ts';

const NOISY = {
  code: 'too-noisy',
  subject: 'p99',
  data: { visible: 0.96, tolerance: 0.2, keeps: 0.414, budgetNeededMs: 372_000 },
} as const;

/** Metrics of a subject that was never loaded. */
const unmeasured = (): MetricVerdict[] =>
  (['throughput', 'cpu'] as const).map((name) =>
    metric(name, 'invalid', {
      ...{ base: null, head: null, change: null, interval: null },
      ...{ mde: null, p: null, sd: null, blocks: 0 },
    }),
  );

const failing = [
  'Building api (head) failed: exit code 1. Command: npm ci',
  '',
  "\u001b[31mnode -e 'throw 1'\u001b[0m",
  '    --if-present',
  '```',
  '</details><img src=x onerror=alert(1)>',
].join('\n');

/** Every golden file's verdict, by name. */
export const EXAMPLES: Record<string, () => Verdict> = {
  ...METRIC_EXAMPLES,
  ...BAR_EXAMPLES,
  ...EXTREME_EXAMPLES,

  regression: () =>
    verdictOf('regression', [subject('api', 'plaintext', 'regression', slower(0.081))]),

  'regression-small': () =>
    verdictOf('regression', [
      subject('api', 'plaintext', 'regression', [
        metric('throughput', 'unchanged', { change: -0.011 }),
        metric('cpu', 'regression', { change: 0.032, interval: [0.021, 0.043], p: 0.0008 }),
        metric('memory', 'regression', { change: 0.31, interval: [0.29, 0.33], p: 0.00001 }),
      ]),
    ]),

  'regression-several': () =>
    verdictOf('regression', [
      subject('api', 'json', 'unchanged', steady()),
      subject('api', 'plaintext', 'regression', slower(0.081)),
      subject('web', 'search', 'regression', slower(0.62), {
        warnings: [
          {
            ...{ code: 'generator-limit', severity: 'warning', subject: 'head' },
            data: { generatorBusy: 0.93, serverBusy: 0.71 },
          },
        ],
      }),
      subject(
        'web',
        'upload',
        'inconclusive',
        [
          metric('throughput', 'inconclusive', { change: -0.031, interval: [-0.082, 0.021] }),
          metric('cpu', 'unchanged'),
        ],
        { budgetNeededMs: 340_000 },
      ),
      subject('web', 'login', 'improvement', [
        metric('throughput', 'improvement', { change: 0.092 }),
        metric('cpu', 'improvement', { change: -0.088 }),
      ]),
      subject('web', 'health', 'invalid', [], { reasons: [quoting(failing)] }),
      subject('web', 'new-page', 'no-baseline', [
        metric('throughput', 'no-baseline', {
          base: null,
          head: 1234.56,
          change: null,
          mde: null,
          p: null,
          sd: 0.03,
        }),
      ]),
    ]),

  /** Messages and not requests, one arm at a time, several engines. */
  messages: () =>
    verdictOf('regression', [
      subject(
        'chat',
        'room',
        'regression',
        [
          metric('throughput', 'regression', {
            work: 'message',
            unit: 'msg/s',
            change: -0.081,
            p: 0.0001,
          }),
          metric('cpu', 'unchanged', { work: 'message' }),
          metric('memory', 'unchanged'),
        ],
        {
          pairs: 'exclusive',
          engine: 'ws 8.23.0',
          reach: { base: 1, head: 0.99987 },
          burst: { base: null, head: null },
        },
      ),
      subject('api', 'h3', 'unchanged', steady(), {
        engine: '@currentspace/http3 0.9.0 (WASM)',
        burst: { base: null, head: null },
      }),
    ]),

  improvement: () =>
    verdictOf('improvement', [
      subject('api', 'plaintext', 'improvement', [
        metric('throughput', 'improvement', { change: 0.092 }),
        metric('cpu', 'improvement', { change: -0.088 }),
        metric('memory', 'inconclusive', { change: 0.01, interval: [-0.05, 0.07] }),
      ]),
    ]),

  unchanged: () => verdictOf('unchanged', [subject('api', 'plaintext', 'unchanged', steady())]),

  'too-noisy': () =>
    verdictOf('unchanged', [
      subject(
        'api',
        'plaintext',
        'unchanged',
        [
          ...steady(),
          metric('p99', 'inconclusive', {
            ...{ gating: false, change: 0.05, interval: [-0.3, 0.6], tolerance: 0.2, mde: 0.96 },
            ...{ reasons: [{ ...NOISY, severity: 'doubt' }] },
          }),
        ],
        { warnings: [{ ...NOISY, severity: 'warning' }] },
      ),
    ]),
  'unchanged-several': () =>
    verdictOf('unchanged', [
      subject('api', 'plaintext', 'unchanged', steady()),
      subject('api', 'json', 'unchanged', steady(), {
        warnings: [
          {
            ...{ code: 'blocks-disturbed', severity: 'warning', subject: null },
            data: { blocks: 3, example: { kind: 'steal', share: 0.04 }, isNeighbour: false },
          },
        ],
      }),
    ]),

  inconclusive: () =>
    verdictOf('inconclusive', [
      subject(
        'api',
        'plaintext',
        'inconclusive',
        [
          metric('throughput', 'inconclusive', {
            change: -0.021,
            interval: [-0.0612, 0.019],
            mde: 0.058,
            blocks: 20,
            sd: 0.086,
            reasons: [
              {
                ...{ code: 'interval-spans-tolerance', severity: 'doubt' },
                ...{ subject: 'throughput', data: {} },
              },
            ],
          }),
          metric('cpu', 'unchanged', { blocks: 20 }),
          metric('memory', 'unchanged', { blocks: 20 }),
        ],
        { budgetNeededMs: 327_000 },
      ),
    ]),

  invalid: () =>
    verdictOf('invalid', [
      subject('api', 'plaintext', 'invalid', steady(), {
        reasons: [
          {
            ...{ code: 'answers-broken', severity: 'error', subject: null },
            data: {
              ...{ work: 'request', load: 'GET /, 32 connections', base: null, isHttp: true },
              head: {
                ...{ failed: 312, attempted: 40_000 },
                example: 'expected status 200, got 500 (text/plain)',
              },
            },
          },
        ],
      }),
    ]),

  'invalid-crash': () =>
    verdictOf('invalid', [
      subject('api', 'plaintext', 'invalid', [], {
        reasons: [quoting(failing)],
        burst: { base: null, head: null },
      }),
    ]),

  'invalid-both': () =>
    verdictOf('invalid', [
      subject('api', 'plaintext', 'invalid', unmeasured(), {
        reasons: [
          quoting(
            'both builds: GET / is not answered as expected: expected status 200, got 307 (location: /items/)',
          ),
        ],
        cure: {
          code: 'redirected',
          answer: { status: 307, contentType: null, location: '/items/' },
        },
        blocks: 0,
        burst: { base: null, head: null },
      }),
    ]),

  'no-baseline': () =>
    verdictOf('no-baseline', [baseless(quoting('there is no folder services/api for server api'))]),

  alone: () =>
    verdictOf(
      'no-baseline',
      [baseless({ code: 'head-alone', severity: 'error', subject: null, data: {} })],
      {
        design: 'alone',
        sources: { base: null, head: { commit: null, description: 'the folder services' } },
      },
    ),
};
