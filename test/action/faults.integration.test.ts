/** What goes wrong on the way to a verdict: said clearly, and nothing is left behind. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { markerOf } from '../../src/github/marker.ts';
import type { FakeGitHub } from '../support/fake-github.ts';
import type { StepResult } from '../support/runner.ts';
import {
  fakeGitHub,
  leftovers,
  processesOf,
  QUICK,
  realBundle,
  runGate,
  type Scene,
  scriptedBundle,
  startGate,
} from './gate.ts';
import { fixtureFiles, pullRequest, SHORT_LOAD, START, serverChange } from './repository.ts';

const CONFIG = '.github/throughput-gate.yml';
/** The key of the comment that `withOldVerdict` has. */
const OF_EARLIER_PUSH = { 'comment-key': 'throughput' } as const;

function withOldVerdict(t: TestContext): Promise<FakeGitHub> {
  const body = `${markerOf(OF_EARLIER_PUSH['comment-key'])}\nUnchanged. No action needed.`;
  return fakeGitHub(t, { comments: [{ issue: 7, body }] });
}

const SAME = serverChange('', '# nothing that matters\n');

describe('the bundled action', { skip: process.platform !== 'linux' && 'reads /proc' }, () => {
  const bundle = realBundle();
  const scripted = scriptedBundle();

  test('A config file with mistakes: all of them, beside their lines; nothing runs', async (t) => {
    const scene = await runGate(t, bundle(), {
      change: {
        base: fixtureFiles(),
        head: {
          [CONFIG]: [
            'servers:',
            '  api:',
            '    biuld: touch "$RUNNER_TEMP/built"',
            '    build: touch "$RUNNER_TEMP/built"',
            '    start: node server.js',
            'scenarios:',
            '  plain:',
            '    connections: many',
            'gate:',
            '  tolerance: 500%',
          ].join('\n'),
        },
      },
      with: {},
    });
    const { result, step, github } = scene;
    assert.equal(result.code, 2, result.stdout);
    assert.equal(result.outputs.verdict, 'invalid');
    const places = result.annotations.map(({ level, file, line }) => `${level} ${file}:${line}`);
    assert.deepEqual(
      places.sort(),
      [3, 8, 10].map((line) => `error ${CONFIG}:${line}`).sort(),
      result.stdout,
    );
    assert.match(result.annotations.map(({ message }) => message).join(), /biuld.*build/s);
    for (const { file, line } of result.annotations) {
      assert.ok(result.summary.includes(`${file}:${line}`), 'the summary has them as well');
    }
    assert.ok(!existsSync(join(step.temp, 'built')), 'nothing was built');
    // It looks for a comment of an earlier push, which would be out of date now, and makes none.
    assert.deepEqual(github.comments, []);
    assert.deepEqual(leftovers(scene), []);
  });

  test('Cancelled under load: ends by itself and leaves nothing', async (t) => {
    const scene = await startGate(t, bundle(), { change: SAME });
    await loaded(scene);
    scene.step.kill('SIGINT');
    const result = await scene.step.result;
    assert.equal(result.code, 130, result.stdout);
    assert.match(result.stdout, /interrupted by SIGINT/);
    assert.equal(result.outputs.verdict, 'invalid');
    assert.equal(result.stderr, '');
    assert.deepEqual(scene.github.comments, [], 'there was none to bring up to date');
    assert.deepEqual(leftovers(scene), []);
  });

  test('Signals of one moment are one, and a stubborn server is left by none of them', async (t) => {
    const scene = await startGate(t, bundle(), {
      change: SAME,
      with: { ...QUICK, start: `trap '' TERM INT; touch "$RUNNER_TEMP/stubborn"; sleep 600` },
    });
    await until(scene, () => existsSync(join(scene.step.temp, 'stubborn')));
    scene.step.kill('SIGINT');
    scene.step.kill('SIGTERM');
    const result = await scene.step.result;
    // The kernel need not deliver signals of one moment in their order.
    assert.ok([130, 143].includes(result.code as number), result.stdout);
    assert.match(result.stdout, /interrupted by SIG(INT|TERM); everything was cleaned up/);
    assert.deepEqual(leftovers(scene), []);
  });

  test('Cancelled as GitHub does it, by a second signal while the clean-up goes on: nothing is left, and no old verdict stands', async (t) => {
    const { base } = serverChange('', '');
    const hangs = `after: touch "$RUNNER_TEMP/hangs"; sleep 300`;
    const config = `servers:\n  api:\n    start: ${START}\n    ready: /health\n    ${hangs}\n`;
    const scene = await startGate(t, bundle(), {
      change: { base: { ...base, [CONFIG]: config }, head: { 'notes.txt': 'x\n' } },
      with: { ...OF_EARLIER_PUSH, budget: '5s', metrics: 'cpu', tolerance: '60%' },
      github: await withOldVerdict(t),
    });
    await loaded(scene);
    scene.step.kill('SIGINT');
    await until(scene, () => existsSync(join(scene.step.temp, 'hangs')));
    // Sooner, it would be taken for an echo of the first.
    await sleep(1000);
    scene.step.kill('SIGTERM');
    const { code, stdout, stderr } = await scene.step.result;
    assert.equal(code, 130, stdout);
    for (let tries = 0; tries < 600 && leftovers(scene).length > 0; tries++) await sleep(100);
    assert.deepEqual(leftovers(scene), []);
    const [comment] = scene.github.comments;
    // A machine that is too busy for the rest of the time leaves it to the watchdog, and says so.
    if (!stderr.includes('not waiting for the clean-up')) {
      assert.match(comment?.body ?? '', /was cancelled before it could judge the latest push/);
    }
  });

  for (const [what, wanted] of [
    ['is not what is checked out', { with: QUICK }],
    ['has an input with a slip in it', { with: { ...QUICK, comment: 'alway' } }],
  ] as const) {
    test(`A push that ${what} is not measured, and no old verdict stands beside it`, async (t) => {
      const scene = await runGate(t, bundle(), {
        change: SAME,
        event: (origin) => pullRequest(origin, { name: 'pull_request_target' }),
        at: { commit: 'base', depth: 1 },
        github: await withOldVerdict(t),
        with: { ...wanted.with, ...OF_EARLIER_PUSH },
      });
      assert.equal(scene.result.code, 2, scene.result.stdout);
      assert.match(scene.github.comments[0]?.body ?? '', /could not measure the latest push/);
    });
  }

  test('Where no comment is wanted, GitHub is asked for none when another input has a slip in it', async (t) => {
    const scene = await runGate(t, bundle(), {
      change: SAME,
      with: { ...QUICK, comment: 'never', seed: 'x' },
    });
    assert.equal(scene.result.code, 2, scene.result.stdout);
    assert.deepEqual(scene.github.requests, []);
  });

  test('Killed outright: the watchdog cleans up', async (t) => {
    const scene = await startGate(t, bundle(), { change: SAME });
    await loaded(scene);
    scene.step.kill('SIGKILL');
    const { signal } = await scene.step.result;
    assert.equal(signal, 'SIGKILL');
    for (let tries = 0; tries < 600 && leftovers(scene).length > 0; tries++) await sleep(100);
    assert.deepEqual(leftovers(scene), []);
  });

  test('A head that does not build: invalid, with the last lines of its build', async (t) => {
    const scene = await runGate(t, bundle(), {
      change: {
        base: { ...fixtureFiles(), 'knobs.env': '', 'build.sh': 'echo fine\n' },
        head: { 'build.sh': 'echo "server.ts(3,1): unexpected end of file" >&2\nexit 7\n' },
      },
      with: { ...QUICK, build: 'sh build.sh' },
    });
    assertInvalid(scene, /head: the build of server failed \(exit code 7\)/);
    assert.match(scene.result.summary, /server\.ts\(3,1\): unexpected end of file/);
  });

  test('A base that does not build: no baseline, said in the comment, and no failure', async (t) => {
    const scene = await runGate(t, scripted(), {
      change: {
        base: { ...fixtureFiles(), 'knobs.env': '', 'build.sh': 'echo "no such tool"; exit 7\n' },
        head: { 'build.sh': 'echo fine\n' },
      },
      with: { ...QUICK, build: 'sh build.sh' },
    });
    assertNoBaseline(scene, /base: the build of server failed \(exit code 7\)/);
    assert.match(scene.result.summary, /no such tool/);
  });

  test('A server that base does not have yet: no baseline', async (t) => {
    const moved = Object.entries(fixtureFiles()).map(([name, text]) => [`api/${name}`, text]);
    const scene = await runGate(t, scripted(), {
      change: { base: {}, head: Object.fromEntries(moved) },
      with: { ...QUICK, workdir: 'api', start: 'exec node server.js' },
    });
    assertNoBaseline(scene, /base: there is no folder api for server/);
  });

  test('A fork under pull_request_target is refused before anything runs', async (t) => {
    const scene = await runGate(t, bundle(), {
      change: SAME,
      event: (origin) => pullRequest(origin, { name: 'pull_request_target', fork: true }),
      at: { commit: 'head', depth: 1 },
      with: { ...QUICK, build: 'touch "$RUNNER_TEMP/built"' },
    });
    assert.equal(scene.result.code, 2, scene.result.stdout);
    assert.match(scene.result.annotations[0]?.message ?? '', /mallory\/app.*write token/s);
    assert.match(scene.result.summary, /mallory\/app/);
    assert.ok(!existsSync(join(scene.step.temp, 'built')));
    assert.deepEqual(scene.github.requests, []);
    assert.deepEqual(leftovers(scene), []);
  });

  test('A head that crashes at its start: invalid, and why', async (t) => {
    const config = `servers:
  api:
    start: ${START}
    ready: /health
${SHORT_LOAD}`;
    const { base } = serverChange('', '');
    const scene = await runGate(t, bundle(), {
      change: {
        base: { ...base, [CONFIG]: config },
        head: { 'knobs.env': 'KNOB_CRASH_AFTER=0\n' },
      },
      with: {},
    });
    assertInvalid(scene, /head: the server ended before it was ready \(exit code 3\)/);
    // What the server printed stands in the summary alone: it may hold secrets.
    const printed = /crashing after 0 requests/;
    assert.match(scene.result.summary, printed);
    assert.doesNotMatch(scene.github.comments[0]?.body ?? '', printed);
  });
});

