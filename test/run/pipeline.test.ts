/** The whole pipeline on a scripted backend: which verdict follows from what the arms do, in milliseconds. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unresolved } from '../../src/judge/judge.ts';
import { mirrored } from '../../src/judge/mirror.ts';
import type { OpenBackend } from '../../src/measure/backend.ts';
import { warningsOf } from '../support/english.ts';
import { gate } from './gate.ts';

/** Freezes whatever the backend gives, however deep: a stage that changes it in place throws. */
const frozen =
  (open: OpenBackend): OpenBackend =>
  async (terms) => {
    const backend = await open(terms);
    return {
      prepare: (server, arms) => backend.prepare(server, arms),
      pilot: async (subject, how) => deepFreeze(await backend.pilot(subject, how)),
      block: async (plan, block, restarts) =>
        deepFreeze(await backend.block(plan, block, restarts)),
      profile: (plan, terms) => backend.profile(plan, terms),
      release: (server, arms) => backend.release(server, arms),
      nowMs: () => backend.nowMs(),
    };
  };

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const one of Object.values(value)) deepFreeze(one);
  return Object.freeze(value);
}

describe('a scripted run', () => {
  it('A scripted run gives every command the values that are not written down', async (t) => {
    const given = new Set<unknown>();
    const config = { servers: { api: { start: 'node server.js', env: { COLOUR: 'teal' } } } };
    const wrap =
      (open: OpenBackend): OpenBackend =>
      async (terms) => {
        for (const { env } of terms.experiment.servers) given.add(env.COLOUR);
        const backend = await open(terms);
        return {
          prepare: (server, arms) => {
            given.add(server.env.COLOUR);
            return backend.prepare(server, arms);
          },
          pilot: (subject, how) => backend.pilot(subject, how),
          block: (plan, block, restarts) => backend.block(plan, block, restarts),
          profile: (plan, terms) => backend.profile(plan, terms),
          release: (server, arms) => {
            given.add(server.env.COLOUR);
            return backend.release(server, arms);
          },
          nowMs: () => backend.nowMs(),
        };
      };
    const { measurement } = await gate(t, { config, wrap });
    assert.deepEqual([...given], ['teal']);
    assert.deepEqual(measurement.experiment.servers[0]?.env, { COLOUR: '…' });
  });

  it('A scripted run finds nothing when both arms do the same', async (t) => {
    const { verdict, measurement } = await gate(t);
    assert.equal(verdict.verdict, 'unchanged');
    const [subject] = measurement.subjects;
    assert.equal(subject?.failure, null);
    assert.deepEqual(
      subject?.blocks.map(({ index }) => index),
      subject?.blocks.map((_, i) => i),
    );
  });

  it('A scripted run finds a head that is slower, and stops after the fifth block: four that agree are no proof yet', async (t) => {
    const { verdict, measurement } = await gate(t, { script: { head: { rate: 30_000 } } });
    assert.equal(verdict.verdict, 'regression');
    const throughput = verdict.subjects[0]?.metrics.find(({ name }) => name === 'throughput');
    assert.ok(Math.abs((throughput?.change ?? 0) + 0.25) < 0.01, `${throughput?.change}`);
    assert.deepEqual(measurement.plan.subjects[0]?.looks.slice(0, 2), [4, 5]);
    assert.equal(measurement.subjects[0]?.blocks.length, 5);
  });

  it('A scripted run finds more CPU time, more memory and more latency, each by itself', async (t) => {
    for (const [name, head] of [
      ['cpu', { cpuUs: 30 }],
      ['memory', { rssMib: 80 }],
      ['p99', { p99Us: 4000 }],
    ] as const) {
      const { verdict } = await gate(t, { script: { head } });
      const worse = verdict.subjects[0]?.metrics.filter((one) => one.verdict === 'regression');
      assert.ok(
        worse?.some((one) => one.name === name),
        `${name}: ${verdict.verdict}`,
      );
      assert.equal(verdict.verdict, 'regression');
    }
  });

  it('A scripted run is invalid when head fails in a block, and keeps the blocks before', async (t) => {
    const { verdict, measurement } = await gate(t, {
      script: { head: { fails: { at: 'block', block: 3 } } },
    });
    assert.equal(verdict.verdict, 'invalid');
    assert.equal(measurement.subjects[0]?.blocks.length, 3);
    assert.equal(measurement.subjects[0]?.failure?.arm, 'head');
  });

  it('A scripted run has no baseline when base alone cannot be met or prepared', async (t) => {
    for (const at of ['before', 'pilot'] as const) {
      const { verdict, measurement } = await gate(t, { script: { base: { fails: { at } } } });
      assert.equal(verdict.verdict, 'no-baseline');
      assert.equal(measurement.subjects[0]?.failure?.arm, 'base');
      assert.deepEqual(measurement.plan.subjects, []);
    }
  });

  it('A scripted run is invalid for both when neither works', async (t) => {
    const fails = { at: 'pilot' } as const;
    const { verdict, measurement } = await gate(t, {
      script: { base: { fails }, head: { fails } },
    });
    assert.equal(verdict.verdict, 'invalid');
    assert.equal(measurement.subjects[0]?.failure?.arm, 'both');
  });

  it('A scripted run says the same whenever it is run with the same seed', async (t) => {
    const [one, other] = [await gate(t), await gate(t)];
    assert.deepEqual(one.verdict.subjects, other.verdict.subjects);
    assert.deepEqual(one.measurement.plan, other.measurement.plan);
  });

  it('Changes nothing in place of what the backend gave', async (t) => {
    const { verdict } = await gate(t, {
      wrap: frozen,
      script: { disturbed: { 2: { steal: 0.2 } } },
    });
    assert.equal(verdict.verdict, 'unchanged');
  });
});

