/** How long the first load watches servers of several speeds, and when it gives one up: by a generator that only counts. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { LiveArms } from '../../../src/measure/arms/running-arms.ts';
import type { RunContext } from '../../../src/measure/context/run-context.ts';
import { ServerFailure, type Symptoms } from '../../../src/measure/failures/server-failure.ts';
import { watchWarmUp } from '../../../src/measure/pilot/warm-up.ts';
import { httpRequest, httpScenario } from '../../support/measurement.ts';

interface Habits {
  connections: number;
  /** After so many seconds of load. */
  answerMs: (seconds: number) => number;
  /** Of each load, before it begins. */
  openingMs?: number;
  tls?: boolean;
}

/** All connections are answered at once, each after that time. */
async function watch(
  t: TestContext,
  { connections, answerMs, openingMs = 0, tls = false }: Habits,
  warmUpMs = 0,
) {
  let nowMs = 1000;
  t.mock.method(performance, 'now', () => nowMs);
  const started = nowMs;
  const generator = {
    slices: async (_: unknown, work: number) => {
      const rounds = Math.ceil(work / connections);
      const durationUs = 1000 * rounds * answerMs((nowMs - started) / 1000);
      nowMs += openingMs + durationUs / 1000;
      const errors = { connect: 0, timeout: 0, closed: 0, protocol: 0, status: 0, body: 0 };
      return { slices: [{ arm: 'head', good: work, durationUs, errors }], samples: [] };
    },
  };
  const scenario = httpScenario('default', { connections, requests: [httpRequest()] });
  const own = {
    ...scenario,
    tls: tls ? { acceptSelfSigned: true, ca: null, serverName: null } : null,
  } as typeof scenario;
  const server = {
    arm: 'head',
    failure: (kind: 'connect', what: string, symptoms: Symptoms) =>
      new ServerFailure('head', kind, what, null, symptoms),
  };
  const live = {
    servers: new Map([['head', server]]),
    targets: new Map([['head', { scenario: own }]]),
    asked: new Map(),
    assertAlive: () => {},
  };
  const context = { generator, signal: new AbortController().signal };
  const seen = await watchWarmUp(
    context as unknown as RunContext,
    live as unknown as LiveArms,
    { scenario: own, warmUpMs },
    'head',
  );
  return { ...seen, tookS: (nowMs - started) / 1000 };
}

describe('the watch on the first load', () => {
  it('The watch on the first load takes a second or two of a quick server that is steady', async (t) => {
    const { tookS, observed } = await watch(t, { connections: 8, answerMs: () => 1 });
    assert.ok(tookS < 2, `${tookS}`);
    assert.equal(observed.steadyFrom, 0);
  });

  it('The watch on the first load takes seconds of a slow server too, with one answer on each connection in a window', async (t) => {
    for (const [answerMs, most] of [
      [200, 8],
      [1000, 8],
      [2000, 9],
      [10_000, 41],
    ] as const) {
      const { tookS, observed } = await watch(t, { connections: 8, answerMs: () => answerMs });
      assert.equal(observed.windowWork, 8);
      assert.ok(tookS <= most, `${answerMs}: ${tookS}`);
      assert.equal(observed.steadyFrom, 0);
    }
  });

  it('The watch on the first load ends in 7 s though the server never stops getting faster', async (t) => {
    for (const first of [10, 600]) {
      const { tookS, observed } = await watch(t, {
        connections: 8,
        answerMs: (seconds) => first * 0.9 ** seconds,
      });
      assert.ok(tookS <= 7, `${first}: ${tookS}`);
      assert.equal(observed.steadyFrom, null);
    }
  });

  it('The watch on the first load does not end because the windows of a server that got much faster are short', async (t) => {
    const { tookS, observed } = await watch(t, {
      connections: 8,
      answerMs: (seconds) => Math.max(1, 20 - 10 * seconds),
    });
    assert.notEqual(observed.steadyFrom, null);
    assert.ok(tookS >= 2.5 && tookS <= 7, `${tookS}`);
    assert.ok(observed.perSecond.length <= 60);
  });

  it('The watch on the first load goes on for as long as a warm-up was asked for, while the server gets faster', async (t) => {
    const habits = { connections: 8, answerMs: (seconds: number) => 10 * 0.95 ** seconds };
    const { tookS } = await watch(t, habits, 20_000);
    assert.ok(tookS >= 20 && tookS < 22, `${tookS}`);
  });

  it('The watch on the first load gives a server up whose connections never all open, and names the TLS handshakes', async (t) => {
    const habits = { connections: 8, answerMs: () => 1, openingMs: 5000 };
    await assert.rejects(watch(t, { ...habits, tls: true }), (failure: unknown) => {
      assert.ok(failure instanceof ServerFailure);
      assert.match(failure.message, /others are not after 5000 ms.*TLS handshakes/);
      assert.equal(failure.of('pilot').cure?.code, 'handshake-unfinished');
      return true;
    });
  });

  it('The watch on the first load does not mind connections that open late but in time', async (t) => {
    const habits = { connections: 8, answerMs: () => 1, openingMs: 1000 };
    assert.equal((await watch(t, habits)).observed.steadyFrom, 0);
  });
});
