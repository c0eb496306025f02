import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { machineMs, noErrors } from '../../../src/load/session.ts';
import { parseCoreList } from '../../../src/system/cpu-topology.ts';
import { PrintedError } from '../../../src/system/printed.ts';
import { MARKER } from '../../../src/system/process-tree.ts';
import { commandBench, FIGURES, isAlive, until } from './bench.ts';

const onLinux = process.platform === 'linux' ? false : 'needs /proc';

describe('a command session', () => {
  it('runs the command once for a slice, whatever the work, and reports its figures', async () => {
    const command = `echo run >> runs; printf 'requests 100 count\\nerrors 3 count\\nduration 5 ms\\nlatency_p50 2 ms\\n'`;
    using bench = commandBench({ command });
    assert.equal(bench.session.engine, 'command');
    await bench.session.open();
    assert.deepEqual(readdirSync(bench.root), [], 'opening runs nothing');
    for (const work of [1, 1000]) {
      const before = machineMs();
      const { startedAtMs, generatorCpuUs, ...slice } = await bench.session.slice(work);
      assert.deepEqual(slice, {
        durationUs: 5000,
        good: 97,
        errors: { ...noErrors(), status: 3 },
        medianLatencyUs: 2000,
        meanLatencyUs: null,
        gaveUp: null,
      });
      assert.ok(startedAtMs >= before && startedAtMs < machineMs());
      assert.ok(generatorCpuUs >= 0);
      bench.session.rest();
    }
    assert.equal(bench.file('runs'), 'run\nrun\n');
    assert.match(bench.heard[0] ?? '', /^status: command counted 3 of 100: requests with another/);
  });

  it('runs in the root, with its own environment and the address', async () => {
    const command = `printf '%s ' "$PWD" "$HOME" "$GREETING" '{url}' {host} > seen; ${FIGURES}`;
    const env = { ...process.env, HOME: '/nowhere', GREETING: 'hello you', [MARKER]: 'run-1.' };
    using bench = commandBench(
      { command: `${command}; echo "# $${MARKER}" > marker`, path: '/x' },
      { env },
    );
    await bench.session.slice(1);
    const url = 'http://127.0.0.1:4711/x';
    assert.equal(bench.file('seen'), `${bench.root} /nowhere hello you ${url} 127.0.0.1 `);
    assert.match(bench.file('marker'), /^# run-1\.load-[0-9a-f]{12}\.1\.\n$/);
  });

  it('counts the CPU time of what it ran, for the time of its load', {
    skip: onLinux,
  }, async () => {
    const command = `(i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done); ${FIGURES}`;
    using bench = commandBench({ command }, { cores: [0] });
    const { generatorCpuUs, durationUs } = await bench.session.slice(1);
    assert.ok(generatorCpuUs > 0 && generatorCpuUs <= 1.2 * durationUs, `${generatorCpuUs} µs`);
  });

  it('keeps the tool on its cores', { skip: onLinux }, async () => {
    const command = `grep Cpus_allowed_list /proc/self/status > cores; ${FIGURES}`;
    const [core] = parseCoreList('0') as [number];
    using bench = commandBench({ command }, { cores: [core] });
    await bench.session.slice(1);
    assert.equal(bench.file('cores').split(/\s+/)[1], '0');
  });

  it('lets a tool write to /dev/stdout by its name', async () => {
    using bench = commandBench({ command: `echo words; ${FIGURES} > /dev/stdout` });
    assert.equal((await bench.session.slice(1)).good, 100);
    using appending = commandBench({ command: `${FIGURES} > /dev/stdout; echo '# words'` });
    assert.equal((await appending.session.slice(1)).good, 100);
  });

  it('does not open where it cannot run', async () => {
    using bench = commandBench({ command: FIGURES });
    bench[Symbol.dispose]();
    await assert.rejects(bench.session.open(), /^Error: the load command cannot run in .*ENOENT/);
  });

  it('leaves no file behind', async () => {
    using bench = commandBench({ command: FIGURES });
    const { TMPDIR } = process.env;
    const scratch = path.join(bench.root, 'scratch');
    mkdirSync(scratch);
    process.env.TMPDIR = scratch;
    try {
      await bench.session.slice(1);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
    assert.deepEqual(readdirSync(scratch), []);
  });
});

describe('a run that fails', () => {
  for (const [what, command, message, printed] of [
    [
      'exits',
      'echo one; echo two >&2; exit 3',
      /^the load command failed, `echo .*`: exit code 3$/,
      ['two'],
    ],
    ['exits in silence', 'exit 1', /exit code 1 \(it printed nothing\)$/],
    ['says why on stdout', 'echo why; false', /exit code 1$/, ['why']],
    ['dies', 'kill -9 $$', /: SIGKILL \(it printed nothing\)$/],
    ['is not installed', 'no-such-tool {url}', /`no-such-tool http.*`: exit code 127$/],
    ['stops at its first failing line', `false\n${FIGURES}`, /exit code 1/],
    ['prints nothing', 'true', /as `lines`: it is empty$/],
    ['prints something else', 'echo fast', /no metric that is known in line 1/, ['fast']],
    [
      'is longer than itself',
      `${FIGURES} | sed 's/1 ms/60 s/'`,
      /speaks of 60\.00 s of load, but it ran for 0\.\d\d s only$/,
    ],
    ['prints too much', 'head -c 17000000 /dev/zero; sleep 100', /it printed more than 16 MiB/],
    ['prints too much at once', 'head -c 17000000 /dev/zero', /it printed more than 16 MiB/],
  ] as [string, string, RegExp, string[]?][]) {
    it(`is an error: it ${what}`, async () => {
      using bench = commandBench({ command });
      await assert.rejects(bench.session.slice(1), (error) => {
        assert.ok(error instanceof PrintedError);
        assert.match(error.message, message);
        const printedLines = error.printed.filter(({ by }) => by === 'load command');
        const lines = printedLines.flatMap((excerpt) => excerpt.lines);
        if (printed !== undefined) assert.deepEqual(lines, printed);
        return true;
      });
      assert.deepEqual(bench.heard, [], 'no request failed');
    });
  }

  it('may be followed by one that does not', async () => {
    using bench = commandBench({
      command: `test -e again || { touch again; exit 1; }; ${FIGURES}`,
    });
    await assert.rejects(bench.session.slice(1), /exit code 1/);
    assert.equal((await bench.session.slice(1)).good, 100);
  });

  it('is not one that complains at length', async () => {
    using bench = commandBench({
      command: `head -c 40000000 /dev/zero >&2; sleep 0.2; ${FIGURES}`,
    });
    assert.equal((await bench.session.slice(1)).good, 100);
  });
});

describe('the processes of a run', () => {
  const LEFT =
    'sleep 1000 & echo $! >> pids; trap "" TERM; sh -c \'trap "" TERM; sleep 1000\' & echo $! >> pids;';
  const pids = (text: string) => text.trim().split('\n').map(Number);

  it('end with it', async () => {
    using bench = commandBench({ command: `${LEFT} ${FIGURES}` });
    await bench.session.slice(1);
    const left = pids(bench.file('pids'));
    assert.equal(left.length, 2);
    assert.deepEqual(left.filter(isAlive), []);
  });

  it('end with it also when they left its group', { skip: onLinux }, async () => {
    const daemon = 'setsid sh -c "echo \\$\\$ >> pids; exec sleep 1000" > /dev/null 2>&1 &';
    using bench = commandBench({
      command: `${daemon} while [ ! -s pids ]; do sleep 0.01; done; ${FIGURES}`,
    });
    await bench.session.slice(1);
    assert.deepEqual(pids(bench.file('pids')).filter(isAlive), []);
  });

  it('end when it takes too long', async () => {
    using bench = commandBench({ command: `${LEFT} echo half; sleep 1000`, timeoutMs: 300 });
    await assert.rejects(bench.session.slice(1), {
      message: /: not done after 0\.3 s$/,
      printed: [{ by: 'load command', lines: ['half'] }],
    });
    assert.deepEqual(pids(bench.file('pids')).filter(isAlive), []);
  });

  it('end with the session', async () => {
    using bench = commandBench({ command: `${LEFT} echo ready > ready; sleep 1000` });
    const slice = bench.session.slice(1);
    const ready = () => readdirSync(bench.root).includes('ready');
    await until(ready);
    await assert.rejects(bench.session.slice(1), /a slice is already running/);
    bench.session[Symbol.dispose]();
    await assert.rejects(slice, /`: the session was closed/);
    assert.deepEqual(pids(bench.file('pids')).filter(isAlive), []);
    await assert.rejects(bench.session.slice(1), /the session is closed/);
  });
});
