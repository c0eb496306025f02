/** The metrics of many held connections: what is taken from a block, and what is said of it. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { GateableMetric } from '../../src/config/experiment/metrics.ts';
import { judge } from '../../src/judge/judge.ts';
import { countsP } from '../../src/judge/rule/limits.ts';
import { looksFor } from '../../src/plan/looks.ts';
import { repeat } from '../support/block.ts';
import type {
  BlockMeasurement,
  HoldObservation,
  HoldScenario,
  Measurement,
  SubjectVerdict,
} from '../support/draft.ts';
import { reasonOf } from '../support/english.ts';
import { httpRequest, measurementOf, observed, type SubjectSpec } from '../support/measurement.ts';
import { ARMS, metric, near } from './judged-metrics.ts';

const LOSSES = ['refused', 'dropped', 'memory-per-connection'] as const;
/** As the gate has them where nobody names any. */
const DEFAULTS = ['throughput', 'cpu', 'p99', 'memory', 'refused', 'dropped'] as const;

interface Wishes {
  limits: object;
  count: number;
  metrics: readonly GateableMetric[];
}

describe('a hold', () => {
  const hold: HoldScenario = {
    kind: 'hold',
    name: 'many',
    protocol: 'http1',
    tls: null,
    connections: 1000,
    openPerSecond: 4000,
    holdMs: 5000,
    perSecond: 500,
    timeoutMs: 5000,
    request: httpRequest(),
    socket: null,
    serverCores: null,
  };
  const fine: HoldObservation = {
    opened: 1000,
    refused: 0,
    timedOut: 0,
    dropped: 0,
    openMs: 250,
    connectP50Us: 300,
    connectP99Us: 900,
    connectMaxUs: 4000,
    rssBeforeBytes: 2e7,
    rssHeldBytes: 3e7,
  };
  const holding =
    (change: (index: number) => Partial<HoldObservation>, both = false) =>
    (block: BlockMeasurement) => {
      for (const arm of ARMS) {
        const changed = arm === 'head' || both ? change(block.index) : {};
        observed(block, arm).hold = { ...fine, ...changed };
      }
    };
  const measured = (
    edit: NonNullable<SubjectSpec['edit']>,
    { limits = {}, count = 6, metrics = LOSSES }: Partial<Wishes> = {},
  ) =>
    measurementOf({
      subjects: [{ blocks: repeat({}, count), looks: looksFor(count), edit }],
      load: (name) => ({ ...hold, name }),
      pairs: 'exclusive',
      slices: 8,
      gate: {
        metrics: [...metrics],
        limits: { errors: 0.001, refused: 0, dropped: 0, 'longest-stall': 0.1, ...limits },
      },
    });
  const judged = (edit: NonNullable<SubjectSpec['edit']>, limits = {}) =>
    judge(measured(edit, { limits })).subjects[0] as SubjectVerdict;

  it('A hold without failures is unchanged, and its connections are summed', () => {
    const subject = judged(holding(() => ({})));
    assert.equal(subject.verdict, 'unchanged');
    assert.deepEqual(subject.hold?.head, {
      asked: 6000,
      opened: 6000,
      refused: 0,
      timedOut: 0,
      dropped: 0,
      openMs: 250,
      connectP50Us: 300,
      connectP99Us: 900,
      connectMaxUs: 4000,
    });
    near(metric(subject, 'memory-per-connection').head, 10_000);
    assert.ok(subject.metrics.every(({ name }) => name !== 'throughput' && name !== 'cpu'));
  });

  it('What head alone keeps for each connection is red, also where base needs no more memory than before', () => {
    const kept = (headBytes: number) =>
      judged((block) => {
        const { rssBeforeBytes } = fine as { rssBeforeBytes: number };
        const given = { ...fine, rssHeldBytes: rssBeforeBytes - 4096 * (block.index % 3) };
        observed(block, 'base').hold = given;
        const rssHeldBytes = rssBeforeBytes + headBytes * (1 + 0.01 * (block.index % 3));
        observed(block, 'head').hold = { ...fine, rssHeldBytes };
      });
    const [worse, none] = [kept(1e7), kept(0)];
    assert.equal(metric(worse, 'memory-per-connection').verdict, 'regression');
    assert.equal(metric(none, 'memory-per-connection').verdict, 'unchanged');
    assert.deepEqual([worse.warnings, none.warnings], [[], []]);
  });

  it('A block in which an arm gave memory back while it got connections says nothing of what these need', () => {
    const subject = (headMore: number) =>
      judged((block) => {
        const { rssBeforeBytes } = fine as { rssBeforeBytes: number };
        const needs = 1e7 * (1 + 0.01 * (block.index % 3));
        const gained = block.index === 2 ? -3e6 : needs;
        observed(block, 'base').hold = { ...fine, rssHeldBytes: rssBeforeBytes + gained };
        const rssHeldBytes = rssBeforeBytes + needs * (1 + headMore);
        observed(block, 'head').hold = { ...fine, rssHeldBytes };
      });
    const same = metric(subject(0), 'memory-per-connection');
    assert.equal(same.verdict, 'unchanged');
    near(1 + (same.change ?? 1), 1);
    assert.equal(metric(subject(0.2), 'memory-per-connection').verdict, 'regression');
  });

  it('One connection in a thousand that head drops is a regression', () => {
    const subject = judged(holding((i) => ({ dropped: 1 + (i % 3) })));
    const dropped = metric(subject, 'dropped');
    assert.equal(subject.verdict, 'regression');
    near(dropped.head, 12 / 6000);
    assert.deepEqual([dropped.base, dropped.limit, dropped.unit], [0, 0, 'share']);
    // Base drops in two of the blocks, too: only of these a ratio can be told, and the limit is held against all.
    const some = judged((block) => {
      holding((i) => ({ dropped: 10 + (i % 3) }))(block);
      if (block.index > 3) observed(block, 'base').hold = { ...fine, dropped: 1 };
    });
    assert.equal(metric(some, 'dropped').verdict, 'regression');
    assert.equal(metric(some, 'dropped').blocks, 6);
  });

  it('By all defaults, what head alone loses is red after the four blocks that the default budget has', () => {
    const after = (change: (index: number) => Partial<HoldObservation>, count: number) =>
      judge(measured(holding(change), { count, metrics: DEFAULTS })).subjects[0];
    const half = () => ({ opened: 500, refused: 500 });
    assert.equal(after(half, 4)?.verdict, 'regression');
    assert.equal(after((i) => ({ dropped: 18 + 4 * (i % 2) }), 4)?.verdict, 'regression');
    // Four that differ so much show nothing yet, and the reason says how many would.
    const uneven = after((i) => ({ dropped: [2, 40, 8, 12][i] as number }), 4);
    assert.equal(uneven?.verdict, 'inconclusive');
    assert.match(
      reasonOf(uneven) as string,
      /^connections dropped: over the limit of 0%, at 1\.6%, where base is at 0%: it looks worse, but 4 blocks are too few to show that beyond chance\. What would decide it: a `budget` of about \d+ s\. If it is head's own, look for what ends its connections: an idle/,
    );
    const needed = (uneven?.budgetNeededMs ?? 0) / 6000;
    assert.ok(needed > 4 && needed < 12, `${needed}`);
    assert.equal(
      after((i) => ({ dropped: [2, 40, 8, 12][i % 4] as number }), needed)?.verdict,
      'regression',
    );
  });

  it('What both arms drop is nobody’s regression, and no pass: the reason says that base does so too, and what would help', () => {
    const subject = judged(holding((i) => ({ dropped: 1 + (i % 3) }), true));
    assert.equal(subject.verdict, 'inconclusive');
    assert.equal(
      reasonOf(subject),
      'connections dropped: over the limit of 0%, at 0.2%, and base is over it too, at 0.2%: more blocks would decide nothing. Let the server keep connections for as long as `hold` says (its idle or keep-alive time, its limit of connections), or hold them for less long; or, if it is meant, allow it: `limits: { dropped: 0.31% }` in the gate of the config file',
    );
    assert.equal(subject.budgetNeededMs, null);
  });

  it('What both arms refuse at any load like this one is told with what they said', () => {
    const measurement = measured(
      holding((i) => ({ opened: 600 - i, refused: 400 + i }), true),
      { count: 4 },
    );
    const message = 'connect ECONNREFUSED 127.0.0.1:4000';
    measurement.subjects[0]?.errorSamples.push({ arm: 'base', kind: 'connect', message });
    const [subject] = judge(measurement).subjects;
    assert.equal(subject?.verdict, 'inconclusive');
    assert.match(
      reasonOf(subject) as string,
      /^connections refused: over the limit of 0%, at 40%, and base is over it too, at 40%: .* For example: connect ECONNREFUSED 127\.0\.0\.1:4000\. Ask for fewer `connections` or a lower `open-rate`; .*`limits: \{ refused: 61% \}`/,
    );
  });

  it('What both arms refuse is told on a busy machine too, which is not why they do', () => {
    const [subject] = judge(
      measured((block) => {
        holding(() => ({ opened: 600, refused: 400 }), true)(block);
        block.runner.foreign = 0.8;
      }),
    ).subjects;
    assert.equal(subject?.verdict, 'inconclusive');
    assert.match(
      reasonOf(subject) as string,
      /^the machine was too disturbed .*; connections refused: over the limit of 0%, at 40%, and base is over it too/,
    );
  });

  it('One bad moment convicts nobody, and the reason says in how many blocks it was', () => {
    const subject = judged(holding((i) => ({ dropped: i === 3 ? 400 : 0 })));
    assert.equal(metric(subject, 'dropped').verdict, 'inconclusive');
    assert.match(
      reasonOf(subject) as string,
      /over the limit of 0%, at 6\.7%, where base is at 0%; head has more in 1 of 6 blocks, which may be moments of the machine\. Run it again; or, if it is meant, allow it/,
    );
  });

  it('A limit lets so many pass', () => {
    const subject = judged(
      holding((i) => ({ dropped: i % 2, refused: 1, timedOut: 1, opened: 998 })),
      { dropped: 0.001, refused: 0.002 },
    );
    assert.equal(subject.verdict, 'unchanged');
    near(metric(subject, 'refused').head, 0.002);
  });

  it('A hold whose bursts hit head more often by chance is no regression, and no pass', () => {
    // In four of six blocks a moment of the host, which base met once: 311 events against 100.
    const bursts = [100, 0, 90, 101, 20, 0];
    const subject = judged((block) => {
      holding((i) => ({ dropped: bursts[i] as number }))(block);
      observed(block, 'base').hold = { ...fine, dropped: block.index === 1 ? 100 : 0 };
    });
    assert.equal(metric(subject, 'dropped').verdict, 'inconclusive');
  });

  it('A hold’s counts are compared by the exact conditional test, and by the blocks as samples', () => {
    const { subjects } = measurementOf({
      load: (name) => ({ ...hold, name }),
      pairs: 'exclusive',
      subjects: [{ blocks: repeat({}, 6), edit: holding(() => ({ dropped: 1 })) }],
    });
    const { blocks } = subjects[0] as Measurement['subjects'][0];
    // Six of six events on one side of a fair coin.
    near(countsP('dropped', blocks), 1 / 64);
    assert.equal(countsP('refused', blocks), 1);
    for (const block of blocks) Object.assign(observed(block, 'head').hold ?? {}, { dropped: 300 });
    // Six equal blocks: Student's t with the least spread that is believed, a third of the mean, and a sixth at the end.
    near(countsP('dropped', blocks), tCdf(-3 * Math.sqrt(6), 5));
    near(countsP('dropped', blocks, true), tCdf(-6 * Math.sqrt(6), 5));
    for (const [i, block] of blocks.entries()) {
      Object.assign(observed(block, 'head').hold ?? {}, { dropped: i < 3 ? 40 : 160 });
    }
    const roots = [0.2, 0.2, 0.2, 0.4, 0.4, 0.4];
    near(
      countsP('dropped', blocks),
      tCdf(-mean(roots) / (sampleStandardDeviation(roots) / Math.sqrt(6)), 5),
    );
  });
});
