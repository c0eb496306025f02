import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { startLive } from '../../../src/measure/arms/running-arms.ts';
import { onCores, placesOf, startArm } from '../../../src/measure/context/run-context.ts';
import { chooseCores, scaledCores } from '../../../src/system/cpus/cores.ts';
import { parseCoreList } from '../../../src/system/cpus/cpu-topology.ts';
import { makeContext, SCENARIO } from '../run-context.ts';
import { node, OK, serverFor, until } from '../servers/sandbox.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

it('A run gives both arms environments of the same size, at every start', linux, async (t) => {
  const context = makeContext(t);
  const sizes = new Set<number>();
  for (const starts of [0, 8, 98, 9998]) {
    context.starts.count = starts;
    for (const arm of ['base', 'head'] as const) {
      await using running = await startArm(
        context,
        serverFor({ start: 'exec sleep 300' }),
        arm,
        'http1',
      );
      // The shell becomes it, and changes its environment a little.
      await until('it sleeps', () => commandOf(running.tree()[0]).startsWith('sleep'));
      const [pid] = running.tree();
      sizes.add(readFileSync(`/proc/${pid}/environ`).length);
    }
  }
  assert.equal(sizes.size, 1, [...sizes].join(', '));
});

it('Where both arms listen is known of a server before either is started, and stays', async (t) => {
  const context = makeContext(t);
  const server = serverFor({ start: 'true' });
  const places = await placesOf(context, server);
  assert.deepEqual(
    places.map(({ dir, socketPath }) => [dir, socketPath]),
    [
      [context.dirs.base, null],
      [context.dirs.head, null],
    ],
  );
  const ports = places.map(({ port }) => port);
  assert.notEqual(ports[0], ports[1]);
  assert.equal((await context.addresses.of(server, 'head')).port, ports[1]);
});

function commandOf(pid: number | undefined): string {
  return pid === undefined ? '' : readFileSync(`/proc/${pid}/cmdline`, 'utf8');
}

describe('a subject with cores of its own', () => {
  it(
    'A subject with cores of its own has its servers on them, and the load in as many processes as are left',
    linux,
    async (t) => {
      const whole = chooseCores();
      const context = makeContext(t);
      const targets: (number | null)[] = [];
      const generator = {
        ...context.generator,
        open: async (_: unknown, target: { processes: number | null }) => {
          targets.push(target.processes);
          return 'http1';
        },
        close: async () => {},
      };
      if (whole.generator === null) return t.skip('needs two cores');
      const cores = scaledCores(whole, 1);
      const before = allowed('self');
      const server = serverFor({ start: `exec ${node(OK)}` });
      const orders = { startOrder: ['head'], connectOrder: ['head'] } as const;
      await onCores({ ...context, generator }, cores, async (own) => {
        await using live = await startLive(own, server, SCENARIO, orders);
        const [pid] = live.servers.get('head')?.tree() ?? [];
        assert.deepEqual(parseCoreList(allowed(pid as number)), cores.servers);
        // This process stays off them.
        assert.deepEqual(parseCoreList(allowed('self')), cores.generator);
      });
      assert.equal(allowed('self'), before);
      assert.deepEqual(targets, [cores.generator?.length]);
      // The counter is the run's: markers never come twice.
      assert.equal(context.starts.count, 1);
    },
  );

  it('A subject with cores of its own gives the cores back after a failure, and changes nothing where there are none', async (t) => {
    const context = makeContext(t);
    assert.equal(await onCores(context, null, async (own) => own), context);
    const before = process.platform === 'linux' ? allowed('self') : '';
    const failing = onCores(context, chooseCores(), () => Promise.reject(new Error('no')));
    await assert.rejects(failing, /^Error: no$/);
    if (process.platform === 'linux') assert.equal(allowed('self'), before);
  });
});

function allowed(pid: number | 'self'): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] as string;
}
