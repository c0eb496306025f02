import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changeAndInterval,
  changeColumns,
  changeText,
  heldToLabel,
  heldToText,
  sizeText,
} from '../../../src/report/wording/changes.ts';
import { metric } from '../build.ts';

const growth = metric('memory-growth', 'regression', {
  change: 12_700,
  interval: [11_300, 14_100],
  mde: 3200,
});
const dropped = metric('dropped', 'regression', { head: 0.001, mde: 0.1 });

test('A ratio is told in percent, a difference in its unit, a limit by itself', () => {
  const ratio = metric('p99', 'regression', { change: 0.352, interval: [0.281, 0.427] });
  assert.equal(changeAndInterval(ratio), '+35.2% [+28.1%, +42.7%]');
  assert.equal(changeAndInterval(growth), '+12.4 [+11.0, +13.8] KiB/1,000');
  assert.equal(changeAndInterval(dropped), 'limit 0%');
  assert.equal(changeAndInterval(metric('max', 'unchanged', { change: 0.5 })), '+50.0%');
});

test('What is not there is a dash, whatever the comparison', () => {
  for (const name of ['p99', 'memory-growth', 'max'] as const) {
    const nothing = metric(name, 'inconclusive', { change: null, interval: null, mde: null });
    assert.equal(changeAndInterval(nothing), '–', name);
    assert.equal(sizeText(nothing, nothing.mde), '–', name);
  }
  assert.equal(changeAndInterval(metric('dropped', 'unchanged', { limit: null })), '–');
  const alone = metric('memory-growth', 'inconclusive', { change: -300, interval: null });
  assert.equal(changeAndInterval(alone), '−300 B/1,000');
});

test('In two columns the unit of a difference stands with the change', () => {
  assert.deepEqual(changeColumns(growth), {
    change: '+12.4 KiB/1,000',
    interval: '[+11.0, +13.8]',
  });
  assert.deepEqual(changeColumns(dropped), { change: '–', interval: 'limit 0%' });
});

test('A limit is never told as a change, even where the record has one for reading', () => {
  assert.equal(changeText({ ...dropped, change: 0.5 }), '–');
  assert.equal(sizeText(dropped, dropped.mde), '–');
});

test('What head is held to, for a column and for a sentence', () => {
  assert.equal(heldToText(growth), '100 KiB/1,000');
  assert.equal(heldToText(dropped), '≤ 0%');
  assert.equal(heldToText(metric('p99', 'unchanged')), '20%');
  assert.equal(heldToText(metric('max', 'unchanged')), '–');
  assert.equal(heldToLabel(growth), 'tolerance 100 KiB/1,000');
  assert.equal(heldToLabel(metric('longest-stall', 'unchanged')), 'limit 100 ms');
  assert.equal(heldToLabel(metric('max', 'unchanged')), null);
});
