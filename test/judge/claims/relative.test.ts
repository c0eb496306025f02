/** Claims about two servers in live pairs: what is answered when the truth is known. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { looksFor } from '../../../src/plan/looks.ts';
import { repeat } from '../../support/block.ts';
import { httpScenario, observed } from '../../support/measurement.ts';
import { answerOf, answersOf, around, codes, contest, near } from './claimed.ts';

/** b serves 20 % more than a: its cost is lower by ln 1.2. */
const FASTER = around({ throughput: -Math.log(1.2) });

describe('a claim about throughput', () => {
  const ask = (...texts: string[]) => answersOf(contest(texts, [{ blocks: FASTER }]));

  it('A claim about throughput holds, is refuted or stays undecided as the truth lies to what is claimed', () => {
    const answers = ask(
      'b.throughput >= a.throughput * 1.12',
      'b.throughput >= a.throughput * 1.3',
      'b.throughput >= a.throughput * 1.2',
      'b.throughput < a.throughput * 1.12',
      'b.throughput <= a.throughput * 1.3',
    );
    assert.deepEqual(
      answers.map(({ answer }) => answer),
      ['holds', 'refuted', 'undecided', 'refuted', 'holds'],
    );
  });

  it('A claim about throughput is answered alike when it is said the other way round', () => {
    const [holds, refuted] = ask(
      'a.throughput <= b.throughput * 0.9',
      'a.throughput >= b.throughput * 0.9',
    );
    assert.deepEqual([holds?.answer, refuted?.answer], ['holds', 'refuted']);
    near(holds?.estimate, 1 / 1.2);
  });

  it('A claim about throughput gives the ratio with its interval, what is claimed, and the values of both sides', () => {
    const [claim] = ask('b.throughput >= a.throughput * 1.12');
    assert.deepEqual([claim?.scale, claim?.unit, claim?.bound], ['ratio', 'req/s', 1.12]);
    near(claim?.estimate, 1.2);
    const [low, high] = claim?.interval ?? [0, 0];
    assert.ok(low > 1.12 && low < 1.2 && high > 1.2, `${low} ${high}`);
    near(claim?.left, 48_000, 1e-3);
    near(claim?.right, 40_000, 1e-3);
    assert.deepEqual(claim?.subjects, ['a-vs-b/plain']);
    assert.equal(claim?.machine, null);
  });

  it('A claim about throughput is judged at its equal share of the false-alarm rate, beside what the gate judges', () => {
    const [claim] = ask('b.throughput >= a.throughput * 1.12', 'b.cpu <= a.cpu');
    // Throughput and CPU time gate, and there are two claims.
    near(claim?.level, 0.01 / 4);
  });
});

it('Blocks that agree answer no claim before a server with two states has shown both, but by a chance that the level allows', () => {
  const answer = (count: number, planned: number) => {
    const blocks = repeat({ memory: 0.1 }, count);
    const looks = looksFor(planned);
    return answersOf(
      contest(['b.memory <= a.memory', 'a.memory <= 60MiB'], [{ blocks, planned, looks }]),
    ).map((one) => one.answer);
  };
  // Another state twice as good, in half of the starts, would not change these answers.
  const far = (count: number) =>
    answersOf(
      contest(
        ['a.memory <= 90MiB', 'b.memory <= a.memory * 0.6'],
        [{ blocks: repeat({ memory: 0.1 }, count), planned: 26, looks: looksFor(26) }],
      ),
    ).map(({ answer: one }) => one);
  // Throughput, CPU time and two claims have a fourth of 1 % each: one in 512 is less.
  assert.deepEqual(answer(8, 26), ['undecided', 'undecided']);
  assert.deepEqual(answer(9, 26), ['refuted', 'holds']);
  assert.deepEqual(far(5), ['holds', 'refuted']);
  // Where no more blocks will come, those that there are have to do.
  assert.deepEqual(answer(4, 4), ['refuted', 'holds']);
});

it('Of two loads, of which one has fewer blocks, the last look at both is the end', () => {
  const asked = (few: number, stopped: boolean) => {
    const planned = stopped ? 20 : few;
    const measurement = contest(
      ['b.heavy.throughput >= b.plain.throughput * 0.9'],
      [
        { scenario: 'heavy', blocks: around({}, few), planned, looks: looksFor(planned) },
        { scenario: 'plain', blocks: around({}), looks: looksFor(20) },
      ],
    );
    const [heavy] = measurement.subjects;
    assert.ok(heavy);
    if (stopped) heavy.stoppedBy = 'slow-blocks';
    return answerOf(measurement).answer;
  };
  assert.equal(asked(6, false), 'holds');
  assert.equal(asked(6, true), 'holds');
});

