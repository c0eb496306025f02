/** What docs/architecture.md says of the layers is so, and it stays a page that one reads in one go. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ownFile } from '../../src/system/program/runtime.ts';
import { LAYERS, PROGRAMS } from '../support/layers.ts';
import { listedLayers } from '../support/listed-layers.ts';

const page = readFileSync(ownFile('docs/architecture.md'), 'utf8');
const [, layers = ''] = /^## The layers\n(.*?)^## /ms.exec(page) ?? [];

test('The page lists the layers that layers.test.ts holds, in their order', () => {
  assert.deepEqual(listedLayers(layers), LAYERS);
  for (const program of PROGRAMS) assert.ok(layers.includes(`\`${program}\``), program);
});

test('The words of the glossary are in the order of the alphabet, each once', () => {
  const [, glossary = ''] = /^## Words\n(.*)/ms.exec(page) ?? [];
  const words = [...glossary.matchAll(/^\| \*\*([\w ]+)\*\*/gm)].map(([, word]) => word);
  assert.ok(words.length > 15);
  assert.deepEqual(words, [...new Set(words)].sort());
});

test('The page has at most 120 lines', () => {
  assert.ok(page.trimEnd().split('\n').length <= 120);
});
