/**
 * The README shows the beginning of a comment as the renderer makes it. To accept a change of the renderer:
 * `UPDATE_GOLDEN=1 node --test test/report/readme.test.ts`.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Bar } from '../../src/config/changes/bar.ts';
import { renderComment } from '../../src/report/comment.ts';
import { EXAMPLES } from './examples.ts';

const path = new URL('../../README.md', import.meta.url);
/** As the first workflow of the README has it: no config file. */
const INPUTS_ALONE: Bar = {
  asked: 'head',
  from: 'head',
  base: 'shared',
  problem: null,
  changes: [],
};
const BETWEEN = /(<!-- comment -->\n)([\s\S]*)(<!-- \/comment -->)/;

test('The comment in the README is the beginning of the one that the renderer makes', () => {
  const { regression } = EXAMPLES;
  assert.ok(regression !== undefined);
  const [beginning = ''] = renderComment({ ...regression(), bar: INPUTS_ALONE }).split(
    '\n<details>',
  );
  // Outside of a comment GitHub draws no box around it.
  const shown = beginning.replace(/^### .*\n+/, '').replace('> [!CAUTION]\n', '');
  const excerpt = `\n${shown.trim()}\n\n`;
  if (process.env.UPDATE_GOLDEN === '1') {
    const readme = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      readme.replace(BETWEEN, (_all, start, _old, end) => start + excerpt + end),
    );
  }
  assert.equal(BETWEEN.exec(readFileSync(path, 'utf8'))?.[2], excerpt);
});
