/** What docs/rooms.md says of the rooms is so: those that layers.test.ts holds, in their order. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ownFile } from '../../src/system/program/runtime.ts';
import { LAYERS_WITHIN } from '../support/layers.ts';
import { listedLayers } from '../support/listed-layers.ts';

const page = readFileSync(ownFile('docs/rooms.md'), 'utf8');
const sections = [...page.matchAll(/^## `(\w+)\/`\n(.*?)(?=^## |^Back to )/gms)];

test('The page has a table for each folder that has rooms, in the order of the layers', () => {
  assert.deepEqual(
    sections.map(([, folder]) => folder),
    Object.keys(LAYERS_WITHIN),
  );
});

for (const [, folder = '', section = ''] of sections)
  test(`The table of ${folder} lists its rooms from the ground up`, () => {
    assert.deepEqual(listedLayers(section), LAYERS_WITHIN[folder]);
  });
