/** Small builders of verdicts for the report's tests, and the named examples of the golden files. */
import { judge } from '../../src/judge/judge.ts';
import type {
  MetricVerdict,
  SubjectVerdict,
  Verdict,
  VerdictWord,
} from '../../src/judge/verdict.ts';
import { Verdict as VerdictSchema } from '../../src/judge/verdict.ts';
import type { BurstResult } from '../../src/measure/load/protocol.ts';
import type { BlockMeasurement } from '../../src/measure/measurement.ts';
import { type BlockRatios, measurementOf } from '../support/measurement.ts';

export function burst(requestsPerSecond: number, changes: Partial<BurstResult> = {}): BurstResult {
  const completed = Math.round(requestsPerSecond * 2);
  return {
    requestsPerSecond,
    latencyP50Ms: 1,
    latencyP99Ms: 3,
    durationS: 2,
    completed,
    errors: 0,
    timeouts: 0,
    statuses: { 200: completed },
    ...changes,
  };
}

export function metric(
  name: MetricVerdict['name'],
  verdict: VerdictWord,
  changes: Partial<MetricVerdict> = {},
): MetricVerdict {
  const base = { throughput: 41_234.5, cpu: 21.07e-6, memory: 48.2 * 1024 ** 2 }[name];
  const change = changes.change === undefined ? 0.004 : changes.change;
  return {
    name,
    work: 'request',
    unit: ({ throughput: 'req/s', cpu: 's', memory: 'B' } as const)[name],
    verdict,
    base,
    head: change === null ? base : base * (1 + change),
    change,
    interval: change === null ? null : [change - 0.009, change + 0.009],
    mde: 0.029,
    tolerance: 0.05,
    gating: name !== 'memory',
    blocks: 10,
    p: 0.41,
    sd: 0.0126,
    reason: null,
    ...changes,
  };
}

export function subject(
  server: string,
  scenario: string,
  verdict: VerdictWord,
  metrics: MetricVerdict[],
  changes: Partial<SubjectVerdict> = {},
): SubjectVerdict {
  return {
    server,
    scenario,
    verdict,
    blocks: metrics.reduce((most, { blocks }) => Math.max(most, blocks), 0),
    metrics,
    reason: null,
    warnings: [],
    pairs: 'live',
    engine: 'http1',
    reach: null,
    burst: { base: burst(38_120), head: burst(35_044) },
    budgetNeededMs: null,
    ...changes,
  };
}

const ENVIRONMENT = {
  os: 'linux',
  kernel: '6.11.0-1018-azure',
  cpuModel: 'AMD EPYC 7763 64-Core Processor',
  cpuCount: 4,
  memoryBytes: 16 * 1024 ** 3,
  runnerImage: 'ubuntu24 20261115.1.0',
  node: 'v24.21.0',
};

const CORES = { generator: [0, 1], servers: [2, 3], note: null };

const SOURCES = {
  base: {
    commit: '8f14e45fceea167a5a36dedd4bea2543b1a7c9d0',
    description: "first parent of the pull request's merge commit",
  },
  head: { commit: 'c9f0f895fb98ab9159f51fd0297e236d5e2f7a11', description: 'HEAD' },
};

/** A verdict over `subjects`, valid by the schema, whose word is `word`. */
export function verdictOf(
  word: VerdictWord,
  subjects: SubjectVerdict[],
  changes: Partial<Verdict> = {},
): Verdict {
  return VerdictSchema.parse({
    schemaVersion: 1,
    tool: { name: 'throughput-gate', version: '0.1.0' },
    verdict: word,
    subjects,
    startedAt: '2026-11-23T17:20:00.000Z',
    seed: 20261123,
    design: 'pairs',
    falseAlarmRate: 0.01,
    budgetMs: 120_000,
    environment: ENVIRONMENT,
    cores: CORES,
    sources: SOURCES,
    flags: [],
    commands: subjects.map(({ server, scenario }) => ({
      subject: `${server}/${scenario}`,
      build: 'npm ci',
      start: 'node server.js',
      load: `GET /${scenario}, 50 connections`,
    })),
    ...changes,
  } satisfies Verdict);
}

const steady = (): MetricVerdict[] => [
  metric('throughput', 'unchanged'),
  metric('cpu', 'unchanged', { change: -0.0012 }),
  metric('memory', 'unchanged', { change: 0.0002, interval: [-0.0003, 0.0007] }),
];

const slower = (change: number): MetricVerdict[] => [
  metric('throughput', 'regression', { change: -change, p: 0.00002 }),
  metric('cpu', 'regression', { change: change * 1.04, p: 0.000004 }),
  metric('memory', 'unchanged', { change: 0.0002, interval: [-0.0003, 0.0007] }),
];

