/** A limit of open files that a load's connections do not fit in is told before anything is built. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Scenario } from '../../src/config/experiment/scenario.ts';
import { openFileProblems } from '../../src/preflight/open-files.ts';
import { target } from '../load/servers.ts';
import { serverFor } from '../measure/servers/sandbox.ts';

const server = serverFor({ start: 'x' });

function problems(
  connections: number,
  openFiles: number | null,
  {
    processes = 1,
    ...more
  }: {
    processes?: number;
    pairs?: 'live' | 'exclusive';
    protocol?: 'http1' | 'http2' | 'http3';
  } = {},
): string[] {
  const { pairs = 'live', protocol = 'http1' } = more;
  const scenario = { ...target(1).scenario, name: 'many', connections, protocol } as Scenario;
  const subjects = [{ server: server.name, scenario: 'many' }] as never;
  const experiment = { servers: [{ ...server, pairs }], scenarios: [scenario], subjects };
  const found = openFileProblems(experiment, processes, () => openFiles);
  return found.map(({ message, hint }) => `${message} | ${hint}`);
}

it('The preflight names what is needed, what there is and the limit to raise', () => {
  const [said, ...others] = problems(1000, 1024);
  assert.equal(others.length, 0);
  assert.match(
    said ?? '',
    /^scenario many: a process of the load generator needs about 3,040 open files for its connections, and may have 1,024 \| Raise .*`ulimit -Hn 4096`/,
  );
});

it('The preflight counts both builds where both are alive, and the opening burst where there is one', () => {
  assert.deepEqual(problems(1000, 3040), []);
  assert.equal(problems(1000, 3039).length, 1);
  assert.deepEqual(problems(1000, 2040, { pairs: 'exclusive' }), []);
  assert.equal(problems(1000, 2039, { pairs: 'exclusive' }).length, 1);
  assert.deepEqual(problems(1000, 1540, { processes: 4 }), []);
  assert.deepEqual(problems(1000, 2040, { protocol: 'http2' }), []);
  assert.deepEqual(problems(1000, 256, { protocol: 'http3' }), []);
});

it('The preflight says nothing where there is no limit', () => {
  assert.deepEqual(problems(10_000, null), []);
});

it('A limit that is too low for few connections is told too, before a helper process cannot be started', () => {
  assert.deepEqual(problems(8, 64), []);
  assert.match(
    problems(8, 40)[0] ?? '',
    /needs about 64 open files for its connections, and may have 40 \| Raise .*`ulimit -Hn 64`/,
  );
});
