import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BuildOutput } from '../../src/checkout/build-output.ts';
import { keepSecret } from '../../src/system/messages/secrets.ts';

function keptOf(lines: readonly string[]): string[] {
  const output = new BuildOutput();
  for (const line of lines) output.add(line);
  return output.lines();
}

const usage = Array.from({ length: 60 }, (_, i) => `npm error   --option-${i}`);

describe('what is kept of the output of a build', () => {
  it('Of a short output everything is kept', () => {
    assert.deepEqual(keptOf(['one', 'error: two']), ['one', 'error: two']);
  });

  it('The cause that a tool names before a page of its usage stands before the last lines', () => {
    const cause = 'npm error `npm ci` can only install packages when both are in sync.';
    const kept = keptOf(['npm error code EUSAGE', 'npm error', cause, 'npm error', ...usage]);
    assert.equal(kept.length, 40);
    assert.deepEqual(kept.slice(0, 2), ['npm error code EUSAGE', cause]);
    assert.equal(kept[8], '…');
    assert.equal(kept.at(-1), 'npm error   --option-59');
  });

  it('The first lines that speak of an error are kept, and no more than a few', () => {
    const compiled = Array.from({ length: 500 }, (_, i) => `Extracting module ${i}`);
    const kept = keptOf(['a.c:3:1: error: boom', ...compiled]);
    assert.deepEqual(kept.slice(0, 2), ['a.c:3:1: error: boom', '…']);
    assert.equal(kept.length, 40);
    const many = keptOf([...Array.from({ length: 100 }, () => 'fatal: again'), ...compiled]);
    assert.equal(many.indexOf('…'), 8);
  });

  it('Without a line that speaks of an error there are the last lines alone', () => {
    const compiled = Array.from({ length: 100 }, (_, i) => `compiled ${i}`);
    assert.deepEqual(keptOf(compiled), compiled.slice(-40));
  });

  it('A secret of the run that a build prints, as it is or encoded, is not shown', () => {
    keepSecret(['Tok+en/9=q7']);
    const output = new BuildOutput();
    const encoded = Buffer.from('Tok+en/9=q7').toString('base64url');
    assert.equal(output.add('login with Tok+en/9=q7'), 'login with …');
    assert.doesNotMatch(output.add(`as ${encoded}`), /VG9rK2/);
    assert.equal(output.add('Tok%2Ben%2F9%3Dq7'), '…');
    assert.deepEqual(output.lines().slice(0, 1), ['login with …']);
  });
});
