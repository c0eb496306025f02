import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Note } from '../../../src/report/frame/notes.ts';
import { fileLines, MOST_NOTES, noteLines } from '../../../src/report/frame/terminal-notes.ts';
import { painter } from '../../../src/report/screen/paint.ts';

const paint = painter(false);
const note = (message: string, kind: Note['kind'] = 'warning'): Note => ({
  kind,
  about: [
    { subject: 'api/plain', metric: 'cpu' },
    { subject: 'api/json', metric: 'cpu' },
  ],
  message,
});

test('A note says whom it is about, and has what somebody printed in lines of their own below it', () => {
  assert.deepEqual(noteLines([note('it failed:\nline one\nline two')], 60, paint), [
    'warning: api/plain cpu and 1 more: it failed:',
    '    line one',
    '    line two',
  ]);
  assert.deepEqual(noteLines([note('it is noisy and needs more blocks', 'reason')], 42, paint), [
    'api/plain cpu and 1 more: it is noisy',
    '  and needs more blocks',
  ]);
});

test('Of many notes the first are shown, and how many there are besides', () => {
  const lines = noteLines(Array(MOST_NOTES + 1).fill(note('x')), 80, paint);
  assert.equal(lines.length, MOST_NOTES + 1);
  assert.equal(lines.at(-1), '… and 1 more note, in verdict.json');
});

test('Of the files the first is to be opened, and the others are named beside it', () => {
  assert.deepEqual(fileLines([], 80), []);
  assert.deepEqual(fileLines(['out/summary.md', 'out/comment.md', 'out/verdict.json'], 80), [
    'Open out/summary.md: the whole report.',
    'Beside it: comment.md, verdict.json.',
  ]);
});
