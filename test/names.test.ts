/** A test file is named after what it tests, or its first line says what that is: so it is found from the source, and back. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { ownFile } from '../src/system/program/runtime.ts';
import { testFiles, textOf } from './support/test-files.ts';

/** `load/http2/channel-fuzz` is of `src/load/http2/channel.ts`, or of a folder of that name: the words from the left count. */
function sourceOf(file: string): string | null {
  const words = file.replace(/(\.(integration|long))?\.test\.ts$/, '').split('-');
  for (let count = words.length; count > 0; count--) {
    const name = `src/${words.slice(0, count).join('-')}`;
    for (const path of [`${name}.ts`, name]) if (existsSync(ownFile(path))) return path;
  }
  return null;
}

/** A sentence, and not only the beginning of a comment. */
function hasHeader(text: string): boolean {
  return /^\/\*\*\s+(\* )?[\p{Lu}`'"\d]?\S+( \S+){2}/u.test(text);
}

test('Every test file has a source file of its name, or says in its first line what it tests', () => {
  const lost = testFiles.filter((file) => sourceOf(file) === null && !hasHeader(textOf(file)));
  assert.deepEqual(lost, []);
});

test('The name of a source is found from the left, in its own folder and nowhere else', () => {
  assert.equal(
    sourceOf('load/http2/channel-fuzz.integration.test.ts'),
    'src/load/http2/channel.ts',
  );
  assert.equal(sourceOf('config/mistakes/nearest.test.ts'), 'src/config/mistakes/nearest.ts');
  assert.equal(sourceOf('plan/nearest.test.ts'), null);
  assert.ok(hasHeader('/** What is told of a run. */\n'));
  assert.ok(!hasHeader("import assert from 'node:assert/strict';\n"));
});
