/** Who looks for a message on docs/troubleshooting.md finds it there as the program says it. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ownFile } from '../../src/system/program/runtime.ts';

const read = (path: string) => readFileSync(ownFile(path), 'utf8');

/** What stands for any text, in a message that is put together. */
const HOLE = '\u0001';

/** The sources, and the tests, which hold the messages that are put together of several pieces. */
const told = globSync(['src/**/*.{ts,cjs}', 'test/**/*.ts'], { cwd: ownFile('.') })
  .filter((path) => !path.endsWith('troubleshooting.test.ts'))
  .map((path) => withHoles(read(path)))
  .join('\n');

test('Each message that the page quotes is in the sources, or in a test of what they say', () => {
  const quoted = read('docs/troubleshooting.md')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .flatMap((line) => [...(line.split(/(?<!\\)\|/)[1] ?? '').matchAll(/"([^"]+)"/g)])
    .map(([, message = '']) => message);
  assert.ok(quoted.length > 100, String(quoted.length));
  const unknown = quoted.filter((message) => piecesOf(message).some((one) => !told.includes(one)));
  assert.deepEqual(unknown, []);
});

/** Without marks of strings, code and regular expressions; what is filled in is a hole. */
function withHoles(source: string): string {
  return source
    .replace(/['"`]\s*\+\s*['"`]/g, '')
    .replace(/\\[dw]\+|\.\*|\[\^?[^\]\n]*\]\+/g, HOLE)
    .replace(/\\(.)/g, '$1')
    .replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, HOLE)
    .replace(/[`'"]/g, '')
    .replace(/\s+/g, ' ');
}

/** What stands between the figures, names and gaps of an example, where it is long enough to be looked for. */
function piecesOf(message: string): string[] {
  return message
    .replace(/[`']/g, '')
    .split(/…|postgres \(port \d+\)|\d[\d.,]*(?:m\b|%)?/)
    .map((piece) => piece.replace(/[\s(]+$/, '').trimStart())
    .filter((piece) => piece.length >= 8 && /\w{3}/.test(piece));
}
