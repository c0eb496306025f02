/** Contenders in their order: who is shown to be better, who cannot be told apart, and that names and order make no difference. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge, judgement } from '../../../src/judge/judge.ts';
import { Verdict } from '../../../src/judge/verdict/verdict.ts';
import type { Ranking } from '../../../src/judge/verdict/versus-verdict.ts';
import type { Measurement } from '../../../src/measure/observed/measurement.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import type { BlockMeasurement, Gate, Scenario } from '../../support/draft.ts';
import { httpScenario, normals, observed, SIGNS } from '../../support/measurement.ts';
import { around, contest, near } from '../claims/claimed.ts';

function rankingOf(measurement: Measurement, metric: Ranking['metric'] = 'throughput'): Ranking {
  const { versus } = judge(measurement);
  const found = versus?.ranking.find((one) => one.metric === metric);
  assert.ok(found);
  return found;
}

function placesOf({ places }: Ranking): [string, number | null][] {
  return places.map(({ contender, rank }) => [contender, rank]);
}

const signAt = (index: number) => SIGNS[index % SIGNS.length] as number;

/** All requests of the arm together take longer by so much, as ln(ratio), than those of a typical segment. */
function scaledP99(arm: Arm, by: (index: number) => number): (block: BlockMeasurement) => void {
  return (block) => {
    const { latency } = observed(block, arm);
    if (latency !== null) latency.p99Us *= Math.exp(by(block.index));
  };
}

const faster = (by: number, sd?: number) => around({ throughput: -Math.log(by) }, 20, sd);