describe('the blocks of a run', () => {
  it('The blocks of a run are announced when they begin and told with their figures when they end', async (t) => {
    const { told, measurement } = await gate(t, {
      script: { head: { fails: { at: 'block', block: 2 } } },
    });
    const blocks = told.flatMap((event) =>
      event.type === 'block-started' || event.type === 'block-done'
        ? [`${event.type} ${event.index}`]
        : [],
    );
    assert.deepEqual(blocks, [
      'block-started 0',
      'block-done 0',
      'block-started 1',
      'block-done 1',
      'block-started 2',
    ]);
    const done = told.filter((event) => event.type === 'block-done');
    assert.ok(done.every(({ soFar }) => (soFar?.length ?? 0) > 0));
    assert.equal(measurement.subjects[0]?.blocks.length, 2);
  });

  it('The blocks of a run are measured again when the machine was disturbed, and both are kept', async (t) => {
    const { measurement, words } = await gate(t, {
      script: { disturbed: { 1: { steal: 0.2 } } },
    });
    const [subject] = measurement.subjects;
    assert.equal(subject?.replaced.length, 1);
    assert.equal(subject?.replaced[0]?.block.index, 1);
    assert.equal(subject?.blocks[1]?.index, 1);
    assert.ok(words.some((word) => /^block 2 is measured again: .*steal/.test(word)));
  });

  it('The blocks of a run end at the time limit of the job, by the backend’s clock', async (t) => {
    const config = {
      servers: { api: { start: 'node server.js' }, other: { start: 'node server.js' } },
      gate: { budget: '60s', 'job-budget': '70s' },
    };
    const script = { slowness: 1.2, noise: 0.2 };
    const { words, measurement, verdict } = await gate(t, { config, script });
    assert.ok(words.some((word) => word.startsWith("stopped: the job's time limit")));
    const cut = measurement.subjects.filter(({ blocks }) => blocks.length < 20);
    assert.ok(cut.length > 0);
    for (const { server, stoppedBy } of cut) {
      assert.equal(stoppedBy, 'job-budget');
      const told = verdict.subjects.find((one) => one.server === server);
      assert.equal(told?.verdict, 'inconclusive');
      assert.match(warningsOf(told).join('\n'), /`job-budget`, 70 s\) was reached/);
    }
  });

  it('The blocks of a run end when they take far longer than was planned', async (t) => {
    const { words, measurement } = await gate(t, { script: { slowness: 4, noise: 0.2 } });
    assert.equal(measurement.subjects[0]?.stoppedBy, 'slow-blocks');
    assert.ok(
      words.includes('stopped: the blocks take much longer than the pilot run led to expect'),
    );
  });
});

describe('a run that is asked both ways', () => {
  const script = { noise: 0.02, head: { rate: 39_400, cpuUs: 20.3 } };

  it('A run that is asked both ways goes on until it is decided with either arm as head', async (t) => {
    const once = await gate(t, { script });
    const injection = { env: { base: {}, head: {} }, pauses: 0 };
    const selfTest = { injection, blocks: null, isMirrored: true };
    const { measurement, told } = await gate(t, { script, wishes: { selfTest } });
    const blocks = measurement.subjects[0]?.blocks.length ?? 0;
    assert.ok(blocks >= (once.measurement.subjects[0]?.blocks.length ?? 0));
    const isEnd = blocks === measurement.plan.subjects[0]?.blocks.length;
    assert.ok(isEnd || unresolved(mirrored(measurement)).length === 0);
    assert.equal(told.filter(({ type }) => type === 'resolved').length, 1);
  });
});
