import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepLines } from '../../src/history/keep.ts';
import { type HistoryLine, lineText } from '../../src/history/line.ts';
import { readRuns } from '../../src/history/runs.ts';
import { baselineLines } from '../../src/history/standing.ts';
import { filesIn } from '../../src/history/stores/store.ts';
import { commitOf, lineOf, lineWith, memoryStore } from '../support/history.ts';

const PLAIN = { server: 'api', scenario: 'plain' };
const JSON_LOAD = { server: 'api', scenario: 'json' };
const text = (...lines: HistoryLine[]) => lines.map(lineText).join('');

async function added(
  held: Record<string, string>,
  lines: HistoryLine[],
  limits?: Parameters<typeof keepLines>[2],
) {
  const files = filesIn(new Map(Object.entries(held)));
  const { changes, setAside } = await keepLines(files, lines, limits);
  return { changes: Object.fromEntries(changes), setAside };
}

test('New lines come after those that are there, each in the file of its subject', async () => {
  const other = lineOf(2, { subject: { server: 'api', scenario: 'json' } });
  const held = { 'api/plain.ndjson': text(lineOf(1)) };
  const { changes, setAside } = await added(held, [lineOf(2), other]);
  assert.deepEqual(changes, {
    'api/plain.ndjson': text(lineOf(1), lineOf(2)),
    'api/json.ndjson': text(other),
  });
  assert.deepEqual(setAside, []);
});

test('A line that is there already is not added again', async () => {
  const held = { 'api/plain.ndjson': text(lineOf(1), lineOf(2)) };
  assert.deepEqual(await added(held, [lineOf(1)]), { changes: {}, setAside: [] });
});

test('What another step of the same run has measured under the same name is not replaced, and is told', async () => {
  const other = lineOf(1, { at: '2026-01-01T01:09:00.000Z' });
  const held = filesIn(new Map([['api/plain.ndjson', text(lineOf(1))]]));
  const { changes, taken } = await keepLines(held, [other, lineOf(2, { subject: JSON_LOAD })]);
  assert.deepEqual([...changes.keys()], ['api/json.ndjson']);
  assert.deepEqual(taken, [PLAIN]);
  const ofJob = { ...other, run: { id: 1001, attempt: 1, job: 'b', url: null } };
  const own = await keepLines(held, [ofJob]);
  assert.deepEqual([own.changes.size, own.taken], [1, []]);
  // A confirmation, by a further job.
  const confirmed = await keepLines(held, [other], undefined, true);
  assert.deepEqual([confirmed.changes.size, confirmed.taken], [1, []]);
});

test('What another workflow has measured under the same name at the same push is kept, and is told', async () => {
  const run = { id: 1001, attempt: 1, url: null, workflow: 'API', event: 'push' };
  const held = filesIn(new Map([['api/plain.ndjson', text(lineOf(1, { run }))]]));
  const mixedWith = async (more: object, edit: Partial<HistoryLine> = {}) => {
    const line = lineOf(1, { run: { ...run, id: 1002, ...more }, ...edit });
    const { changes, mixed } = await keepLines(held, [line]);
    assert.equal(changes.size, 1);
    return mixed;
  };
  assert.deepEqual(await mixedWith({ workflow: 'Web' }), [
    { subject: PLAIN, by: 'workflow', name: 'API' },
  ]);
  // A second run of its own, one of the night, a row of its own, another commit.
  assert.deepEqual(await mixedWith({}), []);
  assert.deepEqual(await mixedWith({ workflow: 'Nightly', event: 'schedule' }), []);
  assert.deepEqual(await mixedWith({ workflow: 'Web', job: 'web' }), []);
  assert.deepEqual(await mixedWith({ workflow: 'Web' }, { commit: commitOf(2) }), []);
});

test('What two repositories keep by turns in one folder is told to each, and a repository that was renamed hears nothing', async () => {
  const of = (number: number, repository: string) => {
    const url = `https://github.com/${repository}/actions/runs/${number}/attempts/1`;
    return lineOf(number, { run: { id: number, attempt: 1, url } });
  };
  const mixed = async (...lines: HistoryLine[]) => {
    const held = filesIn(new Map([['api/plain.ndjson', text(...lines.slice(0, -1))]]));
    return (await keepLines(held, lines.slice(-1))).mixed;
  };
  const [app, web] = ['octo/app', 'octo/web'];
  const told = (name: string) => [{ subject: PLAIN, by: 'repository', name }];
  assert.deepEqual(await mixed(of(1, app), of(2, web), of(3, app)), told(web));
  assert.deepEqual(await mixed(of(1, app), of(2, web), of(3, app), of(4, web)), told(app));
  // Renamed, or the first run of the second one.
  assert.deepEqual(await mixed(of(1, app), of(2, app), of(3, web)), []);
  assert.deepEqual(await mixed(of(1, app), of(2, web), of(3, web)), []);
  // Mended since.
  assert.deepEqual(await mixed(of(1, app), of(2, web), of(3, app), of(4, app)), []);
});