describe('two contenders', () => {
  it('Two contenders are ranked when one is shown to be better, with the change of the second', () => {
    const ranking = rankingOf(contest([], [{ blocks: faster(1.2) }]));
    assert.deepEqual(placesOf(ranking), [
      ['b', 1],
      ['a', 2],
    ]);
    const [pair] = ranking.pairs;
    assert.deepEqual(
      [pair?.first, pair?.second, pair?.outcome, pair?.better],
      ['a', 'b', 'better', 'b'],
    );
    near(pair?.change, 0.2);
    near(ranking.places[0]?.value, 48_000, 1e-3);
    assert.equal(ranking.higherIsBetter, true);
  });

  it('Two contenders share a rank when they are shown to be alike, and when they cannot be told apart', () => {
    const same = rankingOf(contest([], [{ blocks: faster(1) }]));
    assert.deepEqual(placesOf(same), [
      ['a', 1],
      ['b', 1],
    ]);
    assert.equal(same.pairs[0]?.outcome, 'same');
    const open = rankingOf(contest([], [{ blocks: faster(1, 0.2) }]));
    assert.deepEqual(
      placesOf(open).map(([, rank]) => rank),
      [1, 1],
    );
    assert.deepEqual([open.pairs[0]?.outcome, open.pairs[0]?.better], ['open', null]);
  });

  it('Two contenders swapped, are ranked alike, and every change is mirrored', () => {
    for (const by of [0.8, 0.94, 0.97, 1, 1.03, 1.06, 1.3]) {
      for (const sd of [0.005, 0.03, 0.08]) {
        const straight = rankingOf(contest([], [{ blocks: faster(by, sd) }]));
        const turned = rankingOf(contest([], [{ blocks: faster(1 / by, -sd), pair: ['b', 'a'] }]));
        const [one, other] = [straight.pairs[0], turned.pairs[0]];
        assert.deepEqual(
          [one?.outcome, one?.better, one?.blocks],
          [other?.outcome, other?.better, other?.blocks],
          `${by} ${sd}`,
        );
        near((1 + (one?.change ?? 0)) * (1 + (other?.change ?? 0)), 1);
      }
    }
  });

  it('Two contenders with rare stalls in one of them are not told apart by their typical moments', () => {
    const stalling = (arm: 'b' | 'h') => (block: Parameters<typeof observed>[0]) => {
      const at = [...block.sliceOrder].indexOf(arm);
      block.sliceUs = block.sliceUs.map((us, i) => (i === at ? 40 * us : us));
    };
    for (const arm of ['b', 'h'] as const) {
      const blocks = faster(arm === 'h' ? 1.1 : 1 / 1.1);
      const ranking = rankingOf(contest([], [{ blocks, edit: stalling(arm) }], { slices: 16 }));
      assert.equal(ranking.pairs[0]?.outcome, 'open', arm);
      assert.deepEqual(
        ranking.pairs[0]?.reasons.map(({ code }) => code),
        ['hidden-worsening'],
      );
    }
  });

  const paced = (name: string): Scenario => httpScenario(name, { latency: { perSecond: null } });

  it('Two contenders are told apart by a latency that all requests together bear out, whichever shows it more clearly', () => {
    // Of all requests the noise is larger, or smaller, than of typical ones.
    for (const wholeSd of [0.001, 0.05]) {
      for (const sign of [1, -1]) {
        const edit = scaledP99(sign === 1 ? 'head' : 'base', (index) => wholeSd * signAt(index));
        const blocks = around({ p99: sign * Math.log(1.5) }, 20, 0.01);
        const ranking = rankingOf(contest([], [{ blocks, edit }], { load: paced }), 'p99');
        const [pair] = ranking.pairs;
        assert.deepEqual(
          [pair?.outcome, pair?.better, pair?.reasons],
          ['better', sign === 1 ? 'a' : 'b', []],
          `${wholeSd} ${sign}`,
        );
      }
    }
  });

  it('Two contenders whose typical latencies are alike are not called alike where all requests together differ plainly', () => {
    for (const arm of ['head', 'base'] as const) {
      // Beyond doubt, but not shown at the level that six blocks and eight questions leave.
      const edit = scaledP99(arm, (index) => 0.6 + 0.3 * signAt(index));
      const gate: Partial<Gate> = {
        metrics: ['throughput', 'cpu', 'p50', 'p90', 'p99', 'memory', 'pss', 'peak-memory'],
      };
      const subjects = [{ blocks: around({ p99: 0 }, 6), edit }];
      const measurement = contest([], subjects, { load: paced, gate });
      const [pair] = rankingOf(measurement, 'p99').pairs;
      assert.equal(pair?.outcome, 'open', arm);
      assert.deepEqual(
        pair.reasons.map(({ code }) => code),
        ['worse-in-all-requests'],
      );
    }
  });

  it('Two contenders are told apart by all requests together, though it is plainer still that a typical moment differs a little', () => {
    for (const sign of [1, -1]) {
      const edit = scaledP99(sign === 1 ? 'head' : 'base', (index) => 0.5 + 0.1 * signAt(index));
      const blocks = around({ p99: sign * 0.04 }, 20, 0.004);
      const [pair] = rankingOf(contest([], [{ blocks, edit }], { load: paced }), 'p99').pairs;
      assert.deepEqual(
        [pair?.outcome, pair?.better, pair?.reasons.map(({ code }) => code)],
        ['better', sign === 1 ? 'a' : 'b', ['slower-in-few-moments']],
      );
    }
  });

  it('Two contenders that are open at the end of the budget have no interval that leaves the estimate out', () => {
    for (const d of [0.2, -0.2]) {
      const measurement = contest([], [{ blocks: around({ memory: d }, 20, 0.45) }]);
      const [pair] = rankingOf(measurement, 'memory').pairs;
      const [low, high] = pair?.interval ?? [0, 0];
      assert.equal(pair?.outcome, 'open');
      assert.ok(low < (pair?.change ?? 0) && (pair?.change ?? 0) < high, `${low} ${high}`);
    }
  });

  it('Two contenders have to differ by more to be told apart than a change has to be worse, as either may be the better one', () => {
    const visible = (isContest: boolean) => {
      const measurement = contest([], [{ blocks: around({ throughput: 0 }, 20, 0.2) }]);
      if (!isContest) for (const server of measurement.experiment.servers) delete server.contenders;
      const [subject] = judge(measurement).subjects;
      return subject?.metrics.find(({ name }) => name === 'throughput')?.mde ?? Number.NaN;
    };
    assert.ok(visible(true) > visible(false), `${visible(true)}, ${visible(false)}`);
  });

  it('Two contenders of whom one broke have no rank', () => {
    const failure = { arm: 'head', stage: 'block', message: 'it died', cure: null } as const;
    const ranking = rankingOf(contest([], [{ blocks: faster(1.2), failure }]));
    assert.deepEqual(
      placesOf(ranking).map(([, rank]) => rank),
      [null, null],
    );
    assert.equal(ranking.pairs[0]?.outcome, 'none');
  });

  it('Two contenders are measured no longer than it takes to tell, whichever is better', () => {
    for (const by of [0.8, 1, 1.25]) {
      const blocks = around({ throughput: -Math.log(by), cpu: -Math.log(by) }, 6);
      const measurement = contest([], [{ blocks, planned: 20 }], {
        gate: { metrics: ['throughput', 'cpu'] },
      });
      assert.deepEqual([...judgement(measurement).open], [], `${by}`);
    }
  });
});

