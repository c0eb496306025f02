/** Files of other programs → lines of a history. The files are made up, in the forms that those programs publish. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Asked } from '../../../src/history/import/figure.ts';
import { readImport } from '../../../src/history/import/read.ts';
import type { HistoryLine } from '../../../src/history/line.ts';
import { lineText } from '../../../src/history/line.ts';
import { readHistory } from '../../../src/history/read.ts';
import { baselineLines } from '../../../src/history/standing.ts';
import { trendsOf } from '../../../src/history/trends/trends.ts';
import { UserError } from '../../../src/system/messages/problem.ts';

const NOTHING: Asked = { server: null, commit: null, at: null, higher: [] };
const ID = 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678';

function read(value: unknown, asked: Partial<Asked> = {}): readonly HistoryLine[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return readImport(text, { file: 'data.js', asked: { ...NOTHING, ...asked }, tool: '0.1.0' })
    .lines;
}

/** What it says, and nothing else is thrown. */
function refused(value: unknown, asked: Partial<Asked> = {}): string {
  try {
    read(value, asked);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error.message;
  }
  throw new Error('was taken');
}

function brief(lines: readonly HistoryLine[]): unknown[] {
  return lines.flatMap(({ subject, at, commit, metrics, imported }) =>
    Object.entries(metrics).map(([name, { head, unit, better }]) => [
      ...[subject.server, subject.scenario, at, commit.slice(0, 4), name, head, unit, better],
      imported,
    ]),
  );
}

const suite = (edit: object = {}, bench: object = {}) => ({
  lastUpdate: 1_790_000_000_000,
  repoUrl: 'https://github.com/octo/app',
  entries: {
    'Go benchmark': [
      {
        commit: { id: ID, message: 'x', timestamp: '2026-09-21T10:00:00Z', url: 'https://x' },
        date: 1_790_000_000_000,
        tool: 'go',
        benches: [{ name: 'BenchmarkA', value: 41.5, unit: 'ns/op', extra: '3 times', ...bench }],
        ...edit,
      },
    ],
  },
});

