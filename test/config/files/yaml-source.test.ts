import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readYaml } from '../../../src/config/files/yaml-source.ts';
import { toProblems } from '../../../src/config/mistakes/mistakes.ts';
import { formatProblem } from '../../../src/system/messages/problem.ts';

function read(text: string, isText: (path: readonly (string | number)[]) => boolean = () => false) {
  const { value, mistakes, source } = readYaml(text, 'f', isText);
  return { value, said: toProblems(mistakes, source).map(formatProblem).join('\n'), source };
}

test('Keys are texts and YAML 1.1 booleans are not booleans', () => {
  assert.deepEqual(read('on: yes\n404: no\ntrue: off\n~: y').value, {
    on: 'yes',
    404: 'no',
    true: 'off',
    '~': 'y',
  });
});

test('Where a text is wanted, a plain scalar keeps its spelling', () => {
  const file = 'a: [1.10, 0x1F, TRUE, 1_0]\nb: 1.10';
  assert.deepEqual(read(file, ([top]) => top === 'a').value, {
    a: ['1.10', '0x1F', 'TRUE', '1_0'],
    b: 1.1,
  });
});

test('Aliases and merge keys work: own keys win, then the first merged map', () => {
  const file = `
a: &a { x: 1, y: 1 }
b: &b { y: 2, z: 2 }
c: *a
d: { <<: *a, x: 3 }
e: { z: 4, <<: [*a, *b] }
f: { <<: { <<: *b, w: 5 } }
`;
  const { value, said } = read(file);
  assert.equal(said, '');
  assert.deepEqual(value, {
    a: { x: 1, y: 1 },
    b: { y: 2, z: 2 },
    c: { x: 1, y: 1 },
    d: { x: 3, y: 1 },
    e: { x: 1, y: 1, z: 4 },
    f: { w: 5, y: 2, z: 2 },
  });
});

test('A value is placed where it stands, also behind an alias, and a missing key at the nearest one', () => {
  const { source } = read('a: &x\n  k: 1\nb: *x\nc:\n');
  const at = (path: (string | number)[], part: 'key' | 'value') => source.place(path, part).where;
  assert.equal(at(['a', 'k'], 'value'), 'f:2:6');
  assert.equal(at(['b', 'k'], 'key'), 'f:2:3');
  assert.equal(at(['b', 'none'], 'key'), 'f:3:1');
  assert.equal(at(['none'], 'key'), 'f:1:1');
});

test('What is not YAML is said in one line, with what usually helps', () => {
  const cases: [text: string, said: string][] = [
    [
      'a:\n\tb: 1',
      'f:2:1: not valid YAML: tabs are not allowed as indentation\n  indent with spaces',
    ],
    [
      'a: echo "x: y": z',
      'f:1:4: not valid YAML: nested mappings are not allowed in compact mappings\n  text that holds `: ` needs quotes around it',
    ],
    [
      'a: @x',
      'f:1:4: not valid YAML: plain value cannot start with reserved character @\n  put quotes around the text',
    ],
    [
      'a: 1\n---\nb: 2',
      'f:2:1: not valid YAML: more than one document in the file\n  remove the `---` line and what follows it',
    ],
    [
      'a: !x 1',
      'f:1:4: not valid YAML: unresolved tag: !x\n  text that begins with `!` needs quotes around it',
    ],
    ['a: "x', 'f:1:6: not valid YAML: missing closing "quote'],
  ];
  for (const [text, said] of cases) {
    const found = read(text);
    assert.equal(found.said, said);
    assert.equal(found.value, undefined);
  }
});

test('Duplicates, bad merges and lost anchors are each told', () => {
  assert.equal(
    read('a: 1\nb: { <<: 3 }\na: 2\nc: *d').said,
    `f:2:6: the merge key \`<<\` takes a map, or a list of maps
f:3:1: a: the key stands here a second time
  keep one of them
f:4:4: c: \`*d\` refers to an anchor that does not exist
  if it is meant as text, write "*d" with quotes`,
  );
});

test('A merge of a lost anchor is told once', () => {
  assert.equal(
    read('a: { <<: *gone }').said,
    `f:1:4: a: \`*gone\` refers to an anchor that does not exist
  if it is meant as text, write "*gone" with quotes`,
  );
});

test('Aliases that grow without end are refused, quickly', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (let i = 0; i < 8; i += 1) {
    const name = String.fromCharCode(98 + i);
    const inner = Array(9).fill(`*${String.fromCharCode(97 + i)}`);
    bomb.push(`${name}: &${name} [${inner.join(', ')}]`);
  }
  const tooLarge = /: too large or too deep once its aliases are followed$/;
  assert.match(read(bomb.join('\n')).said, tooLarge);
  assert.match(read('a: &a [*a]').said, tooLarge);
  assert.match(read('a: &a { <<: *a }').said, tooLarge);
});

test('A file without aliases may have as many values as it likes: the most requests, each with much in it', () => {
  const one =
    '{ method: GET, path: /a, weight: 2, headers: { a: 1, b: 2, c: 3 }, expect: { status: 200 } }';
  const { value, said } = read(`requests:\n${`- ${one}\n`.repeat(4096)}`);
  assert.equal(said, '');
  assert.equal((value as { requests: unknown[] }).requests.length, 4096);
  const shared = '{ <<: *usual, path: /a, headers: *headers, expect: { status: 200 } }';
  const anchors =
    'a: &headers { a: 1, b: 2, c: 3 }\nb: &usual { method: GET, weight: 2, ids: 1..9 }\n';
  assert.equal(read(`${anchors}requests:\n${`- ${shared}\n`.repeat(4096)}`).said, '');
});

test('An alias stands for the last anchor of its name before it', () => {
  const { value, said } = read('a: &x 1\nb: *x\nc: &x { d: 2 }\ne: *x');
  assert.equal(said, '');
  assert.deepEqual(value, { a: 1, b: 1, c: { d: 2 }, e: { d: 2 } });
  assert.match(read('a: *x\nb: &x 1').said, /`\*x` refers to an anchor that does not exist/);
});

test('It is known how a number, true or false is spelled, and of nothing else', () => {
  const { written } = readYaml(
    'a: [1.10, x, "007", 007]\nb: *c\nd: &c TRUE\ne: *c',
    'f',
    () => false,
  );
  assert.deepEqual(
    [0, 1, 2, 3].map((index) => written(['a', index])),
    ['1.10', undefined, undefined, '007'],
  );
  assert.equal(written(['e']), 'TRUE');
  assert.equal(written(['gone']), undefined);
});
