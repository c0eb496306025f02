import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LiveArms } from '../../../src/measure/arms/running-arms.ts';
import { fitLoad } from '../../../src/measure/connections/fit-load.ts';
import type { RunContext } from '../../../src/measure/context/run-context.ts';
import { ServerFailure, type Symptoms } from '../../../src/measure/failures/server-failure.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import { draftOf, type HttpScenario } from '../../support/draft.ts';
import { httpRequest, httpScenario } from '../../support/measurement.ts';

const BOTH: Arm[] = ['base', 'head'];

/**
 * Both servers work on so many requests at a time, each for so long. `threads`: as many as it has, each kept by an idle
 * connection for 200 ms, or `keptMs`. `slow`: one request in so many takes so long, and is worked on alone.
 */
function live({
  answerMs,
  atOnce = 1,
  threads = {},
  keptMs = 200,
  slow = null,
}: {
  answerMs: Record<Arm, number>;
  atOnce?: number;
  threads?: Partial<Record<Arm, number>>;
  keptMs?: number;
  slow?: { every: number; ms: number } | null;
}) {
  const opened: string[] = [];
  const sent: Record<Arm, number> = { base: 0, head: 0 };
  const targets = new Map();
  const servers = new Map();
  const generator = {
    slices: async ([arm]: Arm[], work: number) => {
      const used = Math.min(work, targets.get(arm).scenario.connections);
      const heldMs = keptMs * (Math.ceil(used / (threads[arm as Arm] ?? used)) - 1);
      const before = sent[arm as Arm];
      sent[arm as Arm] += work;
      const every = slow?.every ?? Number.POSITIVE_INFINITY;
      const slowOnes = Math.floor((before + work) / every) - Math.floor(before / every);
      const slowMs = slowOnes === 0 ? 0 : slowOnes * (slow?.ms ?? 0);
      const durationUs = 1000 * (answerMs[arm as Arm] * Math.ceil(work / atOnce) + heldMs + slowMs);
      const { timeoutMs } = targets.get(arm).scenario;
      const timeout = durationUs > 1000 * timeoutMs ? 1 : 0;
      const errors = { connect: 0, timeout, closed: 0, protocol: 0, status: 0, body: 0 };
      const took = Math.min(durationUs, 1000 * timeoutMs);
      return { slices: [{ arm, good: work - timeout, durationUs: took, errors }], samples: [] };
    },
    close: async () => {},
    open: async (arm: Arm, { scenario }: { scenario: HttpScenario }) => {
      opened.push(`${arm} ${scenario.connections}`);
      return 'http1';
    },
  };
  for (const arm of BOTH) {
    servers.set(arm, {
      arm,
      endpoint: { kind: 'unix', path: '/s' },
      failure: (kind: 'no-answer', what: string, symptoms: Symptoms) =>
        new ServerFailure(arm, kind, what, null, symptoms),
      ended: () => null,
    });
  }
  const arms = { targets, servers, asked: new Map(), assertAlive: () => {} };
  return {
    opened,
    fit: (scenario: HttpScenario) => {
      for (const arm of BOTH) targets.set(arm, { scenario });
      return fitLoad(
        { generator } as unknown as RunContext,
        arms as unknown as LiveArms,
        scenario,
        BOTH,
      );
    },
  };
}

function load(connections: number, isNamed: boolean): HttpScenario {
  const scenario = httpScenario('default', { connections, requests: [httpRequest()] });
  return draftOf({ ...scenario, ...(isNamed ? {} : { connectionsNamed: false }) });
}

