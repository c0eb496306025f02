/** The judge says what it found by codes and figures. Its sentences are made in src/report/findings/, and only there. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Finding } from '../../src/judge/findings/finding.ts';
import { ownFile } from '../../src/system/program/runtime.ts';

/** So many words in a row are no name, key or code any more. */
const MOST_WORDS = 2;

test('No file of the judge holds an English sentence', () => {
  const files = globSync('src/judge/**/*.ts', { cwd: ownFile('.') });
  assert.ok(files.length > 40);
  const found = files.flatMap((file) =>
    proseIn(readFileSync(ownFile(file), 'utf8')).map((text) => `${file}: ${text}`),
  );
  assert.deepEqual(found, []);
});

test('The judge knows nothing of the room that makes sentences', () => {
  for (const file of globSync('src/judge/**/*.ts', { cwd: ownFile('.') })) {
    assert.doesNotMatch(readFileSync(ownFile(file), 'utf8'), /from '[./]*\/report\//, file);
  }
});

test('The check sees a sentence in a string and in a template, and none in a comment', () => {
  assert.deepEqual(proseIn("const a = 'it cannot be read here';"), ['it cannot be read here']);
  assert.equal(proseIn('const a = `blocks were measured again`;').length, 1);
  assert.deepEqual(
    proseIn("/** it cannot be read here */ const a = 'interval-spans-tolerance';"),
    [],
  );
});

test('Every finding has a code of its own, in words with hyphens', () => {
  const codes = Finding.options.map(({ shape }) => shape.code.value);
  assert.equal(new Set(codes).size, codes.length);
  for (const code of codes) assert.match(code, /^[a-z]+(-[a-z]+)*$/);
});

/** Strings and templates, outside of comments and of errors for programmers, that have more words in a row than a code can have. */
function proseIn(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$|new \w*Error\([^)]*\)/gm, '');
  const literals = code.match(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`[^`]*`/g) ?? [];
  return literals
    .map((literal) => literal.slice(1, -1))
    .filter((literal) => wordsOf(literal).length > MOST_WORDS);
}

function wordsOf(literal: string): string[] {
  return literal.replace(/\$\{[^}]*\}/g, ' ').match(/[A-Za-z']+(?=\s|$|[.,;:])/g) ?? [];
}
