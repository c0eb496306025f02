/** The quick check of a line says yes only where zod would give back the very same line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HistoryLine, lineText } from '../../src/history/line.ts';
import { quickCheckOf } from '../../src/history/quick-check.ts';
import { lineOf, metricOf } from '../support/history.ts';
import { fc } from '../support/properties.ts';

const isPlainlySound = quickCheckOf(HistoryLine);

test('Lines as they are written need no second look', () => {
  const lines = [
    lineOf(1),
    lineOf(2, { run: null, fingerprint: null, calibrator: null, base: null, before: null }),
    lineOf(3, { accepted: { reason: 'größer' }, imported: 'bencher' }),
    lineOf(4, { run: { id: 1, attempt: 2, job: 'bench', url: null }, metrics: {} }),
    lineOf(5, { metrics: { p99: metricOf(1, 0, { ratio: null, calibrated: null, word: null }) } }),
  ];
  for (const line of lines) assert.ok(isPlainlySound(JSON.parse(lineText(line))), lineText(line));
});

test('Whatever is changed in a line, it says yes only to what zod gives back as it is', () => {
  const odd = fc.constantFrom<unknown>(
    ...[
      null,
      0,
      -1,
      1.5,
      1e9,
      1e300,
      '',
      'x',
      'a\u0007b',
      'unchanged',
      true,
      [],
      {},
      [1, 2],
      [0.1],
    ],
    ...['2026-01-01', 'ftp://x.y', 'https://x.y', 'a'.repeat(400), 'abcdef0', { a: 1 }, '\u202e'],
  );
  const places = placesIn(JSON.parse(lineText(lineOf(1))));
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...places), odd, fc.boolean(), (place, value, isExtra) => {
      const line = JSON.parse(lineText(lineOf(1))) as Record<string, unknown>;
      put(line, isExtra ? [...place.slice(0, -1), 'extra'] : place, value);
      const parsed = HistoryLine.safeParse(line);
      const isSame = parsed.success && JSON.stringify(parsed.data) === JSON.stringify(line);
      if (!isSame) refused++;
      assert.equal(isPlainlySound(line), isSame);
    }),
    { numRuns: 1000 },
  );
  assert.ok(refused > 150);
});

test('An address of a server that was seen before is still refused where zod refuses it', () => {
  const lineAt = (url: unknown) => ({ ...lineOf(1), run: { id: 1, attempt: 1, url } });
  const seen = 'https://github.com/octo/app/actions/runs/1';
  for (const url of [
    seen,
    'https://github.com/',
    `https://github.com/${'a'.repeat(280)}`,
    `https://github.com/${'a'.repeat(282)}`,
    'https://github.com/../x',
    'https://github.com/ ',
    'https://github.com/%zz?q=1#\u00fc',
    'https://github.com:99999/x',
    'https://a.b:x/',
    'https://256.256.256.256/x',
    'https://256.256.256.256/x',
    'https://xn--a/x',
    'ftp://github.com/x',
    'javascript:alert(1)',
    ' https://github.com/x',
    '',
    null,
    1,
  ]) {
    const parsed = HistoryLine.safeParse(lineAt(url));
    const isSame =
      parsed.success && JSON.stringify(parsed.data.run) === JSON.stringify(lineAt(url).run);
    assert.equal(isPlainlySound(lineAt(url)), isSame, String(url));
  }
});

test('Keys in another order, and more of them than there may be, are for zod to judge', () => {
  const { form, ...rest } = JSON.parse(lineText(lineOf(1))) as Record<string, unknown>;
  assert.equal(isPlainlySound({ ...rest, form }), false);
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`m${i}`, metricOf(1, 0)]));
  assert.equal(isPlainlySound({ ...lineOf(1), metrics: many }), false);
  assert.equal(isPlainlySound(JSON.parse('[]')), false);
});

function placesIn(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...at]];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(at.length === 0 ? [] : [[...at]]),
    ...placesIn(inner, [...at, key]),
  ]);
}

function put(line: Record<string, unknown>, place: readonly string[], value: unknown): void {
  let inner = line;
  for (const key of place.slice(0, -1)) inner = inner[key] as Record<string, unknown>;
  const last = place.at(-1) as string;
  if (Array.isArray(inner) && last === 'extra') inner.push(value);
  else inner[last] = value;
}
