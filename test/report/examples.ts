/** The named examples of the golden files. */
import type { Bar } from '../../src/config/bar.ts';
import type { Finding } from '../../src/judge/findings/finding.ts';
import type { MetricVerdict, SubjectVerdict, Verdict } from '../../src/judge/verdict.ts';
import { quoting } from '../support/english.ts';
import { burst, metric, steady, subject, verdictOf } from './build.ts';
import { METRIC_EXAMPLES } from './metric-examples.ts';

const slower = (change: number): MetricVerdict[] => [
  metric('throughput', 'regression', { change: -change, p: 0.00002 }),
  metric('cpu', 'regression', { change: change * 1.04, p: 0.000004 }),
  metric('memory', 'unchanged', { change: 0.0002, interval: [-0.0003, 0.0007] }),
];

const baseless = (reason: Finding): SubjectVerdict => {
  const nothing = { base: null, change: null, mde: null, p: null };
  return subject(
    'api',
    'plaintext',
    'no-baseline',
    [metric('throughput', 'no-baseline', nothing), metric('cpu', 'no-baseline', nothing)],
    { reasons: [reason], burst: { base: null, head: burst(38_120) } },
  );
};

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

/** Names and texts that try to break out. */
const hostile = [
  '`|`\n\n# Approved by @octocat [merge](https://evil.example)',
  '<img src=x onerror=alert(1)></details>',
  '::error file=a::owned',
  'a\\|b `` c',
  '\u001b[2Jcleared\u202egnp.exe',
  '   ',
];

const bar = (changes: Bar['changes'], more: Partial<Bar> = {}): Bar => ({
  asked: 'head',
  from: 'head',
  base: 'read',
  problem: null,
  changes,
  ...more,
});

/** Every golden file's verdict, by name. */
export const EXAMPLES: Record<string, () => Verdict> = {
  ...METRIC_EXAMPLES,

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

  'lowered-bar': () =>
    verdictOf('unchanged', [subject('api', 'plaintext', 'unchanged', steady())], {
      bar: bar([
        {
          key: 'gate.tolerance.p99',
          kind: 'changed',
          base: '20%',
          head: '500%',
          effect: 'looser',
        },
        { key: 'gate.metrics', kind: 'removed', base: 'memory', head: null, effect: 'looser' },
        { key: 'scenarios.order', kind: 'removed', base: null, head: null, effect: 'looser' },
        {
          key: 'servers.api.start',
          kind: 'changed',
          base: 'node server.js',
          head: 'node server.js --fast `|`\n<b>',
          effect: 'other',
        },
        {
          key: 'scenarios.plaintext.headers.authorization',
          kind: 'changed',
          base: null,
          head: null,
          effect: 'other',
        },
        { key: 'gate.budget', kind: 'changed', base: '1m', head: '2m', effect: 'stricter' },
      ]),
    }),

  'no-baseline-bar': () =>
    verdictOf(
      'no-baseline',
      [baseless(quoting('base: the server ended before it was ready (exit code 1)'))],
      {
        bar: bar([
          {
            key: 'servers.api.start',
            kind: 'changed',
            base: 'node server.js',
            head: 'node new.js',
            effect: 'other',
          },
        ]),
      },
    ),

  'base-is-law': () =>
    verdictOf('regression', [subject('api', 'plaintext', 'regression', slower(0.081))], {
      bar: bar(
        [
          {
            key: 'gate.tolerance.throughput',
            kind: 'changed',
            base: '5%',
            head: '50%',
            effect: 'looser',
          },
        ],
        { asked: 'base', from: 'base' },
      ),
    }),

  'broken-law': () =>
    verdictOf('unchanged', [subject('api', 'plaintext', 'unchanged', steady())], {
      bar: bar([], {
        asked: 'base',
        base: 'broken',
        problem: '.github/throughput-gate.yml:7:3',
      }),
    }),

  alone: () =>
    verdictOf(
      'no-baseline',
      [baseless({ code: 'head-alone', severity: 'error', subject: null, data: {} })],
      {
        design: 'alone',
        sources: { base: null, head: { commit: null, description: 'the folder services' } },
      },
    ),

  stored: () =>
    verdictOf(
      'unchanged',
      [subject('api', 'plaintext', 'unchanged', steady(), { burst: { base: null, head: null } })],
      {
        design: 'stored',
        cores: { generator: null, servers: null, note: 'only one core: nothing was pinned' },
        environment: {
          os: 'linux',
          kernel: '6.1.0',
          cpuModel: 'Neoverse-N1',
          cpuCount: 1,
          memoryBytes: 961 * 1024 ** 2,
          runnerImage: null,
          node: 'v24.21.0',
        },
      },
    ),

  hostile: () =>
    verdictOf(
      'regression',
      hostile.map((name, index) =>
        subject(name, hostile[(index + 1) % hostile.length] as string, 'regression', slower(0.08), {
          warnings: [
            quoting(`${name} said @octocat: see #12, GH-7 or www.evil.example & <b>$x_1$</b>`),
          ],
        }),
      ),
      {
        commands: hostile.map((name) => ({
          subject: name,
          build: `echo ${name}\n\`\`\`\`\n</details>`,
          start: '````\n# not a heading\n@octocat',
          load: name,
        })),
        environment: {
          os: '<b>linux</b>',
          kernel: '@kernel',
          cpuModel: '| a | b |',
          cpuCount: 4,
          memoryBytes: 1e9,
          runnerImage: '[x](javascript:alert(1))',
          node: '`v24`',
        },
        sources: {
          base: { commit: 'abc; rm -rf ~', description: '@octocat\n> [!TIP]' },
          head: { commit: '$(reboot)', description: '*bold*' },
        },
      },
    ),

  huge: () =>
    verdictOf('regression', [
      subject('api', 'plaintext', 'regression', [
        metric('throughput', 'regression', {
          base: 123_456_789_012,
          head: 0.004,
          change: -1,
          interval: [-1, -0.999],
        }),
        metric('cpu', 'regression', {
          base: 3.4e-9,
          head: 7200,
          change: 2.1e12,
          interval: [2e12, 2.2e12],
          sd: 13.4,
          mde: 1.7,
        }),
        metric('memory', 'unchanged', { base: 0, head: 5e15, change: null, interval: null }),
      ]),
    ]),

  many: () =>
    verdictOf(
      'regression',
      Array.from({ length: 300 }, (_, index) => {
        const size = 0.03 + (index % 97) / 200;
        return index % 3 === 0
          ? subject(`service-${index}`, 'plaintext', 'regression', slower(size))
          : subject(`service-${index}`, 'plaintext', 'unchanged', steady(), {
              warnings: [
                {
                  ...{ code: 'rare-stalls', severity: 'warning', subject: 'head' },
                  data: { share: 0.012 },
                },
              ],
            });
      }),
    ),
};
