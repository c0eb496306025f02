/** Lines of a history → what the page is drawn from. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryLine } from '../../src/history/line.ts';
import { unpack, unpackFigures } from '../../src/history/page/columns.ts';
import { inertJson, pageFile } from '../../src/history/page/file.ts';
import { PageBuilder, type PageParts } from '../../src/history/page-model.ts';
import type { Trends } from '../../src/history/trends/change-point.ts';
import { commitOf, lineOf, metricOf } from '../support/history.ts';

const WORDS = {
  labelOf: (metric: string) => metric,
  byMetric: (a: string, b: string) => (a < b ? -1 : 1),
};

function partsOf(subjects: readonly HistoryLine[][], trends: Partial<Trends> = {}): PageParts {
  const builder = new PageBuilder(WORDS);
  for (const lines of subjects) builder.add(lines, trends);
  return builder.finish();
}

const other = (number: number, edit: Partial<HistoryLine> = {}) =>
  lineOf(number, { subject: { server: 'web', scenario: 'search' }, ...edit });

test('Subjects share one list of runs, in the order of time, and name their runs by number', () => {
  const parts = partsOf([
    [lineOf(3), lineOf(1)],
    [other(2), other(3)],
  ]);
  const { runs, subjects } = parts.model;
  assert.equal(runs.count, 3);
  assert.equal(runs.commits, [1, 2, 3].map(commitOf).join(','));
  assert.deepEqual(unpack(runs.ids), [1001, 1002, 1003]);
  assert.equal(runs.repository, 'https://github.com/octo/app');
  assert.deepEqual(
    subjects.map(({ server }) => server),
    ['api', 'web'],
  );
  assert.deepEqual(
    parts.data.map((one) => unpack(one.runs)),
    [
      [0, 2],
      [1, 2],
    ],
  );
});

test('A later attempt at a run stands in place of the earlier one', () => {
  const again = lineOf(1, {
    run: { id: 1001, attempt: 2, url: null },
    at: '2026-01-01T01:30:00.000Z',
    verdict: 'regression',
  });
  const { data } = partsOf([[lineOf(1), again, lineOf(2)]]);
  assert.equal(unpack(data[0]?.runs ?? '').length, 2);
  assert.deepEqual(unpack(data[0]?.words ?? ''), [2, 0]);
});

test('A change point stands at its own run, also where a commit has many', () => {
  const lines = [1, 2, 3, 4].map((number) => lineOf(number, { commit: commitOf(1) }));
  const at = (hour: number) => lineOf(hour).at;
  const [subject, metric] = [{ server: 'api', scenario: 'plain' }, 'throughput'];
  const point = {
    ...{ subject, metric, at: commitOf(1), from: commitOf(1), to: commitOf(1) },
    ...{ logChange: -0.05, interval: null, p: null },
  };
  const placed = (began?: { at: string; from: string; to: string }) => {
    const changePoints = [began === undefined ? point : { ...point, began }];
    const { model } = partsOf([lines], { changePoints });
    const found = model.subjects[0]?.metrics.find(({ name }) => name === metric);
    return found?.changePoints.map((one) => one.at);
  };
  assert.deepEqual(placed({ at: at(3), from: at(2), to: at(3) }), [2]);
  assert.deepEqual(placed(), [0]);
});

test('Of a metric the page says what could fail the job, and since when it is slower', () => {
  const run = (number: number, word: 'regression' | 'unchanged', edit: Partial<HistoryLine> = {}) =>
    lineOf(number, {
      verdict: word,
      metrics: {
        throughput: metricOf(40_000, 0, { word }),
        p99: metricOf(1, 0, { word: 'regression', gating: false }),
      },
      ...edit,
    });
  const said = (...lines: HistoryLine[]) =>
    partsOf([lines]).model.subjects[0]?.metrics.map(
      ({ name, lastWord, slowerSince }) => `${name}: ${lastWord}, ${slowerSince?.slice(-3)}`,
    );
  const before = [run(1, 'unchanged'), run(2, 'regression'), run(3, 'unchanged')];
  assert.deepEqual(said(...before), ['p99: null, undefined', 'throughput: unchanged, 002']);
  const release = run(4, 'regression', { base: commitOf(90), reference: true });
  assert.deepEqual(said(run(1, 'unchanged'), release)?.at(-1), 'throughput: unchanged, undefined');
  const none = { throughput: metricOf(40_000, 0, { word: null, gating: false }) };
  const imported = lineOf(4, { imported: 'bencher', verdict: 'no-baseline', metrics: none });
  assert.match(said(run(2, 'regression'), imported)?.at(-1) ?? '', /^throughput: regression, /);
  const { data } = partsOf([[run(1, 'unchanged'), release]]);
  assert.deepEqual(unpack(data[0]?.words ?? ''), [0, 18]);
});

test('A metric has a line for each way to look at it, the most comparable one first', () => {
  const { model, data } = partsOf([[lineOf(1), lineOf(2)]], {
    chains: [
      {
        subject: { server: 'api', scenario: 'plain' },
        metric: 'throughput',
        figures: [
          { commit: commitOf(1), log: 0, half: null },
          { commit: commitOf(2), log: -0.05, half: 0.01 },
        ],
      },
    ],
  });
  const throughput = model.subjects[0]?.metrics.find(({ name }) => name === 'throughput');
  assert.deepEqual(throughput?.kinds, ['chain', 'calibrated', 'value']);
  assert.ok(Math.abs((throughput?.summary.change ?? 0) + 0.05) < 1e-9);
  const chain = data[0]?.lines['throughput/chain'];
  assert.ok(chain !== undefined);
  assert.ok(Math.abs((unpackFigures(chain.figures)[1] ?? 0) - Math.exp(-0.05)) < 1e-4);
  assert.deepEqual(unpack(chain.halves ?? ''), [null, 100]);
});

test('A change point stands at its first run, for the worse by the way that is good', () => {
  const point = (metric: string, at: string) => ({
    subject: { server: 'api', scenario: 'plain' },
    ...{ metric, at, from: commitOf(1), to: at, logChange: -0.05, interval: null, p: null },
  });
  const { model } = partsOf([[lineOf(1), lineOf(2)]], {
    changePoints: [
      point('throughput', commitOf(2)),
      point('cpu', commitOf(2)),
      point('cpu', commitOf(9)),
    ],
  });
  const [cpu, throughput] = model.subjects[0]?.metrics ?? [];
  assert.deepEqual(
    throughput?.changePoints.map(({ at, isWorse }) => [at, isWorse]),
    [[1, true]],
  );
  assert.deepEqual(
    cpu?.changePoints.map(({ at, isWorse }) => [at, isWorse]),
    [[1, false]],
  );
  assert.equal(model.lost, 1, 'the one whose commit no line names');
});

test('Figures of another machine are not compared with, and the summary says where it begins', () => {
  const fingerprint = { hash: 'b'.repeat(12), parts: { cpu: 'Model B' } };
  const value = (head: number) => ({ throughput: metricOf(head, 0, { calibrated: null }) });
  const { model, data } = partsOf([
    [
      lineOf(1, { metrics: value(100) }),
      lineOf(2, { metrics: value(200), fingerprint }),
      lineOf(3, { metrics: value(220), fingerprint }),
    ],
  ]);
  const [metric] = model.subjects[0]?.metrics ?? [];
  assert.ok(Math.abs((metric?.summary.change ?? 0) - Math.log(1.1)) < 1e-9);
  assert.equal(metric?.cutAt, Date.parse(lineOf(2).at) / 1000);
  assert.deepEqual(unpack(data[0]?.machines ?? ''), [0, 1, 1]);
});

test('Metrics with the names of an object’s own methods are metrics like any other', () => {
  const metrics = { constructor: metricOf(5, 0, { unit: 'ops' }) };
  const { model } = partsOf([[lineOf(1), lineOf(2, { metrics })]]);
  const names = model.subjects[0]?.metrics.map(({ name }) => name);
  assert.deepEqual(names, ['constructor', 'cpu', 'throughput']);
});

test('The most extreme figures that a line may have make a page', () => {
  const wide = { ratio: { log: 50, interval: [-50, 50] as [number, number] } };
  const extreme = metricOf(1e308, 0, {
    ...wide,
    calibrated: { log: -50, light: 2, sd: 1e308, blocks: 2 },
  });
  const { model, data } = partsOf([[lineOf(1, { metrics: { throughput: extreme } }), lineOf(2)]], {
    chains: [
      {
        subject: { server: 'api', scenario: 'plain' },
        metric: 'throughput',
        figures: [{ commit: commitOf(1), log: 5e5, half: 5e5 }],
      },
    ],
  });
  assert.deepEqual(model.subjects[0]?.metrics[1]?.kinds, ['chain', 'calibrated', 'value']);
  assert.doesNotMatch(JSON.stringify(data), /Infinity|NaN/);
});

test('A history without lines makes an empty page', () => {
  assert.deepEqual(partsOf([[]]).model.subjects, []);
});

const TEMPLATE = 'a<!-- overview -->b<!-- columns -->c';

test('No name can end the element that the data stand in, or begin another', () => {
  const server = '</script><img src=x onerror=alert(1)><!--<script>&\u2028';
  const subject = { server: server.replace('\u2028', ''), scenario: ']]>"\'`' };
  const url = 'https://github.com/o/r/actions/runs/1';
  const run = { id: 1, attempt: 1, url: `${url}?</script>` };
  const fingerprint = { hash: 'c'.repeat(12), parts: { cpu: server } };
  const parts = partsOf([[lineOf(1, { subject, run, fingerprint })]]);
  const page = pageFile(TEMPLATE, parts);
  const tags = [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
  assert.deepEqual(tags, [
    '<script type="application/json" id="overview-data">',
    '</script>',
    '<script type="application/json" id="columns-0">',
    '</script>',
  ]);
  assert.ok(!page.includes('\u2028'));
  const [, json = ''] = /id="overview-data">(.*?)<\/script>/.exec(page) ?? [];
  assert.equal(JSON.parse(json).subjects[0].server, subject.server);
  assert.equal(JSON.parse(inertJson(server)), server);
});

test('Only the repository of a workflow run becomes an address, and only where all runs have one', () => {
  const repositoryOf = (...urls: (string | null)[]) =>
    partsOf([urls.map((url, i) => lineOf(i + 1, { run: { id: i + 1, attempt: 1, url } }))]).model
      .runs.repository;
  assert.equal(repositoryOf('https://ghe.example/o/r/actions/runs/7'), 'https://ghe.example/o/r');
  for (const url of [
    null,
    'http://github.com/o/r/actions/runs/7',
    'https://user@github.com/o/r/actions/runs/7',
    'https://github.com/o/r"onclick/actions/runs/7',
    'javascript:alert(1)//github.com/o/r/actions/runs/7',
  ]) {
    assert.equal(repositoryOf(url), null, String(url));
  }
  const two = ['https://github.com/o/r/actions/runs/7', 'https://evil.example/o/r/actions/runs/8'];
  assert.equal(repositoryOf(...two), null);
});

test('A template that lacks a place for the data is refused', () => {
  const parts = partsOf([[lineOf(1)]]);
  assert.throws(() => pageFile('a<!-- overview -->b', parts), /build it again/);
});
