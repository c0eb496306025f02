/** The part of the page's address behind `#`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  hashOf,
  NOTHING_CHOSEN,
  type PageState,
  period,
  placesWithin,
  stateOf,
} from '../../src/page/state.ts';

test('A view can be sent as an address and comes back whole, whatever its names are', () => {
  const state: PageState = {
    subject: { server: 'a/b & c=#', scenario: '</script>"\u{1f600}' },
    metric: 'p99',
    kind: 'calibrated',
    server: 'a',
    machine: 'a1b2c3d4e5f6',
    from: '2026-01-02',
    to: '2026-02-03T04:05:06Z',
    first: 'abcdef0',
    second: '1234567@t1767229200',
  };
  assert.deepEqual(stateOf(hashOf(state)), state);
  assert.equal(hashOf(NOTHING_CHOSEN), '');
});

test('What an address says that cannot be is left out', () => {
  const wrong =
    '#subject=x&line=constructor&machine=<img>&from=2026-99-99&to=tomorrow&a=HEAD&b=1234567@javascript:alert(1)';
  assert.deepEqual(stateOf(wrong), NOTHING_CHOSEN);
  assert.deepEqual(stateOf('#%E0%A4%A'), NOTHING_CHOSEN);
});

test('A day as the end of a period is meant whole', () => {
  const day = Date.parse('2026-01-02T00:00:00Z') / 1000;
  const chosen = period({ from: '2026-01-02', to: '2026-01-02' });
  assert.deepEqual(chosen, [day, day + 86_400]);
  assert.deepEqual(placesWithin([day - 1, day, day + 86_399, day + 86_400], chosen), {
    from: 1,
    to: 3,
  });
  assert.deepEqual(placesWithin([1, 2], period({ from: null, to: null })), { from: 0, to: 2 });
});
