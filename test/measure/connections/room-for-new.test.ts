import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LiveArms } from '../../../src/measure/arms/running-arms.ts';
import { fitRoom } from '../../../src/measure/connections/room-for-new.ts';
import type { RunContext } from '../../../src/measure/context/run-context.ts';
import { ServerFailure, type Symptoms } from '../../../src/measure/failures/server-failure.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import { httpRequest, httpScenario } from '../../support/measurement.ts';

const BOTH: Arm[] = ['base', 'head'];
const PORTS: Record<Arm, number> = { base: 8000, head: 8001 };

/** Each arm's queue holds so many new connections, and each load of more than that finds it full. */
function live(room: Record<Arm, number>, arms: readonly Arm[] = BOTH) {
  const opened: string[] = [];
  const dropped: Record<Arm, number> = { base: 0, head: 0 };
  const targets = new Map();
  const servers = new Map();
  const generator = {
    slices: async ([arm]: [Arm], work: number) => {
      const { connections } = targets.get(arm).scenario;
      dropped[arm] += Math.max(0, connections - room[arm]);
      const errors = { connect: 0, timeout: 0, closed: 0, protocol: 0, status: 0, body: 0 };
      return { slices: [{ arm, good: work, durationUs: 100 * work, errors }], samples: [] };
    },
    close: async () => {},
    open: async (arm: Arm, { scenario }: { scenario: { connections: number } }) => {
      opened.push(`${arm} ${scenario.connections}`);
      return 'http1';
    },
  };
  const scenario = httpScenario('default', { connections: 32, requests: [httpRequest()] });
  for (const arm of arms) {
    targets.set(arm, { scenario });
    servers.set(arm, {
      arm,
      endpoint: { kind: 'tcp', port: PORTS[arm] },
      failure: (kind: 'no-answer', what: string, symptoms: Symptoms) =>
        new ServerFailure(arm, kind, what, null, symptoms),
      ended: () => null,
    });
  }
  const alive = { targets, servers, asked: new Map(), assertAlive: () => {} };
  const queueOf = (port: number) => {
    const arm = port === PORTS.base ? 'base' : 'head';
    return { length: room[arm], dropped: dropped[arm] };
  };
  const context = { generator } as unknown as RunContext;
  const running = alive as unknown as LiveArms;
  return {
    opened,
    queueOf,
    fit: (mayLower: boolean) =>
      fitRoom(context, running, scenario, { arms, reference: 'base', mayLower }, queueOf),
  };
}

function isHeads(holds: number): (failure: unknown) => boolean {
  return (failure) => {
    assert.ok(failure instanceof ServerFailure);
    assert.match(
      failure.message,
      new RegExp(`^head: the server's queue of new connections holds ${holds}, and \\d+`),
    );
    assert.deepEqual(failure.of('pilot').cure, { code: 'listen-queue', connections: holds });
    return true;
  };
}

describe('a load that finds no room for its new connections', () => {
  it('A load that finds no room at base gets fewer connections, both arms as many', async () => {
    const { fit, opened } = live({ base: 5, head: 5 });
    assert.deepEqual(await fit(true), {
      kind: 'full',
      full: { from: 32, to: 5, overflows: 27, requests: 128 },
    });
    assert.deepEqual(opened, ['base 5', 'head 5']);
  });

  it('A load that finds no room at head alone is not lowered for it', async () => {
    const { fit, opened } = live({ base: 128, head: 5 });
    await assert.rejects(fit(true), isHeads(5));
    assert.deepEqual(opened, []);
  });

  it('A head with no room where base was met before it, and has room, is told', async () => {
    const { fit } = live({ base: 128, head: 5 }, ['head']);
    await assert.rejects(fit(true), isHeads(5));
  });

  it('A head with less room than the base that the load was lowered for is told', async () => {
    const { fit, opened } = live({ base: 10, head: 5 });
    await assert.rejects(fit(true), isHeads(5));
    assert.deepEqual(opened, ['base 10', 'head 10']);
  });

  it('A head with more room than the base that the load was lowered for goes on', async () => {
    const { fit, opened } = live({ base: 5, head: 10 });
    assert.equal((await fit(true))?.kind, 'full');
    assert.deepEqual(opened, ['base 5', 'head 5']);
  });

  it('Connections that were named, or were lowered before, stay, and both arms fail', async () => {
    const { fit, opened } = live({ base: 5, head: 5 });
    await assert.rejects(fit(false), /base: .* holds 5.*head: .* holds 5/s);
    assert.deepEqual(opened, []);
  });
});