const baseless = (reason: string): SubjectVerdict => {
  const nothing = { base: null, change: null, mde: null, p: null };
  return subject(
    'api',
    'plaintext',
    'no-baseline',
    [metric('throughput', 'no-baseline', nothing), metric('cpu', 'no-baseline', nothing)],
    { reason, burst: { base: null, head: burst(38_120) } },
  );
};

const failing = [
  'head ended with exit code 1 while starting (after 312 ms). Its last lines:',
  '',
  "\u001b[31mError: Cannot find module './router'\u001b[0m",
  '    at Function._resolveFilename (node:internal/modules/cjs/loader:1420:15)',
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

/** What the judge itself says of a made-up measurement, so that every figure agrees with the rule. */
function guide(): Verdict {
  const measurement = measurementOf({
    seed: 20_261_123,
    slices: 40,
    subjects: [
      {
        scenario: 'plaintext',
        planned: 20,
        blocks: ratios(10, [0.0845, 0.026], [0.0807, 0.022]),
        edit: takesLonger(0.97),
      },
      {
        scenario: 'search',
        planned: 20,
        blocks: ratios(20, [0.019, 0.09], [0.006, 0.012]),
        restarts: 1,
        edit: takesLonger(13),
      },
      {
        scenario: 'json',
        planned: 20,
        blocks: ratios(6, [-0.004, 0.009], [-0.001, 0.008]),
        edit: takesLonger(1.07),
      },
    ],
  });
  Object.assign(measurement, { environment: ENVIRONMENT, sources: SOURCES });
  measurement.plan.cores = CORES;
  for (const server of measurement.experiment.servers) server.build = 'npm ci';
  const arms = measurement.subjects[1]?.rehearsal?.arms;
  Object.assign(arms?.base ?? {}, {
    rate: 3080,
    burst: burst(2_405, { latencyP50Ms: 13, latencyP99Ms: 41 }),
  });
  Object.assign(arms?.head ?? {}, {
    rate: 3040,
    burst: burst(2_390, { latencyP50Ms: 13, latencyP99Ms: 43 }),
  });
  return judge(measurement);
}

/** Blocks whose values have exactly these means and standard deviations. */
function ratios(
  count: number,
  throughput: [mean: number, sd: number],
  cpu: [mean: number, sd: number],
): BlockRatios[] {
  const swing = Math.sqrt((count - 1) / count);
  const value = ([mean, sd]: [number, number], up: boolean) => mean + (up ? sd : -sd) * swing;
  return Array.from({ length: count }, (_, i) => ({
    throughput: value(throughput, i % 2 === 0),
    cpu: value(cpu, i % 2 === 1),
    memory: (i % 3) / 1000,
  }));
}

/** Makes a scenario this many times as dear as the others. */
function takesLonger(factor: number): (block: BlockMeasurement) => void {
  return (block) => {
    block.sliceUs = block.sliceUs.map((us) => us * factor);
    for (const observation of Object.values(block.arms)) {
      observation.cpuMs = observation.cpuMs?.map((ms) => ms * factor) ?? null;
      observation.cpuTicksMs = (observation.cpuTicksMs ?? 0) * factor;
    }
  };
}

/** Every golden file's verdict, by name. */
export const EXAMPLES: Record<string, () => Verdict> = {
  regression: () =>
    verdictOf('regression', [subject('api', 'plaintext', 'regression', slower(0.081))]),

  /** Stands in docs/reading-the-report.md. */
  guide,

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
        warnings: ['The load generator was 93% busy on head: throughput may be higher than shown.'],
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
      subject('web', 'health', 'invalid', [], { reason: failing }),
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

  'unchanged-several': () =>
    verdictOf('unchanged', [
      subject('api', 'plaintext', 'unchanged', steady()),
      subject('api', 'json', 'unchanged', steady(), {
        warnings: ['Base and head were measured on cores that other work shared (steal 4%).'],
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
            reason: 'the interval reaches beyond the tolerance',
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
        reason: 'head answered 312 of 40,000 requests with status 500 (expected 200).',
      }),
    ]),

  'invalid-crash': () =>
    verdictOf('invalid', [
      subject('api', 'plaintext', 'invalid', [], {
        reason: failing,
        burst: { base: null, head: null },
      }),
    ]),

  'no-baseline': () => verdictOf('no-baseline', [baseless('base has no folder services/api')]),

  alone: () =>
    verdictOf('no-baseline', [baseless('only head was measured')], {
      design: 'alone',
      sources: { base: null, head: { commit: null, description: 'the folder services' } },
    }),

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
          warnings: [`${name} said @octocat: see #12, GH-7 or www.evil.example & <b>$x_1$</b>`],
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
              warnings: ['Cores are shared with other work.'],
            });
      }),
    ),
};
