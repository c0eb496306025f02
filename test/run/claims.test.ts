/** Claims through a whole run, on a scripted backend: what is measured for them, told, written and answered. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assembleVersus } from '../../src/config/versus/assemble.ts';
import { readContenders } from '../../src/config/versus/read.ts';
import { parseSpecs } from '../../src/config/versus/spec.ts';
import { exitCode } from '../../src/judge/verdict/exit-code.ts';
import { CONFIG as FILE, repository } from '../config/repository.ts';
import { type Gated, gate } from './gate.ts';

const LENIENT = { failOnInconclusive: false, failOnNoBaseline: false };

const answers = ({ verdict }: Gated) =>
  (verdict.claims ?? []).map(({ claim, answer }) => [claim.text, answer]);

describe('an ordinary run', () => {
  it('A run judges what is claimed about one server on head', async (t) => {
    const claims = [
      'api.throughput >= 25000',
      { claim: 'api.throughput >= 35000', gate: true },
      'api.default.memory <= 1GiB',
    ];
    const run = await gate(t, {
      config: { servers: { api: { start: 'node server.js' } }, claims },
      script: { base: { rate: 30_000 }, head: { rate: 30_000 } },
    });
    assert.deepEqual(answers(run), [
      ['api.throughput >= 25000', 'holds'],
      ['api.throughput >= 35000', 'refuted'],
      ['api.default.memory <= 1GiB', 'holds'],
    ]);
    assert.equal(run.verdict.verdict, 'unchanged');
    assert.equal(exitCode(run.verdict, LENIENT), 1);
    assert.deepEqual(
      run.measurement.experiment.claims.map(({ gate }) => gate),
      [false, true, false],
    );
  });

  it('A run says before it measures that two servers need a versus, and never counts that as passed', async (t) => {
    const start = 'node server.js';
    const text = 'api.throughput >= edge.throughput';
    const run = await gate(t, {
      config: {
        servers: { api: { start }, edge: { start } },
        claims: [{ claim: text, gate: true }],
      },
    });
    assert.deepEqual(answers(run), [[text, 'undecided']]);
    const told = run.words.filter((message) => message.includes(text));
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /`throughput-gate versus`.*does not count as passed/);
    assert.equal(exitCode(run.verdict, LENIENT), 0);
    assert.equal(exitCode(run.verdict, { ...LENIENT, failOnInconclusive: true }), 4);
  });

  it('A run without claims says nothing of them', async (t) => {
    const run = await gate(t);
    assert.equal(run.verdict.claims, undefined);
    assert.deepEqual(run.measurement.experiment.claims, []);
  });
});

describe('a comparison of two servers', () => {
  const config = (claims: unknown[]) => ({
    servers: { slow: { start: 'node server.js' }, fast: { start: 'node server.js' } },
    claims,
  });

  async function experimentOf(claims: unknown[], names: readonly string[]) {
    await using folder = await repository({ [FILE]: JSON.stringify(config(claims)) });
    const specs = parseSpecs(names.map((value) => ({ value, origin: 'contender' })));
    const { root } = folder;
    return assembleVersus(await readContenders({ specs, root, cwd: root, settings: {} }), () => '.')
      .experiment;
  }

  const CLAIMS = [
    'fast.throughput >= slow.throughput * 1.12',
    { claim: 'fast.throughput >= slow.throughput * 1.3', gate: true },
    'fast.throughput > slow.throughput * 1.2',
  ];

  it('A comparison answers claims made true, false and undecidable each as it is, whoever is named first', async (t) => {
    for (const [names, script] of [
      [['slow', 'fast'], { base: { rate: 30_000 }, head: { rate: 36_000 } }],
      [['fast', 'slow'], { base: { rate: 36_000 }, head: { rate: 30_000 } }],
    ] as const) {
      const experiment = await experimentOf(CLAIMS, names);
      const run = await gate(t, { config: config([]), script, wishes: { experiment } });
      assert.deepEqual(
        answers(run).map(([, answer]) => answer),
        ['holds', 'refuted', 'undecided'],
      );
      assert.equal(exitCode(run.verdict, LENIENT), 1);
      const [throughput] = run.verdict.versus?.ranking ?? [];
      assert.deepEqual(
        throughput?.places.map(({ contender, rank }) => [contender, rank]),
        [
          ['fast', 1],
          ['slow', 2],
        ],
      );
    }
  });

  it('A comparison is measured to the end of its budget for a claim that stays open, and no longer than it takes without', async (t) => {
    const blocks = async (claims: unknown[]) => {
      const experiment = await experimentOf(claims, ['slow', 'fast']);
      const script = { base: { rate: 30_000 }, head: { rate: 36_000 } };
      const run = await gate(t, { config: config([]), script, wishes: { experiment } });
      const [subject] = run.measurement.subjects;
      const [plan] = run.measurement.plan.subjects;
      return [subject?.blocks.length, plan?.looks[0], plan?.blocks.length];
    };
    const [quick, first] = await blocks([]);
    // Two directions share the error rate, so that fewer than six blocks that agree show nothing.
    assert.equal(quick, (first as number) + 2);
    const [slow, , all] = await blocks(['fast.throughput > slow.throughput * 1.2']);
    assert.equal(slow, all);
  });
});
