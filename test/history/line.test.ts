import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HistoryLine, lineText, runKey } from '../../src/history/line.ts';
import { commitOf, lineOf, metricOf } from '../support/history.ts';

const isSound = (line: unknown) => HistoryLine.safeParse(line).success;

test('A line is one line of JSON that is read again as it was', () => {
  const text = lineText(lineOf(1));
  assert.match(text, /^\{.*\}\n$/);
  assert.deepEqual(HistoryLine.parse(JSON.parse(text)), lineOf(1));
});

test('A key that a later version adds is left out, and the rest of the line is read', () => {
  assert.deepEqual(HistoryLine.parse({ ...lineOf(1), colour: 'green' }), lineOf(1));
});

test('A line may lack what nobody knew: base, run, fingerprint, calibrator', () => {
  const bare = {
    base: null,
    before: null,
    pulls: [],
    run: null,
    fingerprint: null,
    calibrator: null,
  };
  const metrics = { throughput: metricOf(1, 0, { base: null, ratio: null, calibrated: null }) };
  assert.ok(isSound(lineOf(1, { ...bare, metrics })));
});

test('A line with text that moves a cursor, ends a line or turns the writing round is refused', () => {
  for (const scenario of [
    'a\u001b[2J',
    'a\nb',
    'a\u202eb',
    'a\u2028b',
    'a\u0000',
    '',
    'x'.repeat(301),
  ]) {
    assert.ok(
      !isSound(lineOf(1, { subject: { server: 'api', scenario } })),
      JSON.stringify(scenario),
    );
  }
  assert.ok(isSound(lineOf(1, { subject: { server: 'größe', scenario: '<b>/../"' } })));
});

test('A line with an address that is none of the web is refused', () => {
  const run = { id: 1, attempt: 1, url: 'javascript:alert(1)' };
  assert.ok(!isSound(lineOf(1, { run })));
});

test('A line with figures that cannot be is refused', () => {
  const withLog = (log: number) => ({
    ...lineOf(1),
    metrics: { throughput: { ...metricOf(1, 0), ratio: { log, interval: null } } },
  });
  assert.ok(isSound(withLog(-0.05)));
  for (const log of [Number.NaN, Number.POSITIVE_INFINITY, 51]) assert.ok(!isSound(withLog(log)));
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`m${i}`, metricOf(1, 0)]));
  assert.ok(!isSound(lineOf(1, { metrics: many })));
  assert.ok(!isSound({ ...lineOf(1), commit: '../../etc/passwd' }));
  assert.ok(!isSound({ ...lineOf(1), at: 'yesterday' }));
});

test('Attempts at one run have one key, and runs outside of a workflow are told by moment and commit', () => {
  const again = lineOf(1, { run: { id: 1001, attempt: 2, url: null } });
  assert.equal(runKey(again), runKey(lineOf(1)));
  assert.notEqual(runKey(lineOf(2)), runKey(lineOf(1)));
  const own = lineOf(1, { run: null });
  assert.equal(runKey(own), runKey(lineOf(1, { run: null, verdict: 'invalid' })));
  assert.notEqual(runKey(own), runKey(lineOf(1, { run: null, commit: commitOf(9) })));
});
