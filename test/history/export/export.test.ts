/** `throughput-gate history export` and `import`: what comes out, and that it goes in again. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { EXPORT } from '../../../src/commands/history/export.ts';
import { IMPORT } from '../../../src/commands/history/import.ts';
import { SHOW } from '../../../src/commands/history/show.ts';
import { lineText } from '../../../src/history/line.ts';
import { linesPath } from '../../../src/history/paths.ts';
import { readAllRuns } from '../../../src/history/runs.ts';
import { importedText } from '../../../src/report/history/history-text.ts';
import { commitOf, lineOf, lineWith, memoryStore, metricOf } from '../../support/history.ts';

const given = <Flags extends object>(store: ReturnType<typeof memoryStore>, flags: Flags) => ({
  ...{ store, flags, cwd: '/nowhere', signal: new AbortController().signal },
  assertMayWrite: async () => {},
  repository: async () => null,
});
/** What standard output gets. */
const exported = async (
  store: ReturnType<typeof memoryStore>,
  flags: Parameters<typeof EXPORT.run>[0]['flags'],
  subject?: string,
) => {
  const { pieces = [], text } = await EXPORT.run(given(store, flags), [subject]);
  return Buffer.concat([...pieces, Buffer.from(text)]).toString();
};
const held = (...lines: Parameters<typeof lineText>[0][]) =>
  memoryStore({ 'api/plain.ndjson': lines.map(lineText).join('') });

describe('an export as CSV', () => {
  it('An export as CSV has a row for each metric of each run, which other programs read as it was', async () => {
    const store = held(lineOf(1), lineWith(2, 'regression'));
    const text = await exported(store, { as: 'csv' });
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    assert.equal(rows.length, 3);
    assert.deepEqual(
      rows.map(({ commit, metric, standing }) => [commit, metric, standing]),
      [
        [commitOf(1), 'throughput', 'baseline'],
        [commitOf(1), 'cpu', 'baseline'],
        [commitOf(2), 'throughput', 'regressed'],
      ],
    );
    assert.deepEqual([rows[0]?.head, rows[0]?.ratio_low], ['40000', '-0.01']);
    assert.ok(text.endsWith('\r\n'));
  });

  it('An export as CSV tells the runs of two jobs apart, and leaves empty what older lines do not say', async () => {
    const run = { id: 7, attempt: 1, job: 'arm', workflow: 'Gate', event: 'push', url: null };
    const text = await exported(held(lineOf(1), lineOf(2, { run })), { as: 'csv' });
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    assert.deepEqual(
      [rows[0], rows.at(-1)].map((row) => [row?.job, row?.workflow, row?.event]),
      [
        ['', '', ''],
        ['arm', 'Gate', 'push'],
      ],
    );
  });

  it('An export as CSV makes no formula of a text, and leaves numbers below zero numbers', async () => {
    const evil = ['=HYPERLINK("http://x","y")', '+1', '-1+1', '@SUM(A1)', ' =1', '|x', '＝1'];
    for (const server of evil) {
      const subject = { server, scenario: 'a,"b"' };
      const metrics = { throughput: metricOf(1, -0.5) };
      const line = lineText(lineOf(1, { subject, metrics }));
      const store = memoryStore({ [linesPath(subject)]: line });
      const text = await exported(store, { as: 'csv' });
      const [row] = parse(text, { columns: true }) as Record<string, string>[];
      assert.equal(row?.server, `'${server}`);
      assert.equal(row?.scenario, 'a,"b"');
      assert.equal(row?.ratio_log, '-0.5');
    }
  });
});

describe('an export for programs', () => {
  it('An export for programs as NDJSON is every sound line as it is kept', async () => {
    const lines = [lineOf(1), lineOf(2)];
    const text = await exported(held(...lines), { as: 'ndjson' }, 'api/plain');
    assert.equal(text, lines.map(lineText).join(''));
  });

  it('An export for programs as Bencher Metric Format is the newest sound run, or that of a commit', async () => {
    const store = held(
      lineWith(1, 'unchanged', { metrics: { throughput: metricOf(100, 0) } }),
      lineWith(2, 'unchanged'),
      lineWith(3, 'invalid'),
    );
    const bmf = async (flags: object) => JSON.parse(await exported(store, { as: 'bmf', ...flags }));
    assert.deepEqual(await bmf({}), { 'api/plain': { throughput: { value: 40_000 } } });
    const { 'api/plain': first } = await bmf({ commit: commitOf(1) });
    assert.deepEqual(first, { throughput: { value: 100 } });
    await assert.rejects(bmf({ commit: 'fffffff' }), /has no run of fffffff/);
    const wrong = EXPORT.run(given(store, { as: 'csv', commit: 'fffffff' }), [undefined]);
    await assert.rejects(wrong, /belongs to --as bmf/);
  });

  it('An export for programs says which subjects there are instead of an unknown one', async () => {
    const asked = EXPORT.run(given(held(lineOf(1)), { as: 'csv' }), ['x']);
    await assert.rejects(asked, /holds no subject x\n {2}it holds api\/plain/);
  });
});