describe('an import of github-action-benchmark', () => {
  it('An import of github-action-benchmark takes data.js and JSON, with the direction that each tool has', () => {
    const wanted = ['Go benchmark', 'BenchmarkA', '2026-09-21T14:13:20.000Z', 'a1b2', 'time', 41.5];
    const row = [...wanted, 'ns/op', 'lower', 'github-action-benchmark'];
    assert.deepEqual(brief(read(suite())), [row]);
    const script = `window.BENCHMARK_DATA = ${JSON.stringify(suite(), null, 2)}`;
    assert.deepEqual(brief(read(script)), [row]);
    assert.deepEqual(brief(read(`${script};\n`)), [row]);
    const higher = (tool: string, unit: string) =>
      read(suite({ tool }, { unit })).map(({ metrics }) => Object.values(metrics)[0]?.better)[0];
    assert.equal(higher('customBiggerIsBetter', 'req/s'), 'higher');
    assert.equal(higher('customSmallerIsBetter', 'MB'), 'lower');
    assert.equal(higher('pytest', 'iter/sec'), 'higher');
    assert.equal(higher('jmh', 'ops/s'), 'higher');
    assert.equal(higher('jmh', 'us/op'), 'lower');
  });

  it('An import of github-action-benchmark takes what go test -benchmem gives: each figure once, in its own unit, rates as rates', () => {
    const whole = 'ns/op\t  120.50 MB/s\t    1056 B/op\t       4 allocs/op';
    const of = (name: string, value: number, unit: string) => ({ name, value, unit });
    const benches = [
      of('BenchmarkA', 41.5, whole),
      of('BenchmarkA - ns/op', 41.5, 'ns/op'),
      of('BenchmarkA - MB/s', 120.5, 'MB/s'),
      of('BenchmarkA - B/op', 1056, 'B/op'),
      of('BenchmarkA - allocs/op', 4, 'allocs/op'),
      of('BenchmarkB (app/db)', 7, 'ns/op\t       0 B/op'),
      of('BenchmarkB - ns/op (app/db)', 7, 'ns/op'),
      of('BenchmarkB - B/op (app/db)', 0, 'B/op'),
    ];
    const found = read(suite({ benches })).map(({ subject, metrics }) => {
      const [[name, metric] = []] = Object.entries(metrics);
      return [subject.scenario, name, metric?.head, metric?.unit, metric?.better].join(', ');
    });
    assert.deepEqual(found, [
      'BenchmarkA, time, 41.5, ns/op, lower',
      'BenchmarkA - MB/s, rate, 120.5, MB/s, higher',
      'BenchmarkA - B/op, size, 1056, B/op, lower',
      'BenchmarkA - allocs/op, value, 4, allocs/op, lower',
      'BenchmarkB (app/db), time, 7, ns/op, lower',
      'BenchmarkB - B/op (app/db), size, 0, B/op, lower',
    ]);
    // Only the summed line was kept by older versions.
    assert.equal(read(suite({}, { unit: whole }))[0]?.metrics.time?.unit, 'ns/op');
  });

  it('An import of a large file names what is wrong by its key alone', () => {
    const benches = Array.from({ length: 40_000 }, (_, i) => ({
      name: `B${i}`,
      value: 1,
      unit: 'x',
    }));
    const text = JSON.stringify(suite({ date: 1e99, benches }));
    assert.match(
      refused(text.padEnd(2_100_000)),
      /^data\.js: entries\["Go benchmark"\]\[0\]\.date/,
    );
  });

  it('An import of github-action-benchmark says of what is wrong where it stands: file, line and key', () => {
    assert.match(
      refused(suite({}, { value: 'fast' })),
      /^data\.js:\d+: entries\["Go benchmark"\]\[0\]\.benches\[0\]\.value: expected number/,
    );
    const said = refused(suite({ commit: { id: 'HEAD~1' } }));
    assert.match(
      said,
      /^data\.js:\d+: entries\["Go benchmark"\]\[0\]\.benches\[0\]: makes no line/,
    );
    assert.match(said, /`commit` is no commit id/);
    assert.match(refused(suite({ date: 1e99 })), /\.date: is no moment/);
    assert.match(refused(suite({}, { name: 'a\u202eb' })), /has control characters/);
    assert.match(refused(suite({}, { name: '' })), /subject\.scenario/);
  });

  it('An import of github-action-benchmark says the line of what is no JSON, and what is missing of a file that is cut', () => {
    const text = JSON.stringify(suite(), null, 2).replace('"ns/op"', '"ns/op');
    assert.match(refused(text), /^data\.js:\d+: is no JSON/);
    for (const cut of [JSON.stringify(suite()).slice(0, 100), '']) {
      assert.match(refused(cut), /is no JSON: it ends too early or is empty/);
    }
    // As other programs write what is no number.
    assert.doesNotMatch(refused('{"a":{"throughput":{"value":NaN}}}'), /ends too early/);
  });
});

const benchmark = { uuid: 'u', name: 'orders', slug: 'orders' };
const latency = { uuid: 'u', name: 'Latency', slug: 'latency', units: 'nanoseconds (ns)' };
const testbed = { uuid: 'u', name: 'ubuntu-latest', slug: 'ubuntu-latest' };
const perf = (edit: object = {}) => ({
  project: { name: 'app' },
  start_time: null,
  end_time: null,
  results: [
    {
      branch: { name: 'main' },
      ...{ testbed, benchmark, measure: latency },
      metrics: [
        {
          report: 'r',
          iteration: 0,
          start_time: '2026-09-21T10:00:00Z',
          end_time: '2026-09-21T10:01:00Z',
          version: { number: 3, hash: ID },
          metric: { uuid: 'm', value: 88.5, lower_value: 87, upper_value: null },
          ...edit,
        },
      ],
    },
  ],
});
const throughput = {
  ...latency,
  name: 'Throughput',
  slug: 'throughput',
  units: 'operations / second (ops/s)',
};
const report = (edit: object = {}) => ({
  ...{ uuid: 'r', testbed, adapter: 'json', start_time: '2026-09-21T10:00:00Z' },
  branch: { name: 'main', head: { uuid: 'h', version: { number: 3, hash: ID } } },
  results: [
    [
      {
        iteration: 0,
        benchmark,
        measures: [
          { measure: latency, metric: { value: 88.5 }, threshold: null, boundary: null },
          { measure: throughput, metric: { value: 12 }, threshold: null, boundary: null },
        ],
      },
    ],
  ],
  ...edit,
});

