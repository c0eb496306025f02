/** The named examples of a versus, for the golden files and the pages. */
import type { Claim } from '../../src/config/experiment/claim.ts';
import { isHigherBetter } from '../../src/config/experiment/metrics.ts';
import type { ClaimVerdict } from '../../src/judge/verdict/claim-verdict.ts';
import type { MetricVerdict, SubjectVerdict, Verdict } from '../../src/judge/verdict/verdict.ts';
import type { PairVerdict, Ranking, Versus } from '../../src/judge/verdict/versus-verdict.ts';
import { favoured } from '../../src/report/forest/mark.ts';
import { quoting } from '../support/english.ts';
import { ENVIRONMENT, metric, steady, subject, verdictOf } from './build.ts';

const MIB = 1024 ** 2;

/** One pair under one scenario. */
export function pair(
  [base, head]: readonly [string, string],
  scenario: string,
  metrics: MetricVerdict[],
  changes: Partial<SubjectVerdict> = {},
): SubjectVerdict {
  return subject(`${base}-vs-${head}`, scenario, 'unchanged', metrics, {
    names: { base, head },
    ...changes,
  });
}

/** As measured between a Go server and one that does the same with 43% fewer requests per second. */
export const clear = (): MetricVerdict[] => [
  metric('throughput', 'regression', {
    ...{ base: 69_400, head: 39_500, change: -0.431, interval: [-0.45, -0.41] },
  }),
  metric('cpu', 'regression', {
    ...{ base: 21.1e-6, head: 36.9e-6, change: 0.75, interval: [0.72, 0.78] },
  }),
  metric('p50', 'regression', { change: 0.81, interval: [0.7, 0.93] }),
  metric('p99', 'inconclusive', { change: 0.06, interval: [-0.18, 0.37] }),
  metric('p999', 'unchanged', { change: 0.21 }),
  metric('memory', 'regression', {
    ...{ base: 13.1 * MIB, head: 64.4 * MIB, change: 3.92, interval: [3.85, 3.99] },
  }),
  metric('longest-stall', 'unchanged', { change: -0.04, interval: [-0.31, 0.33] }),
  metric('errors', 'unchanged'),
];

const alike = (base = 41_230): MetricVerdict[] => [
  metric('throughput', 'inconclusive', {
    ...{ base, head: base * 0.996, change: -0.004, interval: [-0.031, 0.023] },
  }),
  metric('cpu', 'unchanged', { change: 0.003, interval: [-0.012, 0.018] }),
  metric('memory', 'unchanged', { change: 0.001, interval: [-0.004, 0.006] }),
];

const faster = (change: number, base = 41_230): MetricVerdict[] => [
  metric('throughput', 'improvement', {
    ...{ base, head: base * (1 + change), change, interval: [change - 0.02, change + 0.02] },
  }),
  metric('cpu', 'improvement', {
    change: -change / 2,
    interval: [-change / 2 - 0.02, -change / 2 + 0.02],
  }),
  metric('memory', 'unchanged', { change: 0.01, interval: [-0.02, 0.04] }),
];

const terms = (text: string, gate: boolean, changes: Partial<Claim>): Claim => ({
  text,
  gate,
  metric: 'throughput',
  left: { server: 'gleam-mist', scenario: 'plaintext' },
  op: '>=',
  right: { server: 'go-http', scenario: 'plaintext' },
  factor: 1,
  offset: 0,
  ...changes,
});

export function claim(
  text: string,
  changes: Partial<Omit<ClaimVerdict, 'claim'>> & { gate?: boolean; of?: Partial<Claim> },
): ClaimVerdict {
  const { gate = false, of = {}, ...own } = changes;
  return {
    claim: terms(text, gate, of),
    answer: 'holds',
    scale: 'ratio',
    unit: 'req/s',
    estimate: 0.569,
    interval: [0.55, 0.59],
    bound: 1.12,
    left: 39_500,
    right: 69_400,
    blocks: 10,
    subjects: ['go-http-vs-gleam-mist/plaintext'],
    level: 0.0025,
    p: 0.00001,
    machine: null,
    budgetNeededMs: null,
    reasons: [],
    ...own,
  };
}

