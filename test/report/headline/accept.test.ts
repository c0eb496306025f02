/** What the report says of how to accept a slowdown does what it says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Bar } from '../../../src/config/changes/bar.ts';
import { ToleranceMetric } from '../../../src/config/experiment/metrics.ts';
import { GateKeys } from '../../../src/config/schema/gate-schema.ts';
import { decide, logCost } from '../../../src/judge/rule/decide.ts';
import type { MetricVerdict, SubjectVerdict } from '../../../src/judge/verdict/verdict.ts';
import { howToAccept, toleranceText } from '../../../src/report/headline/accept.ts';
import { metric, slower, subject, verdictOf } from '../build.ts';

const BAR: Bar = { asked: 'head', from: 'head', base: 'read', problem: null, changes: [] };

function acceptText(bar: Bar | undefined, ...metrics: MetricVerdict[][]): string {
  const subjects = metrics.map((own, i) => subject('api', `s${i}`, 'regression', own));
  return howToAccept(subjects, verdictOf('regression', subjects, bar && { bar }));
}

describe('the tolerance that accepts a slowdown', () => {
  it('The tolerance that the report names makes the same slowdown no regression, of every metric', () => {
    const shown = { worse: true, better: false };
    for (const name of ToleranceMetric.options) {
      for (let percent = 1; percent <= 300; percent++) {
        const worse = name === 'memory-growth' ? percent * 10_000 : percent / 100;
        if (name === 'throughput' && worse >= 1) continue;
        const d = logCost(name, worse);
        const text = toleranceText(name, d);
        if (text === null) continue;
        const read = GateKeys.parse({ tolerance: { [name]: text } }).tolerance[name];
        const estimate = { d, se: 0.001, sd: 0.003, blocks: 10, degreesOfFreedom: 9 };
        assert.notEqual(
          decide(name, estimate, read, shown, 0.05).word,
          'regression',
          name + percent,
        );
        const half = { ...estimate, d: 0.97 * d };
        assert.notEqual(decide(name, half, read, shown, 0.05).word, 'regression', name + percent);
      }
    }
  });

  it('The tolerance that the report names is as small as whole percents allow', () => {
    assert.equal(toleranceText('cpu', logCost('cpu', 0.084)), '18%');
    assert.equal(toleranceText('p99', logCost('p99', 0.5)), '126%');
    assert.equal(toleranceText('throughput', logCost('throughput', 0.081)), '16%');
    assert.equal(toleranceText('throughput', logCost('throughput', 0.95)), '99.8%');
    assert.equal(toleranceText('p99', logCost('p99', 2.4)), null);
    assert.equal(toleranceText('memory-growth', 200 * 1024), '401KiB');
  });
});

describe('how to accept a slowdown', () => {
  it('With a config file the report names the values, by the worse end of the interval, and the list that will come', () => {
    assert.equal(
      acceptText(BAR, slower(0.081)),
      'set `tolerance: { throughput: 18%, cpu: 20% }` or more, in the config file of this pull request; the report then lists it.',
    );
  });

  it('The settings hold for all subjects, so the worst of each metric counts', () => {
    assert.match(acceptText(BAR, slower(0.081), slower(0.2)), /throughput: 38%, cpu: 49% \}/);
  });

  it('Without a config file no list is promised, and the values are written as an input takes them', () => {
    const text = acceptText({ ...BAR, base: 'shared' }, slower(0.081));
    assert.match(text, /^set `tolerance: throughput=18%, cpu=20%` or more, as inputs of the step/);
    assert.match(text, /No report lists inputs/);
  });

  it('Who ran it by flags is told flags, and of no step and no pull request', () => {
    const byFlags = subject('api', 'plain', 'regression', slower(0.081), { form: 'flags' });
    const said = (metrics: SubjectVerdict) =>
      howToAccept(
        [metrics],
        verdictOf('regression', [metrics], { bar: { ...BAR, base: 'shared' } }),
      );
    assert.equal(said(byFlags), 'run with `--tolerance throughput=18%,cpu=20%` or more.');
    const p99 = metric('p99', 'regression', { change: 4, interval: [3, 5] });
    const beyond = subject('api', 'plain', 'regression', [p99], { form: 'flags' });
    assert.equal(said(beyond), 'leave `p99` out of `--metrics`.');
  });

  it("Where base's config is not known or absent no list is promised", () => {
    for (const bar of [undefined, { ...BAR, base: 'absent' as const }]) {
      assert.match(acceptText(bar, slower(0.081)), /or more, in this pull request\.$/);
    }
  });

  it('Where base is the law the base branch comes first', () => {
    assert.match(acceptText({ ...BAR, from: 'base' }, slower(0.081)), /on the base branch first/);
  });

  it('A limit is named with room above what was seen, and what no tolerance accepts is to be left out', () => {
    const dropped = metric('dropped', 'regression', { head: 0.001, change: 0.001 });
    const stall = metric('longest-stall', 'regression', { head: 0.2, change: 1, gating: true });
    const p99 = metric('p99', 'regression', { change: 4, interval: [3, 5] });
    assert.match(
      acceptText(BAR, [stall, dropped]),
      /`limits: \{ longest-stall: 301ms, dropped: 0\.16% \}`/,
    );
    assert.match(acceptText(BAR, [p99]), /^leave `p99` out of `metrics`, in the config file/);
  });

  it('A limit that the config may not have is not named', () => {
    const stalled = (head: number) =>
      acceptText(BAR, [metric('longest-stall', 'regression', { head, change: 1, gating: true })]);
    assert.match(stalled(399), /`limits: \{ longest-stall: 598501ms \}`/);
    assert.ok(GateKeys.safeParse({ limits: { 'longest-stall': '598501ms' } }).success);
    assert.match(stalled(401), /^leave `longest-stall` out of `metrics`/);
  });
});
