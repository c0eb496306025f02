/** docs/versus.md names every input that a versus refuses. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { type ActionInputs, INPUT_NAMES } from '../../src/github/inputs.ts';
import { versusInputs } from '../../src/github/versus-inputs.ts';
import { ownFile } from '../../src/system/program/runtime.ts';

const EMPTY = Object.fromEntries(INPUT_NAMES.map((name) => [name, ''])) as ActionInputs;

it('The page on comparing servers names every input that a versus refuses, and no other', () => {
  const page = readFileSync(ownFile('docs/versus.md'), 'utf8');
  const sentence = /Inputs that only make sense for a change are refused:([^.]*)\./.exec(page)?.[1];
  const named = [...(sentence ?? '').matchAll(/`([\w-]+)`/g)].map(([, name]) => name);
  const refused = INPUT_NAMES.filter((name) => {
    try {
      versusInputs({ ...EMPTY, versus: 'a b', [name]: name === 'versus' ? 'a b' : 'x' });
      return false;
    } catch {
      return true;
    }
  });
  assert.ok(refused.length >= 8, refused.join());
  assert.deepEqual([...named].sort(), [...refused].sort());
});