describe('an import of Bencher', () => {
  const start = ['ubuntu-latest', 'orders', '2026-09-21T10:00:00.000Z', 'a1b2'];
  const row = [...start, 'latency', 88.5, 'nanoseconds (ns)', 'lower', 'bencher'];

  it('An import of Bencher takes a query of its API, and reports, which make one line of all measures of a run', () => {
    assert.deepEqual(brief(read(perf())), [row]);
    const both = [
      row,
      [...start, 'throughput', 12, 'operations / second (ops/s)', 'higher', 'bencher'],
    ];
    assert.deepEqual(brief(read(report())), both);
    const lines = read([report(), report({ start_time: '2026-09-22T10:00:00Z' })]);
    assert.equal(lines.length, 2);
    assert.equal(Object.keys(lines[0]?.metrics ?? {}).length, 2);
  });

  it('An import of Bencher takes Bencher Metric Format of a commit and a moment that the user names, as we export it', () => {
    const bmf = { 'api/plain': { throughput: { value: 40_000 }, 'Peak RSS': { value: 7 } } };
    const asked = { commit: ID, at: '2026-09-21T10:00:00Z', higher: ['Peak RSS'] };
    const end = ['2026-09-21T10:00:00.000Z', 'a1b2'];
    assert.deepEqual(brief(read(bmf, asked)), [
      ['api', 'plain', ...end, 'throughput', 40_000, 'ops/s', 'higher', 'bencher'],
      ['api', 'plain', ...end, 'peak-rss', 7, '1', 'higher', 'bencher'],
    ]);
    assert.match(
      refused(bmf),
      /^data\.js:\d+: \["api\/plain"\]\.throughput: has no commit\n {2}say it with --commit/,
    );
    assert.match(refused(bmf, { commit: ID }), /has no moment\n {2}say it with --at/);
  });

  it('An import of Bencher says of what is wrong where it stands, and of what the list of reports leaves out how to get it', () => {
    assert.match(
      refused(perf({ version: { number: 3, hash: null } })),
      /results\[0\]\.metrics\[0\]: has no commit/,
    );
    assert.match(refused(perf({ start_time: 'yesterday' })), /"yesterday" is no moment/);
    assert.match(refused(perf({ metric: {} })), /results\[0\]\.metrics\[0\]\.metric\.value/);
    assert.match(refused([report({ results: undefined })]), /\[0\]\.results: is missing.*`expand`/);
    assert.match(refused(report({ branch: {} })), /^data\.js:\d+: branch\.head/);
  });
});

