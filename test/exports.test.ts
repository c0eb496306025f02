/** What a file gives out, somebody takes: else it is part of the file, and may be changed without a look around. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ownFile } from '../src/system/program/runtime.ts';

const EXPORTED = /^export (?:async )?(?:function\*?|const|let|class) (\w+)/gm;

test('Every function, value and class that a file of src exports is used in another file', () => {
  const files = globSync('{src,test,bench,scripts}/**/*.ts', { cwd: ownFile('.') });
  const texts = files.map((file) => readFileSync(ownFile(file), 'utf8'));
  const homes = new Map<string, Set<string>>();
  texts.forEach((text, i) => {
    for (const [word] of text.matchAll(/\w+/g)) {
      const known = homes.get(word) ?? new Set();
      homes.set(word, known.add(files[i] as string));
    }
  });
  const unused = files.flatMap((file, i) =>
    file.startsWith('src/')
      ? [...(texts[i] as string).matchAll(EXPORTED)].flatMap(([, name = '']) =>
          homes.get(name)?.size === 1 ? [`${name} of ${file}`] : [],
        )
      : [],
  );
  assert.ok(homes.size > 1000);
  assert.deepEqual(unused, []);
});