describe('swapping the arms', () => {
  it('Swapping the arms mirrors every answer', () => {
    const texts = [
      'b.throughput >= a.throughput * 1.12',
      'b.throughput >= a.throughput * 1.3',
      'b.memory <= a.memory * 0.9',
      'b.p99 <= a.p99 + 1ms',
    ];
    const ratios = { throughput: -Math.log(1.2), memory: -0.2, p99: 0.1 };
    const load = (name: string) => httpScenario(name, { latency: { perSecond: null } });
    const mirrored = Object.fromEntries(Object.entries(ratios).map(([k, v]) => [k, -v]));
    const straight = answersOf(contest(texts, [{ blocks: around(ratios) }], { load }));
    const turned = answersOf(
      contest(texts, [{ blocks: around(mirrored), pair: ['b', 'a'] }], { load }),
    );
    assert.deepEqual(
      straight.map(({ answer }) => answer),
      turned.map(({ answer }) => answer),
    );
    for (const [i, claim] of straight.slice(0, 3).entries()) {
      near(claim.estimate, turned[i]?.estimate as number);
    }
  });
});

describe('programs that were not copied', () => {
  const ask = (text: string, isCopied: boolean) =>
    answerOf(
      contest(
        [text],
        [
          {
            // 0.8 % of noise over 26 blocks: a standard error of 0.16 %.
            blocks: around({ throughput: -0.01 }, 26, 0.008),
            edit: (block) => {
              if (!isCopied) block.programs = { files: 0, tookMs: 0, lacking: 'too-large' };
            },
          },
        ],
      ),
    );

  it('Programs that were not copied leave a claim open that lies within what one run differs from the next', () => {
    assert.equal(ask('b.throughput >= a.throughput', true).answer, 'holds');
    const open = ask('b.throughput >= a.throughput', false);
    assert.equal(open.answer, 'undecided');
    // The interval is as wide as the gate's own.
    const [low, high] = open.interval ?? [0, 0];
    assert.ok(high - low > 4 * 0.0045, `${low} ${high}`);
    assert.equal(ask('b.throughput >= a.throughput - 200', true).answer, 'holds');
    assert.equal(ask('b.throughput >= a.throughput - 200', false).answer, 'undecided');
  });

  it('Programs that were not copied let a claim be answered that lies further away', () => {
    for (const text of [
      'b.throughput >= a.throughput * 0.9',
      'b.throughput >= a.throughput - 5k',
    ]) {
      assert.equal(ask(text, false).answer, 'holds', text);
    }
  });

  it('Programs that were not copied are nothing that more blocks would mend', () => {
    const open = ask('b.throughput >= a.throughput', false);
    assert.deepEqual([open.budgetNeededMs, codes(open)], [null, ['claim-at-the-bound']]);
  });
});

describe('other metrics', () => {
  it('Memory is compared by its ratio, or with something added by its difference', () => {
    const blocks = around({ memory: Math.log(0.5) });
    const [ratio, difference] = answersOf(
      contest(['b.memory <= a.memory * 0.8', 'b.memory <= a.memory - 10MiB'], [{ blocks }]),
    );
    assert.deepEqual([ratio?.answer, ratio?.scale], ['holds', 'ratio']);
    assert.deepEqual(
      [difference?.answer, difference?.scale, difference?.unit],
      ['holds', 'difference', 'B'],
    );
    near(difference?.estimate, -25 * 1024 ** 2, 1e-2);
    assert.equal(difference?.bound, -10 * 1024 ** 2);
  });

  it('Figures that the gate only shows can be claimed about', () => {
    const load = (name: string) => httpScenario(name, { latency: { perSecond: null } });
    const blocks = around({ max: 0.5 });
    const claim = answerOf(contest(['b.max <= a.max'], [{ blocks }], { load }));
    assert.equal(claim.answer, 'refuted');
    near(claim.estimate, Math.exp(0.5));
  });
});

