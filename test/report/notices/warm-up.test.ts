import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Pilot, WarmUp } from '../../../src/measure/observed/measurement.ts';
import { warmUpText } from '../../../src/report/notices/warm-up.ts';

/** Windows of a tenth of a second at 40,000 per second. */
const pilotOf = (warmUp: WarmUp | null): Pilot =>
  ({ arms: { base: { warmUp }, head: { warmUp: null } } }) as unknown as Pilot;
const steady: WarmUp = { windowWork: 4000, perSecond: Array(12).fill(40_000), steadyFrom: 4 };
const rising: WarmUp = {
  windowWork: 4000,
  perSecond: Array.from({ length: 40 }, (_, i) => 40_000 * (1 + i / 40)),
  steadyFrom: null,
};

it('A warm-up is told with the time that it took', () => {
  assert.match(
    warmUpText(pilotOf(steady), null, 'api/plain') ?? '',
    /^api\/plain: warmed up in 400 ms$/,
  );
  assert.match(
    warmUpText(pilotOf(steady), 60_000, 'a/b') ?? '',
    /; each gets 1 min in every block$/,
  );
  assert.equal(warmUpText(pilotOf(null), null, 'api/plain'), null);
});

it('A server that is still getting faster is told with what gives it longer', () => {
  assert.match(
    warmUpText(pilotOf(rising), null, 'api/plain') ?? '',
    /^api\/plain: still getting faster after [\d.]+ s of load: `warm-up: 60s` gives it longer$/,
  );
  assert.match(
    warmUpText(pilotOf({ ...steady, steadyFrom: null }), null, 'a/b') ?? '',
    /not steady after/,
  );
  assert.match(
    warmUpText(pilotOf(rising), null, 'api/plain', 'flags') ?? '',
    /: `--warm-up 60s` gives it longer$/,
  );
});

it('Two servers that together still get faster are told of, though of neither alone it is sure', () => {
  const pilot = (rise: number) => {
    // Up and down by 6 %, around a line that rises by that share in all.
    const perSecond = Array.from(
      { length: 40 },
      (_, i) => 40_000 * (1 + (rise * i) / 40) * (1 + 0.06 * Math.sin(2.4 * i)),
    );
    const warmUp: WarmUp = { windowWork: 4000, perSecond, steadyFrom: 0 };
    return { arms: { base: { warmUp }, head: { warmUp } } } as unknown as Pilot;
  };
  assert.match(warmUpText(pilot(0.16), null, 'a/b') ?? '', /still getting faster/);
  assert.match(warmUpText(pilot(0), null, 'a/b') ?? '', /warmed up in/);
});
