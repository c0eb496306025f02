/** Change points of whole histories: what is found, where, by which runs, and what is no change of the code. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HistoryLine } from '../../../src/history/line.ts';
import { trendsOf } from '../../../src/history/trends/trends.ts';
import { commitOf, lineOf, metricOf } from '../../support/history.ts';
import { againstReference, HALF, madeUp } from './histories.ts';
import { normalNoise } from './noise.ts';

const BOTH = { ratios: true, calibrated: true };
const RATIOS = { ratios: true, calibrated: false };
const CALIBRATED = { ratios: false, calibrated: true };
const stepAt = (at: number, size: number) => (commit: number) => (commit >= at ? size : 0);
const creep = (first: number, last: number, each: number) => (commit: number) =>
  each * Math.max(0, Math.min(commit, last) - first + 1);
const noise = (sd: number, seed = 1) => {
  const next = normalNoise(seed);
  return () => sd * next();
};
const otherMachine = { hash: 'b'.repeat(12), parts: { cpu: 'Model B' } };

describe('change points of a history', () => {
  it('Change points of a history name the commit, the range, the metric and the change with its interval', () => {
    const lines = madeUp({
      commits: 60,
      level: stepAt(41, -0.05),
      noise: noise(0.004),
      has: CALIBRATED,
    });
    const { changePoints } = trendsOf(lines);
    assert.equal(changePoints.length, 1);
    const [one] = changePoints;
    assert.deepEqual(one?.subject, { server: 'api', scenario: 'plain' });
    assert.deepEqual(
      { metric: one?.metric, at: one?.at, from: one?.from, to: one?.to, by: one?.seenBy },
      {
        metric: 'throughput',
        at: commitOf(41),
        from: commitOf(40),
        to: commitOf(41),
        by: 'calibrated',
      },
    );
    const [low, high] = one?.interval ?? [0, 0];
    assert.ok(low < -0.05 && -0.05 < high && high - low < 0.01);
    assert.ok(low < (one?.logChange ?? 0) && (one?.logChange ?? 0) < high);
    assert.equal(one?.isCreep, false);
  });

  it('Change points of a history are none where two jobs take turns that measure servers of one name', () => {
    const jobs = [-0.2, -0.6].flatMap((log, i) =>
      madeUp({ commits: 60, level: () => log, noise: noise(0.004, i + 1), has: CALIBRATED }).map(
        (line, at) => ({
          ...line,
          at: new Date(Date.parse(line.at) + i * 60_000).toISOString(),
          run: { id: 1000 * (i + 1) + at, attempt: 1, job: `job-${i}`, url: null },
        }),
      ),
    );
    // The second job begins in the middle.
    assert.deepEqual(trendsOf(jobs.filter((_, at) => at < 60 || at > 90)).changePoints, []);
  });

  it('Change points of a history keep the chain of the job with the most runs where another one measures the newest commit too', () => {
    const lines = madeUp({
      commits: 40,
      level: stepAt(21, -0.05),
      noise: noise(0.004),
      has: RATIOS,
    });
    const last = lines.at(-1) as HistoryLine;
    const by = (job: string | null, minutes: number): HistoryLine => ({
      ...last,
      at: new Date(Date.parse(last.at) + minutes * 60_000).toISOString(),
      run: { id: 9000 + minutes, attempt: 1, job, url: null },
    });
    const { chains } = trendsOf(lines);
    assert.ok((chains[0]?.figures.length ?? 0) >= 39);
    const imported = { ...lineOf(900), imported: 'bencher', run: null };
    for (const more of [[by('nightly', 5)], [by('nightly', 5), by('arm', 6)], [imported]]) {
      assert.deepEqual(trendsOf([...lines, ...more]).chains[0], chains[0]);
    }
  });

  it('Change points of a history have a wide range where the change is small against the noise, and the commit is in it', () => {
    const lines = madeUp({
      commits: 60,
      level: stepAt(31, -0.015),
      noise: noise(0.008),
      has: CALIBRATED,
    });
    const [one] = trendsOf(lines).changePoints;
    const place = (commit = '') => Number.parseInt(commit, 16);
    assert.ok(place(one?.from) < 31 && 31 <= place(one?.to));
    assert.ok(place(one?.to) - place(one?.from) > 1);
  });

  it('Change points of a history are seen in ratios alone, too: a step by the run that measured it', () => {
    const wordOf = (log: number) => (log > 0.04 ? 'improvement' : 'unchanged');
    const parts = { commits: 40, level: stepAt(21, 0.06), noise: noise(0.004), has: RATIOS };
    assert.deepEqual(trendsOf(madeUp(parts)).changePoints, [], 'a run that did not show it');
    const lines = madeUp({ ...parts, wordOf });
    const [one, ...more] = trendsOf(lines).changePoints;
    assert.deepEqual(more, []);
    assert.deepEqual(
      [one?.from, one?.at, one?.seenBy, one?.p],
      [commitOf(20), commitOf(21), 'chain', null],
    );
    assert.ok(Math.abs((one?.logChange ?? 0) - 0.06) < 0.015);
  });

  it('Change points of a history join the steps of a slow creep to one, which no single commit shows', () => {
    for (const has of [CALIBRATED, RATIOS, BOTH]) {
      const lines = madeUp({
        commits: 100,
        level: creep(51, 70, -0.005),
        noise: noise(0.004, 3),
        has,
      });
      const { changePoints } = trendsOf(lines);
      assert.equal(changePoints.length, 1, JSON.stringify(has));
      const [one] = changePoints;
      assert.equal(one?.isCreep, true);
      assert.ok(Math.abs((one?.logChange ?? 0) + 0.1) < 0.03, `${one?.logChange}`);
      const [from, to] = [one?.from, one?.to].map((id) => Number.parseInt(id ?? '', 16));
      assert.ok((from ?? 0) >= 40 && (to ?? 0) <= 80, `${from} ${to}`);
    }
  });

  it('Change points of a history are one where several series show the same change', () => {
    const lines = madeUp({
      commits: 60,
      level: stepAt(31, -0.08),
      noise: noise(0.004),
      has: BOTH,
    });
    const { changePoints } = trendsOf(lines);
    assert.deepEqual(
      changePoints.map(({ at }) => at),
      [commitOf(31)],
    );
  });

  it('Change points of a history are never made by a change of machine', () => {
    const lines = madeUp({
      commits: 80,
      // The calibrated value of the same code is another one on another machine.
      level: stepAt(41, -0.2),
      noise: noise(0.004),
      has: CALIBRATED,
      edit: (commit) => (commit >= 41 ? { fingerprint: otherMachine } : {}),
    });
    assert.deepEqual(trendsOf(lines).changePoints, []);
  });

  it('Change points of a history are never made by a machine that got slower under the same name, which the calibrator shows', () => {
    const lines = madeUp({
      commits: 80,
      level: stepAt(41, -0.03),
      noise: noise(0.003),
      has: CALIBRATED,
      edit: (commit) => ({
        calibrator: {
          hash: 'ffeeddccbbaa',
          rates: { work: commit >= 41 ? 40_000 : 50_000, light: null },
        },
      }),
    });
    assert.deepEqual(trendsOf(lines).changePoints, []);
  });

  it('Change points of a history are found on machines that take turns, each compared with itself', () => {
    const lines = madeUp({
      commits: 80,
      level: (commit) => (commit % 2 === 0 ? 0.3 : 0) + stepAt(41, -0.04)(commit),
      noise: noise(0.004),
      has: CALIBRATED,
      edit: (commit) => (commit % 2 === 0 ? { fingerprint: otherMachine } : {}),
    });
    const { changePoints } = trendsOf(lines);
    assert.equal(changePoints.length, 1);
    const [one] = changePoints;
    assert.ok(Math.abs((one?.logChange ?? 0) + 0.04) < 0.006);
    assert.deepEqual([one?.from, one?.at, one?.to], [commitOf(40), commitOf(41), commitOf(41)]);
  });

  it('Change points of a history are none where one bad run stands in the chain, and levels show that nothing changed', () => {
    const bad = (commit: number) => {
      const log = -0.09;
      const ratio = { log, interval: [log - HALF, log + HALF] as [number, number] };
      const calibrated = { log: 0.001, light: 2, sd: 0.01, blocks: 12 };
      return commit === 41
        ? {
            metrics: {
              throughput: metricOf(40_000, log, { word: 'regression', ratio, calibrated }),
            },
          }
        : {};
    };
    const parts = { commits: 80, level: () => 0, noise: noise(0.004), edit: bad };
    assert.deepEqual(trendsOf(madeUp({ ...parts, has: BOTH })).changePoints, []);
    const alone = trendsOf(madeUp({ ...parts, has: RATIOS })).changePoints;
    assert.equal(alone.length, 1, 'with ratios alone, nothing speaks against it');
  });

  it('A creep in ratios is seen by the standard error of each run, which a wide interval does not make larger', () => {
    const parts = { commits: 100, level: creep(60, 79, -0.005), has: RATIOS };
    const seen = (more: { half: number; se?: number }) =>
      trendsOf(madeUp({ ...parts, noise: noise(0.004, 3), ...more })).changePoints.length;
    assert.equal(seen({ half: 0.02, se: 0.004 }), 1);
    assert.equal(seen({ half: 1.96 * 0.004 }), 1, 'an older line');
    assert.equal(seen({ half: 0.02 }), 0, 'an older line with a wide interval');
  });

  it('Change points of a history are none where a change was taken back a few commits later', () => {
    const lines = madeUp({
      commits: 60,
      level: (commit) => (commit === 31 || commit === 32 ? -0.08 : 0),
      noise: noise(0.004),
      has: BOTH,
    });
    assert.deepEqual(trendsOf(lines).changePoints, []);
  });

  it('Change points of a history are found against a fixed reference commit where there is no calibrator', () => {
    const reference = commitOf(4000);
    const random = noise(0.004);
    const lines = Array.from({ length: 40 }, (_, i) =>
      againstReference(i + 1, reference, creep(11, 30, -0.005)(i + 1) + random()),
    );
    const { changePoints } = trendsOf(lines);
    assert.equal(changePoints.length, 1);
    assert.deepEqual([changePoints[0]?.seenBy, changePoints[0]?.isCreep], ['reference', true]);
  });

  it('Change points of a history are of gating metrics alone, and never of imported or invalid runs', () => {
    const level = stepAt(31, -0.08);
    const parts = { commits: 60, level, noise: noise(0.004), has: CALIBRATED };
    const shown = madeUp(parts).map((line): HistoryLine => {
      const { throughput } = line.metrics;
      return throughput === undefined
        ? line
        : { ...line, metrics: { throughput: { ...throughput, gating: false } } };
    });
    assert.deepEqual(trendsOf(shown).changePoints, []);
    for (const edit of [{ imported: 'bencher' }, { verdict: 'invalid' as const }]) {
      const lines = madeUp({ ...parts, edit: (commit) => (commit > 30 ? edit : {}) });
      assert.deepEqual(trendsOf(lines).changePoints, []);
    }
  });

  it('Change points of a history are those of each subject by itself, whatever order the lines are in', () => {
    const parts = { commits: 40, noise: noise(0.004), has: CALIBRATED };
    const other = { server: 'api', scenario: 'other' };
    const lines = [
      ...madeUp({ ...parts, level: stepAt(21, -0.05) }),
      ...madeUp({ ...parts, level: () => 0, edit: () => ({ subject: other }) }),
    ];
    const found = trendsOf(lines);
    assert.deepEqual(
      found.changePoints.map(({ subject, at }) => [subject.scenario, at]),
      [['plain', commitOf(21)]],
    );
    assert.deepEqual(trendsOf(lines.toReversed()), found);
    assert.deepEqual(trendsOf([]), { changePoints: [], chains: [] });
  });
});

describe('the chain of a history', () => {
  const chain = (lines: readonly HistoryLine[]) => trendsOf(lines).chains[0]?.figures ?? [];

  it('The chain of a history adds the ratios up, with an error that grows with the root of their number', () => {
    const figures = chain(madeUp({ commits: 16, level: creep(1, 16, -0.01), has: RATIOS }));
    assert.equal(figures.length, 17);
    assert.deepEqual([figures[0]?.commit, figures[0]?.log, figures[0]?.half], [commitOf(0), 0, 0]);
    const last = figures.at(-1);
    assert.equal(last?.commit, commitOf(16));
    assert.ok(Math.abs((last?.log ?? 0) + 0.16) < 1e-9);
    assert.ok(Math.abs((last?.half ?? 0) - 4 * HALF) < 1e-6);
    assert.ok(Math.abs((figures[4]?.half ?? 0) - 2 * HALF) < 1e-6);
  });

  it('The chain of a history has the error of a run against the reference where there was one, and a larger one between them', () => {
    const lines = madeUp({ commits: 40, level: () => 0, noise: noise(0.004), has: RATIOS });
    const reference = commitOf(4000);
    const anchors = [10, 20, 30].map((one) => againstReference(one, reference, -0.02, 0.006));
    const figures = chain([...lines, ...anchors]);
    const half = (commit: number) =>
      figures.find((one) => one.commit === commitOf(commit))?.half ?? Number.NaN;
    for (const at of [10, 20, 30]) assert.ok(half(at) <= 0.006 + 1e-9, `${at}: ${half(at)}`);
    assert.ok(half(15) > half(10) && half(15) > half(20));
    assert.ok(half(40) > half(30));
    const untied = chain(lines);
    assert.ok(half(40) < (untied.at(-1)?.half ?? 0));
    // The interval of the run, whatever its few blocks say of themselves.
    const sure = anchors.map((line): HistoryLine => {
      const { throughput } = line.metrics;
      if (!throughput?.ratio) return line;
      const ratio = { ...throughput.ratio, se: 0.0001 };
      return { ...line, metrics: { throughput: { ...throughput, ratio } } };
    });
    assert.deepEqual(chain([...lines, ...sure]), figures);
  });

  it('The chain of a history begins anew where a run had a base that was never measured', () => {
    const lines = madeUp({
      commits: 20,
      level: () => 0,
      has: RATIOS,
      edit: (commit) => (commit === 11 ? { base: commitOf(5000) } : {}),
    });
    const figures = chain(lines);
    assert.equal(figures[0]?.commit, commitOf(5000));
    assert.equal(figures.at(-1)?.commit, commitOf(20));
    assert.equal(figures.length, 11);
  });

  it('The chain of a history has figures without an error where no run has an interval', () => {
    const lines = [1, 2, 3].map((number) =>
      lineOf(number, {
        metrics: { throughput: metricOf(1, 0.01, { ratio: { log: 0.01, interval: null } }) },
      }),
    );
    assert.deepEqual(
      chain(lines).map(({ half }) => half),
      [null, null, null, null],
    );
  });

  it('The chain of a history whose newest run has a metric that is called as what every object has is of that run alone', () => {
    const lines = [1, 2, 3].map((number) => lineOf(number));
    lines.push(lineOf(4, { metrics: { constructor: metricOf(1, 0.01) } }));
    const found = trendsOf(lines).chains.find(({ metric }) => metric === 'constructor');
    assert.equal(found?.figures.at(-1)?.commit, commitOf(4));
    assert.equal(found?.figures.length, 2);
  });
});