describe('several values under one name', () => {
  const heads = (lines: readonly HistoryLine[]) =>
    lines.map(({ metrics }) => Object.values(metrics).map(({ head }) => head));
  const repeatedIn = (value: unknown) => {
    const asked = { file: 'data.js', asked: NOTHING, tool: '0.1.0' };
    return readImport(JSON.stringify(value), asked).repeated;
  };

  it('Iterations of one Bencher report are one figure, their median, and the import says so', () => {
    const [one] = report().results[0] ?? [];
    const iterations = [88, 99, 90].map((value, iteration) => [
      { ...one, iteration, measures: [{ measure: latency, metric: { value } }] },
    ]);
    assert.deepEqual(heads(read(report({ results: iterations }))), [[90]]);
    const [result] = perf().results;
    const metrics = [88, 99, 90, 91].map((value, iteration) => ({
      ...result?.metrics[0],
      ...{ iteration, metric: { value } },
    }));
    const asked = { ...perf(), results: [{ ...result, metrics }] };
    assert.deepEqual(heads(read(asked)), [[90.5]]);
    assert.deepEqual(repeatedIn(asked), { count: 1, example: 'latency of ubuntu-latest/orders' });
    assert.deepEqual(repeatedIn(perf()), { count: 0, example: null });
  });

  it('A Go benchmark that ran several times has the median of its runs', () => {
    const benches = [41, 43, 40].map((value) => ({ name: 'BenchmarkA', value, unit: 'ns/op' }));
    assert.deepEqual(heads(read(suite({ benches }))), [[41]]);
  });

  it('Values under one name in two units are a mistake that names both', () => {
    const benches = ['widgets', 'gadgets'].map((unit) => ({ name: 'api', value: 1, unit }));
    const said = refused(suite({ tool: 'customSmallerIsBetter', benches }));
    assert.match(said, /benches\[1\]: has the name of .*benches\[0\] and another unit/);
    assert.match(said, /give one of them another name/);
  });
});

const codspeed = (edit: object = {}) => ({
  creator: { name: 'codspeed-rust', version: '4.0.4', pid: 77 },
  instrument: { type: 'walltime' },
  benchmarks: [
    {
      name: 'parse',
      uri: 'benches/parse.rs::parse',
      config: { max_rounds: null },
      stats: { min_ns: 1, mean_ns: 3, median_ns: 2.5, stdev_ns: 1, rounds: 100, total_time: 1 },
    },
  ],
  ...edit,
});

describe('an import of CodSpeed', () => {
  const asked = { commit: ID, at: '2026-09-21T10:00:00Z' };

  it('An import of CodSpeed takes a walltime results file of a commit and a moment that the user names', () => {
    const row = ['benches/parse.rs::parse', '2026-09-21T10:00:00.000Z', 'a1b2', 'time', 2.5, 'ns'];
    assert.deepEqual(brief(read(codspeed(), asked)), [
      ['codspeed-rust', ...row, 'lower', 'codspeed'],
    ]);
    assert.deepEqual(brief(read(codspeed(), { ...asked, server: 'api' })), [
      ['api', ...row, 'lower', 'codspeed'],
    ]);
  });

  it('An import of CodSpeed says what it lacks, and refuses what measures no time', () => {
    assert.match(refused(codspeed()), /has no commit\n {2}say it with --commit/);
    assert.match(refused(codspeed(), { commit: ID }), /has no moment/);
    const simulated = codspeed({ instrument: { type: 'simulation' } });
    assert.match(refused(simulated, asked), /instrument\.type: "simulation" does not measure time/);
    assert.match(refused(codspeed({ benchmarks: [] }), asked), /has no figures/);
  });
});

describe('an imported line', () => {
  it('An imported line is read back from a store, is no baseline and moves no level', () => {
    const lines = read(perf());
    const { sound, damaged } = readHistory(lines.map(lineText).join(''));
    assert.deepEqual([sound.length, damaged], [1, []]);
    assert.deepEqual(baselineLines(lines), []);
    assert.deepEqual(trendsOf(lines).changePoints, []);
  });
});

describe('an import of anything else', () => {
  it('An import of anything else is refused with what can be imported', () => {
    for (const value of [{}, [], null, 5, 'text', { a: 1 }, { a: { b: 1 } }, [[]]]) {
      assert.match(refused(JSON.stringify(value)), /^data\.js: is no file that can be imported/);
    }
  });

  it('An import of anything else tells twenty mistakes of a file that has thousands, and how many more', () => {
    const value = suite({ benches: Array.from({ length: 3000 }, () => ({ name: 'a' })) });
    const said = refused(value);
    assert.match(said, /and 5980 more mistakes/);
    assert.ok(said.split('\n').length < 30);
  });
});