describe('an export of much', () => {
  const other = { server: 'other', scenario: 'plain' };
  const store = () =>
    memoryStore({
      [linesPath(lineOf(1).subject)]: lineText(lineOf(1)),
      [linesPath(other)]: lineText(lineOf(2, { subject: other })),
    });

  it('An export of much is written subject by subject, as no string holds all of a long history', async () => {
    for (const [as, count] of [
      ['ndjson', 2],
      ['csv', 3],
    ] as const) {
      const { pieces, text } = await EXPORT.run(given(store(), { as }), [undefined]);
      assert.equal(text, '');
      assert.equal(pieces?.length, count);
    }
    const shown = await SHOW.run(given(store(), { last: 10, json: true }), [undefined]);
    assert.equal(shown.pieces?.length, 2);
    assert.equal(String(shown.pieces?.[1]), lineText(lineOf(2, { subject: other })));
  });

  it('An export of much into a file is there whole, and nothing is there where there is no such subject', async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'throughput-gate-export-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const into = (out: string) => ({
      ...given(store(), { as: 'csv' as const, out }),
      cwd: folder,
    });
    const { text } = await EXPORT.run(into('a.csv'), [undefined]);
    assert.equal(text, 'Wrote a.csv.\n');
    assert.equal(
      readFileSync(path.join(folder, 'a.csv'), 'utf8'),
      await exported(store(), { as: 'csv' }),
    );
    await assert.rejects(EXPORT.run(into('b.csv'), ['x']), /holds no subject x/);
    assert.deepEqual(readdirSync(folder), ['a.csv']);
  });
});

describe('an import', () => {
  it('An import is kept beside our runs, once however often it is done, and is left out by a dry run', async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'throughput-gate-import-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'bmf.json');
    writeFileSync(
      file,
      '{"api/plain":{"throughput":{"value":39000}},"new":{"latency":{"value":1}}}',
    );
    const store = held(lineOf(1));
    const flags = { commit: commitOf(9), at: '2025-01-01T00:00:00Z' };
    const dry = await IMPORT.run(given(store, { ...flags, dryRun: true }), [file]);
    assert.match(dry.text, /^Would take 2 runs of bencher into the memory: 2 subjects\./);
    assert.equal((await readAllRuns(store)).length, 1);
    const { text } = await IMPORT.run(given(store, flags), [file]);
    assert.match(text, /^Took 2 runs .*\nThey are shown as imported, and nothing is ever compared/);
    const again = await IMPORT.run(given(store, flags), [file]);
    assert.match(again.text, /^Took 0 runs .* 2 runs were there already\./);
    const found = await readAllRuns(store);
    assert.deepEqual(
      found.map(({ path: name, lines, damaged }) => [name, lines.length, damaged.length]),
      [
        ['api/plain.ndjson', 2, 0],
        ['bencher/new.ndjson', 1, 0],
      ],
    );
  });

  it('An import that took medians says of how many figures, and names one', () => {
    const made = { program: 'bencher', store: 'the memory', lines: 2, subjects: 1, known: 0 };
    const of = (repeated: { count: number; example: string | null }) =>
      importedText({ ...made, isDry: false, repeated });
    assert.match(
      of({ count: 3, example: 'latency of api/a' }),
      /^3 figures are the median of several values .*, such as latency of api\/a\.$/m,
    );
    assert.doesNotMatch(of({ count: 0, example: null }), /median/);
  });

  it('An import says what is wrong with its flags and its file before the store is asked', async () => {
    const run = (flags: object, file = '/does/not/exist') =>
      IMPORT.run(given(held(), { ...flags }), [file]);
    await assert.rejects(run({ commit: 'main' }), /--commit: "main" is no commit id/);
    await assert.rejects(run({ at: 'noon' }), /--at: "noon" is no moment/);
    await assert.rejects(run({}), /cannot be read: ENOENT/);
    await assert.rejects(run({}, tmpdir()), /cannot be read: EISDIR/);
  });
});
