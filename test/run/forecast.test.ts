/** What the pilot run's noise lets a plan see. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { forecastFor } from '../../src/run/forecast.ts';
import { around, contest } from '../judge/claims/claimed.ts';

it('The difference of two servers that a plan would show is one in either direction, each at half the level', () => {
  const visible = (isContest: boolean) => {
    const measurement = contest([], [{ blocks: around({ throughput: 0 }) }], { slices: 40 });
    if (!isContest) for (const server of measurement.experiment.servers) delete server.contenders;
    const [plan] = measurement.plan.subjects;
    assert.ok(plan);
    return forecastFor(measurement, { sliceSd: 0.1 }, plan)?.mde ?? Number.NaN;
  };
  assert.ok(visible(true) > visible(false), `${visible(true)}, ${visible(false)}`);
});
