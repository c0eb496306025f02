/** Values in the form that other tools have them in. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { otherFormHint } from '../../../src/config/mistakes/other-form.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';

it('A value in the form of another tool is told with what to write here', () => {
  for (const [path, expected, found, hint] of [
    [['scenarios', 'a', 'connections'], 'number', '32', 'write 32 without quotes'],
    [
      ['servers', 'a', 'start'],
      'string',
      ['node', 'a.js'],
      'a command is one text: write node a.js',
    ],
    [['servers', 'a', 'env'], 'record', ['A=1'], 'write each variable as NAME: value'],
    [['scenarios', 'a'], 'object', '/x', 'write { path: /x }'],
    [['servers'], 'record', [{ name: 'a' }], /^give each a name/],
  ] as const) {
    const said = unmarked(otherFormHint(path, expected, found) ?? '');
    if (typeof hint === 'string') assert.equal(said, hint);
    else assert.match(said, hint);
  }
});

it('Nothing is proposed where it would be a guess', () => {
  for (const [path, expected, found] of [
    [['scenarios', 'a', 'body'], 'string', ['a']],
    [['servers', 'a', 'start'], 'string', ['node', '-e', 'a b']],
    [['scenarios', 'a', 'connections'], 'number', 'many'],
    [['scenarios', 'a'], 'object', '/x y'],
    [['gate'], 'object', '/x'],
  ] as const) {
    assert.equal(otherFormHint(path, expected, found), undefined);
  }
});