describe('a load that waits for itself', () => {
  it('A load that waits for itself gets fewer connections, both arms as many, where nobody named them', async () => {
    const { fit, opened } = live({ answerMs: { base: 200, head: 250 } });
    const lowered = await fit(load(32, false));
    assert.deepEqual(lowered, {
      kind: 'queue',
      lowered: { from: 32, to: 4, answerMs: 250, atOnce: 1, waitMs: 8000 },
    });
    assert.deepEqual(opened, ['base 4', 'head 4']);
  });

  it('A load that waits for itself is not changed where its connections are named, and fails with what would do', async () => {
    const { fit, opened } = live({ answerMs: { base: 1, head: 200 } });
    await assert.rejects(fit(load(32, true)), (failure: unknown) => {
      assert.ok(failure instanceof ServerFailure);
      assert.match(
        failure.message,
        /^head: an answer to GET \/ takes 200 ms, and the server works on one request at a time: of 32 connections the last waits 6\.4 s, and `timeout` is 5 s$/,
      );
      assert.deepEqual(failure.of('pilot').cure, {
        code: 'queue',
        connections: 20,
        timeoutMs: 13_000,
      });
      return true;
    });
    assert.deepEqual(opened, []);
  });

  it('A load of several kinds that waits for itself is known by the mean of them, however quick the first one is', async () => {
    const slow = { every: 5, ms: 1000 };
    const mix = (isNamed: boolean) => {
      const requests = ['/a', '/b', '/c', '/d', '/slow'].map((path) => httpRequest({ path }));
      return { ...load(32, isNamed), requests };
    };
    const { fit, opened } = live({ answerMs: { base: 2, head: 2 }, slow });
    const fitted = await fit(mix(false));
    assert.equal(fitted?.kind, 'queue');
    assert.deepEqual(new Set(opened), new Set(['base 5', 'head 5']));
    await assert.rejects(
      live({ answerMs: { base: 2, head: 2 }, slow }).fit(mix(true)),
      /base: an answer takes \d+ ms on average, and the server works on one request at a time: of 32 connections the last waits/,
    );
    // A quick mix stays as it is.
    assert.equal(await live({ answerMs: { base: 2, head: 2 } }).fit(mix(false)), null);
  });

  it('A load stays as it is before a server that is fast, or works on all of it at once', async () => {
    assert.equal(await live({ answerMs: { base: 5, head: 5 } }).fit(load(32, false)), null);
    const waiting = live({ answerMs: { base: 200, head: 200 }, atOnce: 32 });
    assert.equal(await waiting.fit(load(32, false)), null);
    assert.deepEqual(waiting.opened, []);
  });

  it('A server that keeps its five threads for idle connections is loaded with five, and so is the other arm', async () => {
    const threads = { base: 5, head: 5 };
    const { fit, opened } = live({ answerMs: { base: 1, head: 1 }, atOnce: 5, threads });
    assert.deepEqual(await fit(load(32, false)), {
      kind: 'held',
      held: { from: 32, to: 5, roundMs: 1207, fewerRoundMs: 7, isNamed: false },
    });
    assert.deepEqual(opened.slice(-2), ['base 5', 'head 5']);
  });

  it('Where idle connections keep threads for so long that others run into their timeout, it is loaded with as many as there are threads', async () => {
    const threads = { base: 5, head: 5 };
    const kept = live({ answerMs: { base: 1, head: 1 }, atOnce: 5, threads, keptMs: 1000 });
    assert.deepEqual(await kept.fit(load(32, false)), {
      kind: 'held',
      held: {
        from: 32,
        to: 5,
        roundMs: 5000,
        isCutOff: true,
        fewerRoundMs: 7,
        isNamed: false,
      },
    });
    assert.deepEqual(kept.opened.slice(-2), ['base 5', 'head 5']);
  });

  it('A number of connections that was named stays, and the better one is proposed', async () => {
    const { fit, opened } = live({ answerMs: { base: 1, head: 1 }, threads: { base: 16 } });
    const fitted = await fit(load(64, true));
    assert.ok(fitted?.kind === 'held');
    assert.equal(fitted.held.to, 16);
    assert.equal(fitted.held.isNamed, true);
    assert.equal(opened.at(-1), 'base 64');
    assert.ok(opened.every((one) => !one.startsWith('head')));
  });

  it('A head that keeps its threads for idle connections where base does not is not spared that load', async () => {
    const { fit, opened } = live({ answerMs: { base: 1, head: 1 }, threads: { head: 5 } });
    assert.equal(await fit(load(32, false)), null);
    assert.deepEqual(opened, []);
  });
});