/** All three answers. */
export const someClaims = (gate: boolean): ClaimVerdict[] => [
  claim('gleam-mist.throughput >= go-http.throughput * 1.12', { answer: 'refuted', gate }),
  claim('gleam-mist.memory <= go-http.memory * 5', {
    ...{ estimate: 4.92, interval: [4.85, 4.99], bound: 5, unit: 'B' },
    of: { metric: 'memory', op: '<=', factor: 5 },
  }),
  claim('gleam-mist.p99 <= go-http.p99 * 1.2', {
    ...{ answer: 'undecided', estimate: 1.06, interval: [0.82, 1.37], bound: 1.2, unit: 's' },
    budgetNeededMs: 540_000,
    reasons: [
      {
        code: 'claim-needs-blocks',
        severity: 'doubt',
        subject: null,
        data: { blocks: 45, budgetMs: 540_000 },
      },
    ],
    of: { metric: 'p99', op: '<=', factor: 1.2 },
  }),
  claim('go-http.p99 <= 5ms', {
    ...{ scale: 'value', unit: 's', estimate: 0.00231, interval: [0.0021, 0.0025], bound: 0.005 },
    machine: ENVIRONMENT,
    of: { metric: 'p99', op: '<=', right: null, offset: 0.005 },
  }),
  claim('gleam-mist.errors <= go-http.errors', {
    ...{ scale: 'difference', unit: 'share', estimate: 0, interval: null, bound: 0 },
    reasons: [
      {
        code: 'claim-nothing-lost',
        severity: 'note',
        subject: null,
        data: { chances: 3_400_000, blocks: 10, share: 0.0000009, ofBlocks: 0.26 },
      },
    ],
    of: { metric: 'errors', op: '<=' },
  }),
];

/** A whole verdict over pairs, with its ranking. */
export function versusOf(subjects: SubjectVerdict[], changes: Partial<Verdict> = {}): Verdict {
  const contenders = [
    ...new Set(subjects.flatMap(({ names }) => (names ? [names.base, names.head] : []))),
  ];
  return verdictOf('unchanged', subjects, {
    versus: { contenders, ranking: rankingOf(contenders, subjects) },
    flags: ['versus', ...contenders, '--scenarios-of', contenders[0] ?? ''],
    sources: {
      base: { commit: null, description: 'the work tree in fixtures/gleam-vs-go' },
      head: { commit: null, description: 'the work tree in fixtures/gleam-vs-go' },
    },
    ...changes,
  });
}

function rankingOf(contenders: string[], subjects: SubjectVerdict[]): Versus['ranking'] {
  const scenarios = [...new Set(subjects.map(({ scenario }) => scenario))];
  return scenarios.flatMap((scenario) => {
    const own = subjects.filter((one) => one.scenario === scenario);
    const names = [...new Set(own.flatMap(({ metrics }) => metrics.map(({ name }) => name)))];
    return names.map((name): Ranking => {
      const pairs = own.map((one): PairVerdict => pairVerdict(one, name));
      const [some] = own.flatMap(({ metrics }) => metrics.filter((one) => one.name === name));
      const typical = (contender: string) => {
        const seen = own.find(
          ({ names: both }) => both?.base === contender || both?.head === contender,
        );
        const found = seen?.metrics.find((one) => one.name === name);
        return (seen?.names?.base === contender ? found?.base : found?.head) ?? null;
      };
      const better = (contender: string) =>
        pairs.filter(
          (one) =>
            one.outcome === 'better' &&
            one.better !== contender &&
            [one.first, one.second].includes(contender),
        ).length;
      return {
        scenario,
        metric: name,
        unit: some?.unit ?? 'req/s',
        comparison: some?.comparison ?? 'ratio',
        higherIsBetter: isHigherBetter(name),
        gating: some?.gating ?? true,
        places: contenders
          .map((contender) => ({
            contender,
            rank: pairs.every(({ outcome }) => outcome === 'none') ? null : 1 + better(contender),
            value: typical(contender),
          }))
          .sort((a, b) => (a.rank ?? 99) - (b.rank ?? 99)),
        pairs,
      };
    });
  });
}