it('Two contenders on a disturbed machine are measured on, whichever of them is shown to be better', () => {
  const disturbed = (block: BlockMeasurement) => {
    block.runner.steal = 0.5;
  };
  for (const by of [0.8, 1.25]) {
    const blocks = around({ throughput: -Math.log(by), cpu: -Math.log(by) }, 6);
    const measurement = contest([], [{ blocks, planned: 20, edit: disturbed }]);
    assert.equal(judgement(measurement).open.size, 1, `${by}`);
  }
});

describe('three contenders', () => {
  const three = (ab: number, ac: number, bc: number, sd = 0.01) =>
    contest(
      [],
      [
        { pair: ['a', 'b'], blocks: faster(ab, sd) },
        { pair: ['a', 'c'], blocks: faster(ac, sd) },
        { pair: ['b', 'c'], blocks: faster(bc, sd) },
      ],
    );

  it('Three contenders are ranked by how many are shown to be better than each', () => {
    assert.deepEqual(placesOf(rankingOf(three(1.2, 1.44, 1.2))), [
      ['c', 1],
      ['b', 2],
      ['a', 3],
    ]);
  });

  it('Three contenders share a rank where two cannot be told apart, and the next rank is left out', () => {
    assert.deepEqual(placesOf(rankingOf(three(1, 1 / 1.3, 1 / 1.3))), [
      ['a', 1],
      ['b', 1],
      ['c', 3],
    ]);
    assert.deepEqual(placesOf(rankingOf(three(1.3, 1.3, 1))), [
      ['b', 1],
      ['c', 1],
      ['a', 3],
    ]);
  });

  it('Three contenders of whom the first and the last could not be told apart are ranked by the one between them', () => {
    // c is better than b, and b than a; how c compares with a, their own pair is too noisy to say.
    const measurement = contest(
      [],
      [
        { pair: ['a', 'b'], blocks: faster(1.3) },
        { pair: ['a', 'c'], blocks: faster(1.3, 0.6) },
        { pair: ['b', 'c'], blocks: faster(1.3) },
      ],
    );
    const ranking = rankingOf(measurement);
    assert.deepEqual(
      ranking.pairs.map(({ better }) => better),
      ['b', null, 'c'],
    );
    assert.deepEqual(placesOf(ranking), [
      ['c', 1],
      ['b', 2],
      ['a', 3],
    ]);
  });

  it('Three contenders of whom each is better than the next, in a circle, share the first rank', () => {
    assert.deepEqual(placesOf(rankingOf(three(1.3, 1 / 1.3, 1.3))), [
      ['a', 1],
      ['b', 1],
      ['c', 1],
    ]);
  });

  it('Three contenders are part of a verdict that its schema accepts', () => {
    const verdict = judge(three(1.2, 1.44, 1.2));
    assert.deepEqual(Verdict.parse(verdict), verdict);
    assert.deepEqual(verdict.versus?.contenders, ['a', 'b', 'c']);
  });
});

it('Of equal contenders, hardly any is called better, in either direction together', () => {
  const z = normals(11);
  const jobs = 1500;
  let wrong = 0;
  for (let job = 0; job < jobs; job++) {
    const blocks = Array.from({ length: 20 }, () => ({
      throughput: 0.08 * z(),
      cpu: 0.08 * z(),
      memory: 0.001 * z(),
    }));
    const { versus } = judge(contest([], [{ blocks }]));
    const found = versus?.ranking.filter(({ gating }) => gating) ?? [];
    if (found.some(({ pairs }) => pairs.some(({ outcome }) => outcome === 'better'))) wrong += 1;
  }
  // The rate is 1 %; the floor under what counts as a difference makes it less.
  assert.ok(wrong / jobs <= 0.01, `${wrong} of ${jobs}`);
});

it('An ordinary run has no ranking', () => {
  const measurement = contest([], [{ blocks: faster(1.2) }]);
  for (const server of measurement.experiment.servers) delete server.contenders;
  assert.equal(judge(measurement).versus, undefined);
});