/** Waits until both servers and the load generator are alive. */
function loaded(scene: Scene): Promise<void> {
  return until(scene, () => {
    const marked = processesOf(scene.step.temp).filter((one) => one.marked);
    const servers = marked.filter(({ command }) => command.startsWith('node server.js'));
    return servers.length === 2 && marked.some(({ command }) => command.includes('generator.cjs'));
  });
}

async function until({ step }: Scene, isSo: () => boolean): Promise<void> {
  let ended = false;
  step.result.then(() => {
    ended = true;
  });
  while (!isSo()) {
    if (ended) throw new Error(`ended before that:\n${step.stdout}`);
    await sleep(20);
  }
}

function assertInvalid(scene: Scene & { result: StepResult }, message: RegExp): void {
  const { result, github } = scene;
  assert.equal(result.code, 3, `${result.stdout}\n${result.stderr}`);
  assert.equal(result.outputs.verdict, 'invalid');
  assert.match(result.summary, message);
  assert.equal(github.comments.length, 1);
  assert.match(github.comments[0]?.body ?? '', message);
  assert.equal(result.annotations[0]?.level, 'error', 'a failed job has an error on its page');
  assert.deepEqual(leftovers(scene), []);
}

function assertNoBaseline(scene: Scene & { result: StepResult }, message: RegExp): void {
  const { result, github } = scene;
  assert.equal(result.code, 0, `${result.stdout}\n${result.stderr}`);
  assert.equal(result.outputs.verdict, 'no-baseline');
  assert.equal(github.comments.length, 1);
  assert.match(github.comments[0]?.body ?? '', /No baseline/i);
  assert.match(github.comments[0]?.body ?? '', message);
  assert.ok(result.annotations.every(({ level }) => level === 'notice'));
  assert.deepEqual(leftovers(scene), []);
}
