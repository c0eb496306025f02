/** Claims about one server's own values, and about its efficiency over cores. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge, judgement } from '../../../src/judge/judge.ts';
import type { ArmObservation, BlockMeasurement, Measurement } from '../../support/draft.ts';
import { buildMeasurement, httpScenario, observed } from '../../support/measurement.ts';
import { answerOf, answersOf, around, claimsOf, codes, contest, near } from './claimed.ts';

const paced = (name: string) => httpScenario(name, { latency: { perSecond: null } });

describe('a claim about a value', () => {
  it('A claim about a value is judged from the own values of that arm, and carries the machine', () => {
    const blocks = around({ throughput: -Math.log(1.2), p99: 0 });
    const answers = answersOf(
      contest(
        ['b.p99 <= 5ms', 'b.p99 <= 1ms', 'a.throughput >= 45000', 'b.throughput >= 45k req/s'],
        [{ blocks }],
        { load: paced },
      ),
    );
    assert.deepEqual(
      answers.map(({ answer }) => answer),
      ['holds', 'refuted', 'refuted', 'holds'],
    );
    const [p99, , , throughput] = answers;
    assert.deepEqual([p99?.scale, p99?.unit, p99?.bound], ['value', 's', 0.005]);
    near(p99?.estimate, 0.0015, 1e-3);
    near(throughput?.estimate, 48_000, 1e-3);
    assert.equal(p99?.machine?.cpuModel, 'Model A');
  });

  it('Blocks whose latencies came too late count for nothing, and that is the reason', () => {
    const edit = (late: boolean) => (block: BlockMeasurement) => {
      const { latency } = observed(block, 'base');
      if (latency !== null && late) latency.segments.late = [...latency.segments.scheduled];
    };
    const asked = (late: boolean) =>
      answerOf(
        contest(['a.p99 <= 50ms'], [{ blocks: around({}), edit: edit(late) }], { load: paced }),
      );
    assert.equal(asked(false).answer, 'holds');
    assert.deepEqual([asked(true).answer, codes(asked(true))], ['undecided', ['sent-late']]);
  });

  it('Blocks whose latencies are those of a queue are not in the figure that is told either', () => {
    const edit = (block: BlockMeasurement) => {
      const { segments } = observed(block, 'base').latency ?? assert.fail();
      if (block.index > 2) return;
      segments.durationUs.fill(200_000);
      segments.p50Us.fill(50_000);
      segments.p99Us.fill(900_000);
    };
    const asked = answerOf(
      contest(['a.p99 <= 50ms'], [{ blocks: around({}), edit }], { load: paced }),
    );
    assert.equal(asked.answer, 'holds');
    near(asked.left, 0.0015, 1e-6);
  });

  it('Blocks that have no such figure are no reason to ask for more of them', () => {
    const edit = (block: BlockMeasurement) => {
      observed(block, 'base').latency = null;
      observed(block, 'head').latency = null;
    };
    const asked = answerOf(
      contest(['a.p99 <= 50ms'], [{ blocks: around({}), edit }], { load: paced }),
    );
    assert.equal(asked.answer, 'undecided');
    assert.deepEqual(codes(asked), ['too-few-values']);
  });

  it('A claim about a value is judged on head in an ordinary run, where two servers cannot be compared', () => {
    const known = {
      servers: new Map(['api', 'edge'].map((name) => [name, [paced('plain')]])),
    };
    const texts = ['api.p99 <= 5ms', 'api.throughput >= edge.throughput'];
    const measurement = buildMeasurement({
      slices: 4,
      load: paced,
      claims: claimsOf(texts, known),
      subjects: ['api', 'edge'].map((server) => ({ server, blocks: around({ p99: 0 }) })),
    });
    const [own, relative] = answersOf(measurement);
    assert.equal(own?.answer, 'holds');
    assert.deepEqual(
      [relative?.answer, relative && codes(relative)],
      ['undecided', ['claim-needs-versus']],
    );
    assert.equal(judgement(measurement).open.size, 0);
  });

  it('A claim about a value is judged where head is measured alone', () => {
    const measurement = buildMeasurement({
      slices: 4,
      load: paced,
      arms: ['head'],
      claims: claimsOf(['api.throughput >= 30000'], {
        servers: new Map([['api', [paced('plain')]]]),
      }),
      subjects: [{ blocks: around({ throughput: 0 }) }],
    });
    assert.equal(judge(measurement).verdict, 'no-baseline');
    assert.equal(answerOf(measurement).answer, 'holds');
  });

  it('A claim about a value keeps an ordinary run open until it is answered', () => {
    const claims = claimsOf(['api.throughput >= 39999'], {
      servers: new Map([['api', [paced('plain')]]]),
    });
    const subjects = [{ blocks: around({ throughput: 0 }, 6), planned: 20 }];
    assert.equal(judgement(buildMeasurement({ slices: 4, claims, subjects })).open.size, 1);
    assert.equal(judgement(buildMeasurement({ slices: 4, subjects })).open.size, 0);
  });
});

describe('a head that may not pass', () => {
  const TEXTS = [
    'api.throughput >= 30000',
    'api.throughput <= 30000',
    'api.cpu <= 25us',
    'api.p99 <= 5ms',
    'api.errors <= 1%',
    // What these say of head is nothing good.
    'api.throughput <= 50000',
    'api.throughput >= 50000',
    'api.cpu >= 10us',
  ];

  function asked(spoil: (measurement: Measurement) => void): (readonly [string, string[]])[] {
    const known = { servers: new Map([['api', [paced('plain')]]]) };
    const measurement = buildMeasurement({
      slices: 4,
      load: paced,
      claims: claimsOf(TEXTS, known),
      subjects: [{ blocks: around({ throughput: 0, cpu: 0, p99: 0 }) }],
    });
    spoil(measurement);
    return answersOf(measurement).map(({ answer, reasons }) => [
      answer,
      reasons.filter(({ severity }) => severity === 'doubt').map(({ code }) => code),
    ]);
  }

  const OF_HEAD: Record<string, (measurement: Measurement) => void> = {
    'requests-resent': (measurement) =>
      eachHead(measurement, (seen) => {
        seen.resent = 0.03 * seen.attempted;
      }),
    'bodies-sized-otherwise': (measurement) =>
      eachBlock(measurement, (block) => {
        observed(block, 'base').bodySizes = [0, 0, 0, 0, 0, 10_000];
        observed(block, 'head').bodySizes = [200, 0, 0, 0, 0, 9800];
      }),
    'work-moved-beside': (measurement) =>
      eachHead(measurement, (seen) => {
        seen.besideMs = 60;
      }),
    'answers-differ': (measurement) => {
      for (const subject of measurement.subjects) {
        subject.answers = {
          ...{ kinds: 1, compared: 1, starts: 2, answers: { base: 9, head: 9 } },
          ...{ content: 1, form: 0, differences: [] },
        };
      }
    },
  };

  for (const [code, spoil] of Object.entries(OF_HEAD)) {
    it(`A head with the doubt ${code} gets no answer that speaks for it, and every one that speaks against it`, () => {
      assert.deepEqual(asked(spoil), [
        ...TEXTS.slice(0, 5).map(() => ['undecided', [code]]),
        ['holds', []],
        ['refuted', []],
        ['holds', []],
      ]);
    });
  }

  it('A head without any such doubt gets all answers', () => {
    assert.deepEqual(
      asked(() => undefined).map(([answer]) => answer),
      ['holds', 'refuted', 'holds', 'holds', 'holds', 'holds', 'refuted', 'holds'],
    );
  });
});

function eachBlock(measurement: Measurement, edit: (block: BlockMeasurement) => void): void {
  for (const { blocks } of measurement.subjects) blocks.forEach(edit);
}

function eachHead(measurement: Measurement, edit: (seen: ArmObservation) => void): void {
  eachBlock(measurement, (block) => edit(observed(block, 'head')));
}

describe('an efficiency over cores', () => {
  const load = (name: string) => httpScenario(name, { serverCores: Number(name.split('@')[1]) });
  /** a doubles its throughput from one core to two; b has 1.5 times as much. */
  const subjects = [
    { scenario: 'plain@1', blocks: around({ throughput: 0 }) },
    { scenario: 'plain@2', blocks: around({ throughput: Math.log(2 / 1.5) }) },
  ];
  const ask = (...texts: string[]) => {
    const measurement = contest(texts, subjects, { load });
    for (const block of measurement.subjects[1]?.blocks ?? []) {
      block.sliceUs = block.sliceUs.map((us) => us / 2);
    }
    return measurement;
  };

  it('An efficiency over cores compares two servers by the pairs at both ends of the curve', () => {
    const [holds, refuted] = answersOf(
      ask(
        'a.cores-efficiency >= b.cores-efficiency * 1.2',
        'b.cores-efficiency >= a.cores-efficiency',
      ),
    );
    assert.deepEqual([holds?.answer, refuted?.answer], ['holds', 'refuted']);
    near(holds?.estimate, 2 / 1.5);
    assert.deepEqual(holds?.subjects.toSorted(), ['a-vs-b/plain@1', 'a-vs-b/plain@2']);
  });

  it('An efficiency over cores is told of one server, with both ends in its interval', () => {
    const [a, b] = answersOf(ask('a.cores-efficiency >= 0.9', 'b.cores-efficiency >= 90%'));
    assert.deepEqual([a?.answer, b?.answer, b?.unit], ['holds', 'refuted', 'share']);
    near(a?.estimate, 1);
    near(b?.estimate, 0.75);
  });

  it('An efficiency over cores is undecided where the machine has not the cores', () => {
    const measurement = ask('a.cores-efficiency >= 0.9');
    measurement.plan.lacking = [{ server: 'a-vs-b', scenario: 'plain@8', cores: 8 }];
    const claim = answerOf(measurement);
    assert.deepEqual([claim.answer, codes(claim)], ['undecided', ['claim-lacks-cores']]);
    assert.deepEqual(claim.reasons[0]?.data, { cores: [8] });
  });

  it('One server under two numbers of cores can be compared with itself', () => {
    const claim = answerOf(ask('b.plain@2.throughput >= b.plain@1.throughput * 1.4'));
    assert.equal(claim.answer, 'holds');
    near(claim.estimate, 1.5);
  });
});