function pairVerdict(one: SubjectVerdict, name: MetricVerdict['name']): PairVerdict {
  const found = one.metrics.find((own) => own.name === name);
  const favours = found === undefined ? null : favoured(found, one);
  const isCompared = found?.comparison === 'ratio' && one.verdict !== 'invalid';
  return {
    subject: `${one.server}/${one.scenario}`,
    first: one.names?.base ?? '',
    second: one.names?.head ?? '',
    outcome: !isCompared
      ? 'none'
      : favours !== null
        ? 'better'
        : found.verdict === 'unchanged'
          ? 'same'
          : 'open',
    better: favours === null ? null : (one.names?.[favours] ?? null),
    change: found?.change ?? null,
    interval: found?.interval ?? null,
    tolerance: found?.tolerance ?? null,
    blocks: one.blocks,
    reasons: [],
  };
}

const GLEAM = ['go-http', 'gleam-mist'] as const;

const HOSTILE = [
  '`|`\n\n# Approved by @octocat [merge](https://evil.example)',
  '<img src=x onerror=alert(1)></details>"><script>alert(1)</script>',
] as const;

export const VERSUS_EXAMPLES: Record<string, () => Verdict> = {
  'versus-clear': () => versusOf([pair(GLEAM, 'plaintext', clear())]),

  'versus-alike': () => versusOf([pair(['node-22', 'node-24'], 'plaintext', alike())]),

  'versus-claims': () =>
    versusOf([pair(GLEAM, 'plaintext', clear()), pair(GLEAM, 'json', alike())], {
      claims: someClaims(true),
    }),

  'versus-claims-kept': () =>
    versusOf([pair(GLEAM, 'plaintext', clear())], { claims: someClaims(false).slice(1) }),

  /** Of a run of two builds: a claim about one value can be answered there too. */
  claims: () =>
    verdictOf('unchanged', [subject('api', 'plaintext', 'unchanged', steady())], {
      claims: [
        claim('api.p99 <= 2ms', {
          ...{ answer: 'refuted', scale: 'value', unit: 's', gate: true },
          ...{ estimate: 0.00231, interval: [0.0021, 0.0025], bound: 0.002, right: null },
          machine: ENVIRONMENT,
          of: { metric: 'p99', op: '<=', right: null, offset: 0.002 },
        }),
      ],
    }),

  'versus-three': () =>
    versusOf([
      pair(['rust', 'go'], 'plaintext', clear()),
      pair(['rust', 'erlang'], 'plaintext', clear()),
      pair(['go', 'erlang'], 'plaintext', alike(39_500)),
      pair(['rust', 'go'], 'json', faster(0.2)),
      pair(['rust', 'erlang'], 'json', alike()),
      pair(['go', 'erlang'], 'json', faster(-0.166, 49_480)),
    ]),

  'versus-broken': () =>
    versusOf(
      [
        pair(GLEAM, 'plaintext', [], {
          verdict: 'invalid',
          blocks: 0,
          reasons: [quoting('gleam-mist: build failed: exit code 127. Command: gleam build')],
          cure: { code: 'command-not-found' },
        }),
      ],
      { verdict: 'invalid' },
    ),

  'versus-doubted': () =>
    versusOf([
      pair(
        GLEAM,
        'websocket',
        [
          metric('throughput', 'inconclusive', {
            ...{ change: -0.38, interval: [-0.4, -0.36] },
            reasons: [
              {
                code: 'throughput-is-generators',
                severity: 'doubt',
                subject: 'throughput',
                data: {},
              },
            ],
          }),
          metric('cpu', 'regression', { change: 0.84, interval: [0.8, 0.88] }),
        ],
        {
          verdict: 'inconclusive',
          warnings: [
            {
              code: 'generator-limit',
              severity: 'warning',
              subject: 'base',
              data: { generatorBusy: 0.97, serverBusy: 0.71 },
            },
          ],
        },
      ),
    ]),

  'versus-hostile': () =>
    versusOf([pair([HOSTILE[0], HOSTILE[1]], `${HOSTILE[1]}\u202e`, clear())], {
      claims: [
        claim(`"${HOSTILE[1]}".throughput >= 1 | \`x\` ${'long '.repeat(60)}`, {
          gate: true,
          answer: 'refuted',
        }),
      ],
    }),

  'versus-long': () =>
    versusOf([pair(['a'.repeat(200), 'b'.repeat(200)], 'c'.repeat(200), clear())]),
};
