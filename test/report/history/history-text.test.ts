import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { lineText } from '../../../src/history/line.ts';
import type { SubjectRuns } from '../../../src/history/runs.ts';
import { renderHistory } from '../../../src/report/history/history-text.ts';
import { lineOf, lineWith, metricOf } from '../../support/history.ts';

const STYLE = { last: 10, marked: false, color: false, width: 110 };

function runsOf(edit: Partial<SubjectRuns> = {}): SubjectRuns {
  return {
    subject: { server: 'api', scenario: 'plain' },
    path: 'api/plain.ndjson',
    lines: [],
    damaged: [],
    ...edit,
  };
}

const SLOWER = lineOf(2, {
  verdict: 'regression',
  metrics: { throughput: metricOf(38_000, -0.05, { word: 'regression' }) },
});
const LINES = [
  lineOf(1),
  SLOWER,
  lineOf(3),
  lineOf(4, { accepted: { reason: 'the change raised gate.tolerance' }, pulls: [4, 5] }),
];

test('Runs stand with the newest first, with what changed, and whether they can be compared with', () => {
  const text = renderHistory('the folder /h', [runsOf({ lines: LINES })], STYLE);
  const lines = text.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' | '));
  assert.deepEqual(lines, [
    'The folder /h: 1 subject',
    '',
    'api/plain | 4 runs, 2 baselines',
    'run | commit | verdict | throughput | cpu | baseline | pull requests',
    '2026-01-01 04:00 | 0000000000 | unchanged | 0.0% | 0.0% | yes: accepted | #4 #5',
    '2026-01-01 03:00 | 0000000000 | unchanged | 0.0% | 0.0% | no: after a slowdown | #3',
    '2026-01-01 02:00 | 0000000000 | regression | −4.9% | – | no: slower | #2',
    '2026-01-01 01:00 | 0000000000 | unchanged | 0.0% | 0.0% | yes | #1',
    'accepted 2026-01-01 04:00: the change raised gate.tolerance',
    '',
  ]);
});

test('Of runs beside the calibrator the change against the earlier ones is shown; while these are gathered, what was measured', () => {
  const beside = (number: number, log: number | null, head: number) => {
    const expected = log === null ? {} : { expected: { log, interval: null } };
    return lineOf(number, {
      base: null,
      metrics: { throughput: metricOf(head, 0, { ratio: null, base: null, ...expected }) },
    });
  };
  const cells = (...lines: Parameters<typeof lineText>[0][]) => {
    const text = renderHistory('the folder /h', [runsOf({ lines })], STYLE);
    const rows = text.split('\n').filter((line) => line.startsWith('  2026'));
    return rows.map((line) => line.trim().split(/ {2,}/)[3]);
  };
  assert.deepEqual(cells(beside(1, null, 40_000), beside(2, null, 41_000)), [
    '41,000 req/s',
    '40,000 req/s',
  ]);
  assert.deepEqual(cells(beside(1, null, 40_000), beside(2, -0.05, 41_000)), ['−4.9%', '–']);
});

test('The jobs of a subject are named where there are several', () => {
  const of = (number: number, job?: string) =>
    lineOf(number, { run: { id: number, attempt: 1, job, url: null } });
  const headOf = (...lines: Parameters<typeof lineText>[0][]) =>
    renderHistory('the folder /h', [runsOf({ lines })], STYLE).split('\n')[3] ?? '';
  assert.match(headOf(of(1), of(2, 'arm')), /commit +job +verdict/);
  assert.doesNotMatch(headOf(of(1, 'arm'), of(2, 'arm')), /job/);
});

test('Only the last ones are shown, and only the marked ones when those are asked for', () => {
  const shown = (edit: Partial<typeof STYLE>) =>
    renderHistory('the folder /h', [runsOf({ lines: LINES })], { ...STYLE, ...edit }).match(
      /01-01 0\d:00(?= {2})/g,
    );
  assert.deepEqual(shown({ last: 2 }), ['01-01 04:00', '01-01 03:00']);
  assert.deepEqual(shown({ marked: true }), ['01-01 04:00', '01-01 03:00', '01-01 02:00']);
});

test('Damaged lines are named, the first of them with their reasons', () => {
  const damaged = [1, 2, 3, 4, 5, 6, 7].map((number) => ({
    path: 'api/plain.ndjson',
    number,
    text: '',
    reason: 'is no JSON',
    isNewer: false,
  }));
  const text = renderHistory('the folder /h', [runsOf({ damaged, lines: [lineOf(1)] })], STYLE);
  assert.match(
    text,
    /not read: api\/plain\.ndjson, line 5: is no JSON\n {2}not read: 2 more lines/,
  );
});

test('What stands in a history moves no cursor and starts no command', () => {
  const hostile = '\u001b[2J::error::\u202e##[add-mask]x';
  const damaged = [{ path: `${hostile}/x`, number: 1, text: '', reason: hostile, isNewer: false }];
  const lines = [lineWith(1, 'invalid')];
  const subject = { server: hostile, scenario: 'x' };
  const text = renderHistory(`the folder ${hostile}`, [runsOf({ subject, lines, damaged })], STYLE);
  assert.deepEqual(
    ['\u001b', '\u202e'].filter((char) => text.includes(char)),
    [],
  );
});

test('A run beside the calibrator that left no figure is no baseline, as nothing can be compared with it', () => {
  const none = metricOf(40_000, 0, { ratio: null, calibrated: null });
  const busy = lineOf(2, { base: null, verdict: 'no-baseline', metrics: { throughput: none } });
  const text = renderHistory(
    'the folder /h',
    [runsOf({ lines: [lineOf(1, { base: null }), busy] })],
    STYLE,
  );
  assert.match(text, /2 runs, 1 baseline\n/);
  assert.match(text, /no baseline .* no: busy machine, or a hold/);
});
