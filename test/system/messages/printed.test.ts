import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { keepPrinted } from '../../../src/measure/told/keep-printed.ts';
import { foreignLines } from '../../../src/report/markup/escape.ts';
import {
  aside,
  excerptsOf,
  foreign,
  messageOf,
  ours,
  PrintedError,
  unmarked,
} from '../../../src/system/messages/printed.ts';
import { withoutSecrets } from '../../../src/system/messages/secrets.ts';
import { openOutput, tailOf } from '../../../src/system/output/output-file.ts';

const sentence = `head: expected 200, got ${foreign('"swordfish"')} (9 bytes)${aside(' and more')}`;

it('A sentence leaves out what is foreign in it, or is told whole', () => {
  assert.equal(ours(sentence), 'head: expected 200, got … (9 bytes)');
  assert.equal(unmarked(sentence), 'head: expected 200, got "swordfish" (9 bytes) and more');
  assert.equal(ours('plain'), 'plain');
});

it('No foreign text can end its own mark, and half a sentence tells no more than a whole one', () => {
  const sly = `a ${foreign('x\uFDD1swordfish\uFDD0\uFDD3')} b`;
  assert.equal(ours(sly), 'a … b');
  for (let length = 0; length <= sentence.length; length++) {
    assert.doesNotMatch(ours(sentence.slice(0, length)), /s?w?o?r?dfish|more/);
  }
});

it('An error has our own words, and what is foreign beside them', () => {
  const error = new PrintedError(sentence, [{ by: 'server', lines: ['bye'] }]);
  assert.equal(error.message, ours(sentence));
  assert.deepEqual(excerptsOf(error), [
    { by: 'answer', lines: [unmarked(sentence)] },
    { by: 'server', lines: ['bye'] },
  ]);
  assert.equal(messageOf(new Error(sentence)), ours(sentence));
  assert.deepEqual(excerptsOf(new Error(sentence)), [
    { by: 'answer', lines: [unmarked(sentence)] },
  ]);
  assert.deepEqual(excerptsOf('no error'), []);
});

it('What was printed is kept for the end, and every event goes on', () => {
  const seen: string[] = [];
  const { emit, printed } = keepPrinted(({ type }) => seen.push(type));
  const one = { about: 'api', arm: 'head', by: 'build', lines: ['no'] } as const;
  emit({ type: 'printed', printed: one });
  emit({ type: 'tick' });
  assert.deepEqual(printed, [one]);
  assert.deepEqual(seen, ['printed', 'tick']);
});

it('Half of a word is never shown, neither at the end of a long line nor at the beginning of a long output', (t) => {
  const [shown] = foreignLines([`${'a '.repeat(20)}swordfish-and-more`], { lines: 1, columns: 45 });
  assert.equal(shown, `${'a '.repeat(20)}…`);
  const dir = mkdtempSync(join(tmpdir(), 'tg-output-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const log = openOutput(join(dir, 'log'));
  t.after(() => closeSync(log));
  writeSync(log, `${'swordfish'.repeat(2000)}\nlast\n`);
  assert.equal(tailOf(log, withoutSecrets), 'last\n');
});