test('A base that the user named is where the branch was, if the run before measured it', async () => {
  const named = lineOf(3, { base: commitOf(2), before: null, reference: true });
  const other = lineOf(2, { at: '2026-01-01T02:30:00.000Z', commit: commitOf(9), run: null });
  const last = async (...known: HistoryLine[]) => {
    const { changes } = await added({ 'api/plain.ndjson': text(...known) }, [named]);
    return /"reference":true/.test(changes['api/plain.ndjson']?.split('\n').at(-2) ?? '');
  };
  assert.equal(await last(lineOf(1), lineOf(2)), false);
  assert.equal(await last(lineOf(1)), true);
  assert.equal(await last(lineOf(1), lineOf(2), lineOf(4)), false);
  assert.equal(await last(lineOf(2), other), true);
  // A second try, or another job, has measured the same commit since.
  const same = lineOf(3, { at: '2026-01-01T02:40:00.000Z', run: null });
  assert.equal(await last(lineOf(1), lineOf(2), same), false);
  assert.equal(await last(lineOf(1), same), true);
});

test('A later attempt at a run says when the first one began, and a first one nothing', async () => {
  const again = { id: 1001, attempt: 2, url: null };
  const second = lineOf(1, { at: '2026-01-09T00:00:00.000Z', run: again });
  const held = { 'api/plain.ndjson': text(lineOf(1), lineOf(2)) };
  const kept = { ...second, run: { ...again, begun: lineOf(1).at } };
  assert.deepEqual(await added(held, [second]), {
    changes: { 'api/plain.ndjson': text(lineOf(1), lineOf(2), kept) },
    setAside: [],
  });
  const third = { ...second, at: '2026-01-10T00:00:00.000Z', run: { ...again, attempt: 3 } };
  const { changes } = await added({ 'api/plain.ndjson': text(kept) }, [third]);
  assert.match(changes['api/plain.ndjson'] ?? '', /"attempt":3,"begun":"2026-01-01T01:/);
});

test('What is damaged is set aside with its place, and what a newer version wrote stays in its place', async () => {
  const newer = '{"form":9,"of":"the future"}\n';
  const foreign = text(lineOf(7, { subject: { server: 'x', scenario: 'y' } }));
  const cut = lineText(lineOf(3)).slice(0, 40);
  const held = {
    'api/plain.ndjson': `${text(lineOf(1))}rubbish\n${newer}${foreign}${text(lineOf(2))}${cut}`,
    'api/plain.damaged': 'of before\n',
  };
  const { changes, setAside } = await added(held, [lineOf(4)]);
  assert.deepEqual(changes, {
    'api/plain.ndjson': `${text(lineOf(1))}${newer}${text(lineOf(2), lineOf(4))}`,
    'api/plain.damaged': `of before\nrubbish\n${foreign}${cut}\n`,
  });
  assert.deepEqual(
    setAside.map(({ where, reason }) => `${where} ${reason}`),
    [
      'api/plain.ndjson, line 2 is no JSON',
      'api/plain.ndjson, line 4 is of another subject, x/y',
      'api/plain.ndjson, line 6 is cut off: is no JSON',
    ],
  );
});

test('What is set aside cannot fill the store', async () => {
  const held = { 'api/plain.ndjson': `${'x'.repeat(3_000_000)}\nrubbish\n` };
  const { changes } = await added(held, [lineOf(1)]);
  assert.equal(changes['api/plain.damaged'], 'rubbish\n');
});

test('A history that grows for long keeps all its lines and its baselines, in files that never change again', async () => {
  const limits = { recent: 10, baselines: 5, fingerprints: 4, movedAtLeast: 10, olderFiles: 99 };
  const store = memoryStore();
  const all: HistoryLine[] = [];
  const seen = new Map<string, string>();
  for (let number = 1; number <= 120; number++) {
    const line =
      number % 30 === 0
        ? lineWith(number, 'regression')
        : lineWith(number, number % 30 === 7 ? 'improvement' : 'unchanged');
    all.push(line);
    await store.update(async (files) => (await keepLines(files, [line], limits)).changes, 'x');
    await store.read(async (files) => {
      for (const path of files.paths.filter((name) => name.includes('~'))) {
        const now = (await files.text(path)) as string;
        assert.equal(now, seen.get(path) ?? now, path);
        seen.set(path, now);
      }
    });
    const [newest] = await readRuns(store, [PLAIN]);
    const last = (lines: readonly HistoryLine[]) => baselineLines(lines).slice(-5);
    assert.deepEqual(last(newest?.lines ?? []), last(all));
  }
  assert.ok(seen.size >= 3);
  const [whole] = await readRuns(store, [PLAIN], 'all');
  const byTime = (lines: readonly HistoryLine[]) => lines.map(({ at }) => at).sort();
  assert.deepEqual(byTime(whole?.lines ?? []), byTime(all));
});

test('Of files with older lines the newest ones are kept', async () => {
  const limits = { recent: 2, baselines: 1, fingerprints: 1, movedAtLeast: 2, olderFiles: 2 };
  const held = {
    'api/plain.ndjson': text(lineOf(5), lineOf(6), lineOf(7)),
    'api/plain~00001.ndjson': text(lineOf(1), lineOf(2)),
    'api/plain~00002.ndjson': text(lineOf(3), lineOf(4)),
  };
  const { changes } = await added(held, [lineOf(8)], limits);
  assert.deepEqual(changes, {
    'api/plain.ndjson': text(lineOf(7), lineOf(8)),
    'api/plain~00003.ndjson': text(lineOf(5), lineOf(6)),
    'api/plain~00001.ndjson': null,
  });
});
