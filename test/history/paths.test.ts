import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  damagedPath,
  isStorePath,
  linesPath,
  linesPaths,
  olderNumber,
  olderPath,
  olderPaths,
} from '../../src/history/paths.ts';
import { fc } from '../support/properties.ts';

const of = (server: string, scenario: string) => linesPath({ server, scenario });

test('Usual names stay as they are, and all other bytes are escaped', () => {
  assert.equal(of('api', 'plain'), 'api/plain.ndjson');
  assert.equal(damagedPath({ server: 'api', scenario: 'orders@2' }), 'api/orders%402.damaged');
  assert.equal(of('größe', 'get /a'), 'gr%C3%B6%C3%9Fe/get%20%2Fa.ndjson');
});

test('Names that would lead out of a store, or hide in it, do not', () => {
  assert.equal(of('..', '.git'), '%2E./%2Egit.ndjson');
  assert.equal(of('a~1', 'x~00001'), 'a%7E1/x%7E00001.ndjson');
  for (const name of ['..', '.', '', '/', '.git', 'x'.repeat(300), '\u0000', 'CON']) {
    assert.ok(isStorePath(of(name, name)), name);
  }
});

test('Names that differ only in capital letters, or only far behind, have files of their own', () => {
  const names = [of('api', 'get'), of('api', 'GET'), of('api', 'Get')];
  assert.equal(new Set(names.map((name) => name.toLowerCase())).size, 3);
  const long = 'x'.repeat(250);
  assert.notEqual(of('api', `${long}1`), of('api', `${long}2`));
  assert.ok(
    of('ü'.repeat(250), long)
      .split('/')
      .every((part) => part.length < 200),
  );
});

test('Whatever two names are, their files are the same only if the names are', () => {
  const name = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(name, name, name, name, (a, b, c, d) => {
      const isSame = a.toWellFormed() === c.toWellFormed() && b.toWellFormed() === d.toWellFormed();
      assert.equal(of(a, b) === of(c, d), isSame);
      assert.ok(isStorePath(of(a, b)));
      assert.equal(olderNumber(of(a, b)), null);
    }),
  );
});

test('No store has a file of a name that leads out of it, or that tools treat in a way of their own', () => {
  for (const path of [
    '../x',
    '/x',
    'a/../x',
    '.git/config',
    'a/.x',
    'a//b',
    '',
    'a\nb',
    'a\\b',
    '-/\u0000',
    'git~1/x',
    'a/',
    'x'.repeat(600),
  ]) {
    assert.ok(!isStorePath(path), JSON.stringify(path));
  }
});

test('Older lines of a subject are found among all files, in their order', () => {
  const subject = { server: 'api', scenario: 'plain' };
  const paths = [
    olderPath(subject, 100_000),
    olderPath(subject, 2),
    olderPath(subject, 1),
    linesPath(subject),
    'api/plain~x.ndjson',
    'api/plain~1.ndjson',
    olderPath({ server: 'api', scenario: 'other' }, 1),
    'README.md',
    'x.ndjson',
  ];
  assert.deepEqual(olderPaths(subject, paths), [
    'api/plain~00001.ndjson',
    'api/plain~00002.ndjson',
    'api/plain~100000.ndjson',
  ]);
  assert.ok(
    linesPaths(paths).includes('api/plain.ndjson') && !linesPaths(paths).includes('README.md'),
  );
});
