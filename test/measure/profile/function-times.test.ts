/** Two formats of profiles → how often each function was found at work, and where head spends more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whereHeadSpendsMore, whereMostIsSpent } from '../../../src/measure/profile/compare.ts';
import {
  addedUp,
  type FunctionTimes,
  timesIn,
} from '../../../src/measure/profile/function-times.ts';
import { nodeProfile } from '../../support/node-profile.ts';

const TREE = ['/tmp/run/head'];

function times(file: string, text: string): FunctionTimes {
  const read = timesIn(file, text, TREE);
  assert.ok(read !== null && typeof read !== 'string', String(read));
  return read;
}

const named = ({ functions }: FunctionTimes) =>
  Object.fromEntries([...functions.values()].map(({ name, samples }) => [name, samples]));

test('A profile of Node.js has the samples of each function by its place in the tree, without those that waited', () => {
  const text = nodeProfile([
    ['(root)', '', 0, 1],
    ['(idle)', '', 0, 50],
    ['(garbage collector)', '', 0, 5],
    ['render', 'file:///tmp/run/head/lib/a%20b.js', 11, 30],
    ['', '/tmp/run/head/server.js', 0, 4],
    ['parse', 'node:url', 99, 6],
  ]);
  const read = times('CPU.1.cpuprofile', text);
  assert.equal(read.samples, 45);
  assert.deepEqual(named(read), {
    '(garbage collector)': 5,
    'render lib/a b.js:12': 30,
    '(anonymous) server.js:1': 4,
    'parse node:url:100': 6,
  });
});

test('Folded stacks have the samples of each function by the end of the stack, whichever line of it was found', () => {
  const text = `main;serve (/tmp/run/head/app.py:3);render (/tmp/run/head/app.py:34) 10
main;serve (/tmp/run/head/app.py:4);render (/tmp/run/head/app.py:35) 2

main;serve (/tmp/run/head/app.py:4) 3
a function;with spaces in it 7
not a stack`;
  assert.deepEqual(named(times('cpu.folded', text)), {
    'render (app.py)': 12,
    'serve (app.py)': 3,
    'with spaces in it': 7,
  });
  assert.deepEqual(named(times('CPU.COLLAPSED', 'x 1')), { x: 1 });
});

test('Several profiles of one build are added up, and a function is called by the line where it was found most', () => {
  const of = (line: number, samples: number) =>
    times('x.cpuprofile', nodeProfile([['work', 'file:///tmp/run/head/a.js', line, samples]]));
  const sum = addedUp([of(4, 3), of(7, 9)]);
  assert.equal(sum.samples, 12);
  assert.deepEqual(named(sum), { 'work a.js:8': 12 });
});

test('What is no profile is told, and what has another format is left alone', () => {
  for (const text of ['', '{', '[]', '{"nodes":[],"samples":"x"}']) {
    assert.match(String(timesIn('a.cpuprofile', text, [])), /no profile of Node\.js/);
  }
  for (const text of ['', 'words', '{"a": 1}']) {
    assert.match(String(timesIn('a.folded', text, [])), /no stacks/);
  }
  assert.equal(timesIn('cpu.pprof', 'a;b 1', []), null);
});

test('Head spends more where its share is larger by more than chance, worst first', () => {
  const of = (counts: Record<string, number>) =>
    times(
      'a.folded',
      Object.entries(counts)
        .map(([name, n]) => `main;${name} ${n}`)
        .join('\n'),
    );
  const base = of({ parse: 500, render: 300, write: 200, steady: 4000 });
  const head = of({ parse: 900, render: 330, write: 205, steady: 4000, added: 400 });
  const rows = whereHeadSpendsMore(base, head);
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['added', 'parse'],
  );
  const [added] = rows;
  assert.equal(added?.base, 0);
  assert.equal(Math.round(1000 * (added?.head ?? 0)), 69);
  assert.deepEqual(whereHeadSpendsMore(base, base), []);
});

test('A few samples show nothing, and many functions no more than a table holds', () => {
  const few = (more: number) => times('a.folded', `x ${20 + more}\ny 20`);
  assert.deepEqual(whereHeadSpendsMore(few(0), few(4)), []);
  const many = times(
    'a.folded',
    Array.from({ length: 40 }, (_, i) => `f${i} ${100 + i}`).join('\n'),
  );
  assert.equal(whereHeadSpendsMore(times('a.folded', 'other 4000'), many).length, 15);
  assert.deepEqual(whereMostIsSpent(many)[0], {
    name: 'f39',
    base: null,
    head: 139 / many.samples,
  });
});
