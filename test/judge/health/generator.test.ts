/** Little's law, noise that was not expected, and failures that differ. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noiseWarnings } from '../../../src/judge/conclusions/observed-noise.ts';
import { errorDifference } from '../../../src/judge/health/error-difference.ts';
import { inFlightFindings } from '../../../src/judge/health/in-flight.ts';
import { judge, unresolved } from '../../../src/judge/judge.ts';
import { repeat } from '../../support/block.ts';
import type { BlockMeasurement, Pilot, Scenario } from '../../support/draft.ts';
import { reasonOf, textOf, warningsOf } from '../../support/english.ts';
import { httpScenario, measurementOf, normals, observed } from '../../support/measurement.ts';

describe("Little's law", () => {
  /** Head had so much of its 32 requests in flight. */
  function found(share: number, scenario: Scenario = httpScenario('plain'), perWindow?: number) {
    const { subjects } = measurementOf({ subjects: [{ blocks: repeat({}, 6) }] });
    const { pilot } = subjects[0] as { pilot: Pilot };
    const head = pilot.arms.head as NonNullable<Pilot['arms']['head']>;
    const meanLatencyUs = (1e6 * 32 * share) / 40_000;
    pilot.arms.head = { ...head, inFlight: { asked: 32, perSecond: 40_000, meanLatencyUs } };
    if (perWindow !== undefined) Object.assign(pilot.arms.head.inFlight as object, { perWindow });
    const { doubt, warnings } = inFlightFindings(pilot, scenario);
    return { doubt: textOf(doubt), warnings: warningsOf({ warnings }) };
  }

  it("Little's law tells connections that stood idle", () => {
    assert.deepEqual(found(0.5), {
      doubt: null,
      warnings: [
        "by Little's law 16 of 32 requests were in flight on head (50%): connections stood idle, so head was not under its whole load. Ask for fewer connections.",
      ],
    });
    assert.deepEqual(found(0.62).warnings, []);
  });

  it("Little's law expects less in flight where a slice is over after an answer or two for each connection", () => {
    const isTold = (share: number, perWindow: number) =>
      found(share, httpScenario('plain'), perWindow).warnings.length > 0;
    assert.deepEqual([isTold(0.59, 64), isTold(0.61, 64)], [true, false]);
    assert.deepEqual([isTold(0.39, 32), isTold(0.41, 32)], [true, false]);
    assert.deepEqual([isTold(0.19, 16), isTold(0.21, 16)], [true, false]);
  });

  it("Little's law names the streams where each connection has several, as a server may allow fewer", () => {
    const several = { ...httpScenario('plain'), streams: 10 } as Scenario;
    assert.match(
      found(0.1, several).warnings[0] as string,
      /\(10%\): about 1 of the 10 streams of each connection was in use, .* `streams: 1`/,
    );
  });

  it("Little's law allows one message at a time where each goes to everybody", () => {
    const { name } = httpScenario('plain');
    const fanOut = { kind: 'websocket', mode: 'fan-out', name } as unknown as Scenario;
    assert.deepEqual(found(0.3, fanOut).warnings, []);
  });

  it("Little's law believes nothing when more was in flight than there can be", () => {
    assert.match(
      found(1.3).doubt as string,
      /^by Little's law 42 requests were in flight on head where only 32 can be: .* report this/,
    );
    assert.deepEqual(found(1.15), { doubt: null, warnings: [] });
  });

  it("Little's law spends no budget on blocks that could not take that away", () => {
    const measurement = measurementOf({ subjects: [{ blocks: [], planned: 20 }] });
    assert.deepEqual(unresolved(measurement), ['api/plain']);
    const head = measurement.subjects[0]?.pilot?.arms.head as NonNullable<Pilot['arms']['head']>;
    head.inFlight = { asked: 32, perSecond: 40_000, meanLatencyUs: 1100 };
    assert.deepEqual(unresolved(measurement), []);
    const [subject] = judge(measurement).subjects;
    assert.equal(subject?.verdict, 'inconclusive');
    assert.match(reasonOf(subject) as string, /^by Little's law 44 requests/);
  });

  it("Little's law says nothing where it was not measured", () => {
    assert.deepEqual(inFlightFindings(null, httpScenario('plain')), {
      doubt: null,
      warnings: [],
    });
  });
});

describe('failures below the limit', () => {
  /** So many of 20,000 requests a block, spread over all blocks. */
  function found(base: number, head: number, only?: number) {
    const edit = (block: BlockMeasurement) => {
      if (only !== undefined && block.index !== only) return;
      observed(block, 'base').good -= base;
      observed(block, 'head').good -= head;
    };
    const { subjects } = measurementOf({
      slices: 40,
      subjects: [{ blocks: repeat({}, 6), edit }],
    });
    return errorDifference(subjects[0]?.blocks ?? [], 0.001).map(textOf);
  }

  it('Failures below the limit are told when one arm has more of them than chance gives it', () => {
    assert.deepEqual(found(0, 18), [
      'head fails more often than base does, beyond chance: 0.09% against 0%. That is within the limit of 0.1%, but look at what fails before you trust the speed.',
    ]);
    assert.match(found(12, 1).join(), /^base fails more often than head does/);
  });

  it('Failures below the limit are not told when chance explains the difference, or one bad moment', () => {
    assert.deepEqual(found(10, 12), []);
    assert.deepEqual(found(0, 1), []);
    assert.deepEqual(found(0, 100, 2), []);
  });

  it('Failures below the limit are another check when they are above the limit', () => {
    assert.deepEqual(found(0, 25), []);
  });
});

describe('noise that was not expected', () => {
  it('Noise that was not expected is told with both figures', () => {
    assert.deepEqual(noiseWarnings({ expectedSd: 0.02, sd: 0.062 }).map(textOf), [
      'throughput was 3.1 times as noisy as the pilot run led to expect (6.2% a block, not 2%): the machine got busier, or one start of the server is not like another. A quieter machine or a larger budget helps.',
    ]);
    assert.deepEqual(noiseWarnings({ expectedSd: 0.02, sd: 0.05 }), []);
    assert.deepEqual(noiseWarnings({ expectedSd: null, sd: 0.05 }), []);
    assert.deepEqual(noiseWarnings({ expectedSd: 0, sd: 0.05 }), []);
  });

  it('Noise that was not expected is among the warnings of the verdict', () => {
    const draw = normals(2);
    const measurement = measurementOf({
      subjects: [{ blocks: Array.from({ length: 20 }, () => ({ throughput: 0.05 * draw() })) }],
    });
    const [plan] = measurement.plan.subjects;
    if (plan) plan.forecast = { blockSd: 0.01, mde: 0.02, resolvable: 0.02, budgetNeededMs: null };
    assert.match(warningsOf(judge(measurement).subjects[0]).join(), /times as noisy/);
  });
});
