import assert from 'node:assert/strict';
import { it } from 'node:test';
import { printedInMarkdown, printedLines } from '../../../src/report/sections/printed.ts';
import type { Printed } from '../../../src/system/messages/printed.ts';
import { subject, verdictOf } from '../build.ts';

const LIMITS = { notes: 10, lines: 20, columns: 100 };
const verdict = verdictOf('invalid', [
  subject('api', 'x', 'invalid', []),
  subject('web', 'x', 'invalid', []),
]);
const server = (about: string, arm: string | null, ...lines: string[]): Printed => ({
  ...{ about, arm, by: 'server', lines },
});
const titlesOf = (...printed: Printed[]) =>
  printedInMarkdown(printed, verdict, LIMITS).filter((line) => line.includes('last lines'));

it('What both arms printed alike is shown once, and said to be of both', () => {
  const both = [
    server('api/x', 'base', 'Error: no module'),
    server('api/x', 'head', 'Error: no module'),
  ];
  assert.deepEqual(titlesOf(...both), ["`api/x`, base and head: the server's last lines"]);
  assert.deepEqual(titlesOf(...both, ...both), ["`api/x`, base and head: the server's last lines"]);
  const paint = (_style: unknown, text: string) => text;
  assert.deepEqual(printedLines(both, verdict, LIMITS, { width: 80, paint }), [
    "api/x (base and head), the server's last lines:",
    '    Error: no module',
  ]);
});

it('What the arms printed differently, or in other subjects, stays apart', () => {
  assert.equal(titlesOf(server('api/x', 'base', 'a'), server('api/x', 'head', 'b')).length, 2);
  assert.deepEqual(titlesOf(server('api/x', 'base', 'a'), server('web/x', 'head', 'a')), [
    "`api/x`, base: the server's last lines",
    "`web/x`, head: the server's last lines",
  ]);
});

it('What one arm printed alike in several subjects is shown once, with the first of them', () => {
  assert.deepEqual(titlesOf(server('api/x', 'head', 'a'), server('web/x', 'head', 'a')), [
    "`api/x`, head: the server's last lines",
  ]);
});
