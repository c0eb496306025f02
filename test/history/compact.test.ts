import assert from 'node:assert/strict';
import { test } from 'node:test';
import { split } from '../../src/history/compact.ts';
import type { HistoryLine } from '../../src/history/line.ts';
import { lineText } from '../../src/history/line.ts';
import type { SoundLine } from '../../src/history/read.ts';
import { baselineLines, standings } from '../../src/history/standing.ts';
import { lineOf, lineWith, metricOf } from '../support/history.ts';
import { fc } from '../support/properties.ts';

const LIMITS = { recent: 5, baselines: 3, fingerprints: 2, movedAtLeast: 4, olderFiles: 2 };

const soundOf = (lines: readonly HistoryLine[]): SoundLine[] =>
  lines.map((line, index) => ({ number: index + 1, text: lineText(line).trimEnd(), line }));
const numbersOf = (lines: readonly SoundLine[]) => lines.map(({ number }) => number);
const machine = (digit: string) => ({ hash: digit.repeat(16), parts: { cpu: digit } });

test('A short file stays as it is', () => {
  const lines = soundOf(Array.from({ length: 8 }, (_, index) => lineOf(index + 1)));
  assert.deepEqual(split(lines, LIMITS), { stay: lines, move: [] });
});

test('The last lines stay, and the last baselines of the machines that were seen last', () => {
  const lines = soundOf([
    ...[1, 2, 3, 4, 5].map((number) => lineOf(number, { fingerprint: machine('c') })),
    ...[6, 7, 8, 9, 10].map((number) => lineOf(number, { fingerprint: machine('a') })),
    ...[11, 12, 13, 14, 15].map((number) => lineOf(number, { fingerprint: machine('b') })),
  ]);
  const { stay, move } = split(lines, LIMITS);
  assert.deepEqual(numbersOf(stay), [8, 9, 10, 11, 12, 13, 14, 15]);
  assert.deepEqual(numbersOf(move), [1, 2, 3, 4, 5, 6, 7]);
});

test('A slowdown that nobody accepted stays however old it is, as what came after it is no baseline', () => {
  const lines = soundOf([
    ...[1, 2, 3, 4, 5].map((number) => lineOf(number)),
    lineWith(6, 'regression'),
    ...Array.from({ length: 14 }, (_, index) => lineOf(index + 7)),
  ]);
  const { stay } = split(lines, LIMITS);
  assert.deepEqual(numbersOf(stay), [3, 4, 5, 6, 16, 17, 18, 19, 20]);
  assert.deepEqual(
    baselineLines(stay.map(({ line }) => line)).map(({ commit }) => commit),
    [3, 4, 5].map((number) => lineOf(number).commit),
  );
});

test('Whatever happened, each line that stays stands as it stood among all, and nothing is lost', () => {
  const line = fc.record({
    word: fc.constantFrom(
      'unchanged',
      'regression',
      'improvement',
      'invalid',
      'inconclusive',
      'no-baseline',
    ),
    metric: fc.constantFrom('throughput', 'cpu'),
    machine: fc.constantFrom('a', 'b', 'c'),
    accepted: fc.boolean(),
    isAlone: fc.boolean(),
    later: fc.nat(3),
  } as const);
  fc.assert(
    fc.property(fc.array(line, { minLength: 9, maxLength: 60 }), (drawn) => {
      const lines = soundOf(
        drawn.map((one, index) =>
          lineOf(index + 1, {
            verdict: one.word,
            fingerprint: machine(one.machine),
            base: one.isAlone ? null : lineOf(index).commit,
            metrics: { [one.metric]: metricOf(1, 0, { word: one.word }) },
            accepted: one.accepted && index % 5 === 0 ? { reason: 'x' } : null,
            // Jobs end in another order than they began.
            at: new Date(Date.UTC(2026, 0, 1, index - one.later)).toISOString(),
          }),
        ),
      );
      const { stay, move } = split(lines, LIMITS);
      assert.deepEqual(
        numbersOf([...stay, ...move]).sort((a, b) => a - b),
        numbersOf(lines),
      );
      const before = new Map(
        standings(lines.map((one) => one.line)).map((one) => [one.line, one.standing]),
      );
      for (const one of standings(stay.map((own) => own.line))) {
        assert.equal(one.standing, before.get(one.line));
      }
    }),
  );
});
