/** What every store of a history does. Called once for each, in a test file of its own. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Change, HistoryStore } from '../../../src/history/stores/store.ts';

/** Another store on the same place, as another job would open it. */
export type Place = () => HistoryStore;

/** `write` is not asked for more than it: a change as a map. */
export const put =
  (files: Record<string, string | null>): Change =>
  () =>
    new Map(Object.entries(files));

/** Adds a line to a file, as jobs do. */
export const adding =
  (path: string, line: string): Change =>
  async (files) => {
    const before = (await files.text(path)) ?? '';
    return new Map(before.includes(line) ? [] : [[path, `${before}${line}\n`]]);
  };

/** All files with their text. */
export function contents(store: HistoryStore): Promise<Record<string, string>> {
  return store.read(async ({ paths, text }) => {
    const found: Record<string, string> = {};
    for (const path of paths) if (path !== 'README.md') found[path] = (await text(path)) as string;
    return found;
  });
}

export function contract(kind: string, makePlace: (t: TestContext) => Promise<Place>): void {
  describe(`${kind} as a store of a history`, () => {
    it(`${kind} that holds nothing yet is an empty history, and reading makes nothing`, async (t) => {
      const place = await makePlace(t);
      assert.deepEqual(await contents(place()), {});
      assert.equal(await place().read(({ text }) => text('api/plain.ndjson')), null);
      assert.deepEqual(await contents(place()), {});
      assert.match(place().name, /^the .+/);
    });

    it(`${kind} gives back to byte what was written, by whoever opens it`, async (t) => {
      const place = await makePlace(t);
      const files = {
        'api/plain.ndjson': '{"a":"größe \u{1F680}"}\n{"b":2}\n',
        'api/plain.damaged': 'no line end',
        'a%20b/c~h0123456789.ndjson': '\n\n',
        'empty/file.ndjson': '',
      };
      assert.deepEqual(await place().update(put(files), 'first'), { changed: true, retries: 0 });
      assert.deepEqual(await contents(place()), files);
    });

    it(`${kind} lets many files be looked into, of each any part, and tells of those that are not there`, async (t) => {
      const place = await makePlace(t);
      const files = { 'a/1.ndjson': 'größe\n', 'a/2.ndjson': '', 'b/3.ndjson': 'one\ntwo' };
      await place().update(put(files), 'first');
      const seen: [string, number | null, string | null][] = [];
      await place().read(({ each }) =>
        each(['b/3.ndjson', 'a/9.ndjson', 'a/2.ndjson', 'a/1.ndjson'], (path, file) => {
          const part = file?.read(Math.min(2, file.size), file.size).toString('utf8') ?? null;
          seen.push([path, file?.size ?? null, part]);
        }),
      );
      assert.deepEqual(seen, [
        ['b/3.ndjson', 7, 'e\ntwo'],
        ['a/9.ndjson', null, null],
        ['a/2.ndjson', 0, ''],
        ['a/1.ndjson', 8, 'öße\n'],
      ]);
    });

    it(`${kind} leaves the files alone that a change does not name, and removes those it names so`, async (t) => {
      const place = await makePlace(t);
      await place().update(put({ 'a/1.ndjson': 'one\n', 'a/2.ndjson': 'two\n' }), 'first');
      await place().update(put({ 'a/2.ndjson': 'TWO\n', 'b/3.ndjson': 'three\n' }), 'second');
      await place().update(put({ 'a/1.ndjson': null, 'a/9.ndjson': null }), 'third');
      assert.deepEqual(await contents(place()), { 'a/2.ndjson': 'TWO\n', 'b/3.ndjson': 'three\n' });
    });

    it(`${kind} is not written where a change changes nothing`, async (t) => {
      const place = await makePlace(t);
      await place().update(put({ 'a/1.ndjson': 'one\n' }), 'first');
      const again = await place().update(
        put({ 'a/1.ndjson': 'one\n', 'a/2.ndjson': null }),
        'second',
      );
      assert.deepEqual(again, { changed: false, retries: 0 });
    });

    it(`${kind} refuses names that lead out of it or that tools treat in a way of their own`, async (t) => {
      const place = await makePlace(t);
      for (const path of ['a/../../x', '.git/config']) {
        const bad = place().update(put({ [path]: 'x' }), 'bad');
        await assert.rejects(bad, /cannot be a file of a history/);
      }
      assert.deepEqual(await contents(place()), {});
    });

    it(`${kind} tells whether it can be read and written, and is not changed by the question`, async (t) => {
      const place = await makePlace(t);
      for (const wish of ['read', 'write'] as const) await place().check(wish);
      assert.deepEqual(await place().read(({ paths }) => Promise.resolve(paths)), []);
      await place().update(put({ 'a/1.ndjson': 'one\n' }), 'first');
      for (const wish of ['read', 'write'] as const) await place().check(wish);
      assert.deepEqual(await contents(place()), { 'a/1.ndjson': 'one\n' });
    });

    it(`${kind} keeps nothing of a change that fails on its way`, async (t) => {
      const place = await makePlace(t);
      await place().update(put({ 'a/1.ndjson': 'one\n' }), 'first');
      const failing: Change = () => {
        throw new Error('of the change itself');
      };
      await assert.rejects(place().update(failing, 'bad'), /of the change itself/);
      await place().update(adding('a/1.ndjson', 'two'), 'after it');
      assert.deepEqual(await contents(place()), { 'a/1.ndjson': 'one\ntwo\n' });
    });

    it(`${kind} loses no line of four who write at once`, async (t) => {
      const place = await makePlace(t);
      const names = ['one', 'two', 'three', 'four'];
      await Promise.all(names.map((name) => place().update(adding('a/1.ndjson', name), name)));
      const text = (await contents(place()))['a/1.ndjson'] ?? '';
      assert.deepEqual(text.trimEnd().split('\n').sort(), [...names].sort());
    });
  });
}