describe('what stands in the way', () => {
  it('A generator that limits one side leaves the other direction to be shown', () => {
    const limited = (arm: 'base' | 'head') => (block: Parameters<typeof observed>[0]) => {
      const seen = observed(block, arm);
      seen.generatorBusy = 0.99;
      seen.cpuTicksMs = 1;
    };
    const ask = (arm: 'base' | 'head', text: string) =>
      answerOf(contest([text], [{ blocks: FASTER, edit: limited(arm) }]));
    // b can do more than was seen, so that it is faster is shown, and that it is not much faster is not.
    assert.equal(ask('head', 'b.throughput >= a.throughput * 1.12').answer, 'holds');
    const other = ask('head', 'b.throughput >= a.throughput * 1.3');
    assert.deepEqual([other.answer, ...codes(other)], ['undecided', 'claim-generator-limited']);
    const slower = ask('base', 'b.throughput >= a.throughput * 1.12');
    assert.deepEqual([slower.answer, ...codes(slower)], ['undecided', 'claim-generator-limited']);
    assert.equal(ask('base', 'b.throughput >= a.throughput * 1.3').answer, 'refuted');
  });

  it('A broken measurement answers nothing', () => {
    const failure = { arm: 'head', stage: 'block', message: 'it died', cure: null } as const;
    const claim = answerOf(contest(['b.cpu >= a.cpu'], [{ blocks: FASTER, failure }]));
    assert.deepEqual([claim.answer, ...codes(claim)], ['undecided', 'claim-not-measured']);
  });

  it('A disturbed machine makes servers look alike: that they differ may still be shown, in either direction', () => {
    const disturbed = (block: Parameters<typeof observed>[0]) => {
      block.runner.steal = 0.5;
    };
    const answers = answersOf(
      contest(
        [
          'b.throughput >= a.throughput * 1.12',
          'a.throughput >= b.throughput',
          'b.throughput >= a.throughput * 1.3',
          'b.throughput >= a.throughput * 0.9',
        ],
        [{ blocks: FASTER, edit: disturbed }],
      ),
    );
    assert.deepEqual(
      answers.map(({ answer }) => answer),
      ['holds', 'refuted', 'undecided', 'undecided'],
    );
    assert.deepEqual(answers.slice(2).flatMap(codes), [
      'machine-too-disturbed',
      'machine-too-disturbed',
    ]);
  });

  it('What no block could mend is told, and not that there were too few of them', () => {
    const measurement = contest(
      ['b.throughput >= a.throughput * 1.12'],
      [{ blocks: around({ throughput: -0.113 }, 6), planned: 20, looks: looksFor(20) }],
    );
    const pilot = measurement.subjects[0]?.pilot;
    assert.ok(pilot);
    for (const seen of Object.values(pilot.arms)) {
      seen.inFlight = { asked: 32, perSecond: 40_000, meanLatencyUs: 1600 };
    }
    const claim = answerOf(measurement);
    assert.equal(claim.answer, 'undecided');
    assert.ok(codes(claim).includes('impossible-in-flight'), `${codes(claim)}`);
    assert.ok(!codes(claim).includes('claim-stopped'));
  });

  it('A metric that no block has a value of is told so', () => {
    const load = (name: string) => httpScenario(name, { latency: { perSecond: null } });
    const silent = (block: Parameters<typeof observed>[0]) => {
      for (const arm of ['base', 'head'] as const) observed(block, arm).latency = null;
    };
    const subjects = [{ blocks: FASTER, edit: silent }];
    const claim = answerOf(contest(['b.p99 <= 5ms'], subjects, { load }));
    assert.deepEqual([claim.answer, ...codes(claim)], ['undecided', 'too-few-values']);
  });
});

describe('three contenders', () => {
  it('Three contenders are transitive: what holds of the first and second pair holds of the third', () => {
    const answers = answersOf(
      contest(
        [
          'b.throughput >= a.throughput * 1.1',
          'c.throughput >= b.throughput * 1.1',
          'c.throughput >= a.throughput * 1.21',
        ],
        [
          { pair: ['a', 'b'], blocks: around({ throughput: -Math.log(1.2) }) },
          { pair: ['a', 'c'], blocks: around({ throughput: -Math.log(1.44) }) },
          { pair: ['b', 'c'], blocks: around({ throughput: -Math.log(1.2) }) },
        ],
      ),
    );
    assert.deepEqual(
      answers.map(({ answer }) => answer),
      ['holds', 'holds', 'holds'],
    );
    const [ab, bc, ac] = answers.map(({ estimate }) => estimate as number) as [
      number,
      number,
      number,
    ];
    near(ab * bc, ac);
  });
});
