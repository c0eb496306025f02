import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe } from 'node:test';
import { machineMs, noErrors } from '../../../src/load/session.ts';
import { PrintedError } from '../../../src/system/messages/printed.ts';
import { MARKER } from '../../../src/system/processes/process-tree.ts';
import { it } from '../../support/unless-late.ts';
import { coresFor } from '../servers.ts';
import { commandHarness, FIGURES, isAlive, until } from './harness.ts';

const onLinux = process.platform === 'linux' ? false : 'needs /proc';
/** One core that this process may use: a container may have no core 0. */
const CORES = onLinux ? [] : coresFor(1);

describe('a command session', () => {
  it('A command session runs the command once for a slice, whatever the work, and reports its figures', async () => {
    const command = `echo run >> runs; printf 'requests 100 count\\nerrors 3 count\\nduration 5 ms\\nlatency_p50 2 ms\\n'`;
    using harness = commandHarness({ command });
    assert.equal(harness.session.engine, 'command');
    await harness.session.open();
    assert.deepEqual(readdirSync(harness.root), [], 'opening runs nothing');
    for (const work of [1, 1000]) {
      const before = machineMs();
      const { startedAtMs, generatorCpuUs, ...slice } = await harness.session.slice(work);
      assert.deepEqual(slice, {
        durationUs: 5000,
        good: 97,
        errors: { ...noErrors(), status: 3 },
        resent: 0,
        medianLatencyUs: 2000,
        meanLatencyUs: null,
        gaveUp: null,
      });
      assert.ok(startedAtMs >= before && startedAtMs < machineMs());
      assert.ok(generatorCpuUs >= 0);
      harness.session.rest();
    }
    assert.equal(harness.file('runs'), 'run\nrun\n');
    assert.match(
      harness.heard[0] ?? '',
      /^status: command counted 3 of 100: requests with another/,
    );
  });

  it('A command session runs in the root, with its own environment and the address', async () => {
    const command = `printf '%s ' "$PWD" "$HOME" "$GREETING" '{url}' {host} > seen; ${FIGURES}`;
    const env = { ...process.env, HOME: '/nowhere', GREETING: 'hello you', [MARKER]: 'run-1.' };
    using harness = commandHarness(
      { command: `${command}; echo "# $${MARKER}" > marker`, path: '/x' },
      { env },
    );
    await harness.session.slice(1);
    const url = 'http://127.0.0.1:4711/x';
    assert.equal(harness.file('seen'), `${harness.root} /nowhere hello you ${url} 127.0.0.1 `);
    assert.match(harness.file('marker'), /^# run-1\.load-[0-9a-f]{12}\.1\.\n$/);
  });

  it('A command session counts the CPU time of what it ran, for the time of its load', {
    skip: onLinux,
  }, async () => {
    const command = `(i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done); ${FIGURES}`;
    using harness = commandHarness({ command }, { cores: CORES });
    const { generatorCpuUs, durationUs } = await harness.session.slice(1);
    assert.ok(generatorCpuUs > 0 && generatorCpuUs <= 1.2 * durationUs, `${generatorCpuUs} µs`);
  });

  it('A command session keeps the tool on its cores', { skip: onLinux }, async () => {
    const command = `grep Cpus_allowed_list /proc/self/status > cores; ${FIGURES}`;
    using harness = commandHarness({ command }, { cores: CORES });
    await harness.session.slice(1);
    assert.equal(harness.file('cores').split(/\s+/)[1], String(CORES[0]));
  });

  it('A command session lets a tool write to /dev/stdout by its name', async () => {
    using harness = commandHarness({ command: `echo words; ${FIGURES} > /dev/stdout` });
    assert.equal((await harness.session.slice(1)).good, 100);
    using appending = commandHarness({ command: `${FIGURES} > /dev/stdout; echo '# words'` });
    assert.equal((await appending.session.slice(1)).good, 100);
  });

  it('A command session does not open where it cannot run', async () => {
    using harness = commandHarness({ command: FIGURES });
    harness[Symbol.dispose]();
    await assert.rejects(harness.session.open(), /^Error: the load command cannot run in .*ENOENT/);
  });

  it('A command session leaves no file behind', async () => {
    using harness = commandHarness({ command: FIGURES });
    const { TMPDIR } = process.env;
    const scratch = path.join(harness.root, 'scratch');
    mkdirSync(scratch);
    process.env.TMPDIR = scratch;
    try {
      await harness.session.slice(1);
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
      /speaks of 60\.00 s of load, but it ran for [\d.]+ s only$/,
    ],
    ['prints too much', 'head -c 17000000 /dev/zero; sleep 100', /it printed more than 16 MiB/],
    ['prints too much at once', 'head -c 17000000 /dev/zero', /it printed more than 16 MiB/],
  ] as [string, string, RegExp, string[]?][]) {
    it(`A run that fails is an error: it ${what}`, async () => {
      using harness = commandHarness({ command });
      await assert.rejects(harness.session.slice(1), (error) => {
        assert.ok(error instanceof PrintedError);
        assert.match(error.message, message);
        const printedLines = error.printed.filter(({ by }) => by === 'load command');
        const lines = printedLines.flatMap((excerpt) => excerpt.lines);
        if (printed !== undefined) assert.deepEqual(lines, printed);
        return true;
      });
      assert.deepEqual(harness.heard, [], 'no request failed');
    });
  }

  it('A run that fails may be followed by one that does not', async () => {
    using harness = commandHarness({
      command: `test -e again || { touch again; exit 1; }; ${FIGURES}`,
    });
    await assert.rejects(harness.session.slice(1), /exit code 1/);
    assert.equal((await harness.session.slice(1)).good, 100);
  });

  it('A run that fails is not one that complains at length', async () => {
    using harness = commandHarness({
      command: `head -c 40000000 /dev/zero >&2; sleep 0.2; ${FIGURES}`,
    });
    assert.equal((await harness.session.slice(1)).good, 100);
  });
});

describe('the processes of a run', () => {
  const LEFT =
    'sleep 1000 & echo $! >> pids; trap "" TERM; sh -c \'trap "" TERM; sleep 1000\' & echo $! >> pids;';
  const pids = (text: string) => text.trim().split('\n').map(Number);

  it('The processes of a run end with it', async () => {
    using harness = commandHarness({ command: `${LEFT} ${FIGURES}` });
    await harness.session.slice(1);
    const left = pids(harness.file('pids'));
    assert.equal(left.length, 2);
    assert.deepEqual(left.filter(isAlive), []);
  });

  it('The processes of a run end with it also when they left its group', {
    skip: onLinux,
  }, async () => {
    const daemon = 'setsid sh -c "echo \\$\\$ >> pids; exec sleep 1000" > /dev/null 2>&1 &';
    using harness = commandHarness({
      command: `${daemon} while [ ! -s pids ]; do sleep 0.01; done; ${FIGURES}`,
    });
    await harness.session.slice(1);
    assert.deepEqual(pids(harness.file('pids')).filter(isAlive), []);
  });

  it('The processes of a run end when it takes too long', async () => {
    using harness = commandHarness({ command: `${LEFT} echo half; sleep 1000`, timeoutMs: 300 });
    await assert.rejects(harness.session.slice(1), {
      message: /: not done after 0\.3 s$/,
      printed: [{ by: 'load command', lines: ['half'] }],
    });
    assert.deepEqual(pids(harness.file('pids')).filter(isAlive), []);
  });

  it('The processes of a run end with the session', async () => {
    using harness = commandHarness({ command: `${LEFT} echo ready > ready; sleep 1000` });
    const slice = harness.session.slice(1);
    const ready = () => readdirSync(harness.root).includes('ready');
    await until(ready);
    await assert.rejects(harness.session.slice(1), /a slice is already running/);
    harness.session[Symbol.dispose]();
    await assert.rejects(slice, /`: the session was closed/);
    assert.deepEqual(pids(harness.file('pids')).filter(isAlive), []);
    await assert.rejects(harness.session.slice(1), /the session is closed/);
  });
});
