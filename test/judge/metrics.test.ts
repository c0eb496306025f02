/** The metrics beside throughput and latency: what each takes from a block, and what is said of it. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge } from '../../src/judge/judge.ts';
import { looksFor } from '../../src/plan/looks.ts';
import { repeat } from '../support/block.ts';
import type { BlockMeasurement } from '../support/draft.ts';
import { httpScenario, measurementOf, observed } from '../support/measurement.ts';
import { ARMS, around, metric, near, one } from './judged-metrics.ts';

describe('scaling', () => {
  it('Scaling gives the curve, the efficiency, and the cores that are lacking', () => {
    const measurement = measurementOf({
      load: (name) => httpScenario(name, { serverCores: Number(name.split('@')[1]) }),
      subjects: [
        { scenario: 'plain@1', blocks: repeat({}, 6) },
        { scenario: 'plain@2', blocks: repeat({ throughput: Math.log(1.25) }, 6) },
      ],
    });
    measurement.plan.lacking = [{ server: 'api', scenario: 'plain@8', cores: 8 }];
    const [curve, ...more] = judge(measurement).scaling;
    assert.deepEqual(more, []);
    assert.deepEqual([curve?.server, curve?.scenario, curve?.lacking], ['api', 'plain', [8]]);
    const [first, second] = curve?.points ?? [];
    assert.deepEqual([first?.cores, second?.cores], [1, 2]);
    near(first?.headEfficiency, 1);
    near(second?.baseEfficiency, 0.5);
    near(second?.headEfficiency, 0.4);
    assert.equal(second?.limited, false);
  });
});

it('Few errors are shown and pass; the limit can be set', () => {
  const failing = (block: BlockMeasurement) => {
    const seen = observed(block, 'head');
    seen.good -= 8;
    seen.errors.status += 8;
  };
  const at = (errors: number) =>
    one(
      { blocks: repeat({}, 6), edit: failing },
      {
        slices: 8,
        gate: { limits: { errors, refused: 0, dropped: 0, 'longest-stall': 0.1 } },
      },
    );
  const strict = at(0.001);
  assert.equal(strict.verdict, 'invalid');
  const lenient = at(0.01);
  assert.equal(lenient.verdict, 'unchanged');
  near(metric(lenient, 'errors').head, 0.002);
  assert.deepEqual(
    [metric(lenient, 'errors').gating, metric(lenient, 'errors').limit],
    [true, 0.01],
  );
});

it('Where blocks had no copies of the programs, throughput and CPU carry what a run has in common, and others do not', () => {
  const judgedWith = (lacking: 'read-only' | null) => {
    const edit = (block: BlockMeasurement) => {
      block.programs = { files: lacking === null ? 2 : 0, tookMs: 3, lacking };
    };
    return one({ blocks: around('throughput', 0), planned: 26, looks: looksFor(26), edit });
  };
  const widths = (lacking: 'read-only' | null) => {
    const judged = judgedWith(lacking);
    return (['throughput', 'cpu', 'memory'] as const).map((name) => {
      const [low, high] = metric(judged, name).interval ?? [0, 0];
      return high - low;
    });
  };
  const [kept, copied] = [widths('read-only'), widths(null)];
  const wider = kept.map((width, i) => width > (copied[i] as number) + 0.01);
  assert.deepEqual(wider, [true, true, false]);
  // It is no noise of the blocks.
  const [same, fresh] = [judgedWith('read-only'), judgedWith(null)];
  near(same.noise.sd, fresh.noise.sd as number);
  const [of, beside] = [metric(same, 'throughput'), metric(fresh, 'throughput')];
  near(of.sd, beside.sd as number);
  // Decided after four blocks of 26: with as many, what they share would be as large.
  assert.deepEqual([of.verdict, of.blocks], ['unchanged', 4]);
  assert.ok((of.mde as number) > (beside.mde as number) + 0.006, `${of.mde} ${beside.mde}`);
});

it('On a runtime that both arms share, throughput and CPU carry a part of what kept files would, and others do not', () => {
  const widths = (carried: number | undefined, more: Partial<BlockMeasurement>) => {
    const edit = (block: BlockMeasurement) => void Object.assign(block, more);
    const judged = one({ blocks: around('throughput', 0), planned: 26, looks: looksFor(26), edit });
    assert.equal(judged.noise.runSd, carried);
    return (['throughput', 'cpu', 'memory'] as const).map((name) => {
      const [low, high] = metric(judged, name).interval ?? [0, 0];
      return high - low;
    });
  };
  const lacking = { files: 0, tookMs: 3, lacking: 'read-only' } as const;
  const [own, shared, kept, both] = [
    widths(undefined, {}),
    widths(0.0025, { sharedRuntime: true }),
    widths(0.0045, { programs: lacking }),
    widths(0.0045, { programs: lacking, sharedRuntime: true }),
  ];
  const wider = shared.map((width, i) => width > (own[i] as number) + 0.005);
  assert.deepEqual(wider, [true, true, false]);
  const narrower = shared.map((width, i) => width < (kept[i] as number) - 0.005);
  assert.deepEqual(narrower, [true, true, false]);
  // The larger of two that are of the same kind: nothing is counted twice.
  assert.deepEqual(both, kept);
});

it('CPU time is that of the slices, and so are the answers that it is divided by', () => {
  const more = (block: BlockMeasurement) => {
    const seen = observed(block, 'head');
    // What the phases after the slices answered.
    seen.good += 50_000;
    seen.attempted += 50_000;
  };
  const ticksOnly = (block: BlockMeasurement) => {
    more(block);
    for (const arm of ARMS) observed(block, arm).cpuMs = null;
  };
  for (const edit of [more, ticksOnly]) {
    const subject = one({ blocks: repeat({}, 6), edit }, { slices: 40 });
    near(metric(subject, 'cpu').change, 0, 1e-9);
    near(metric(subject, 'cpu').head, metric(subject, 'cpu').base as number);
    assert.deepEqual(subject.warnings, []);
  }
});
