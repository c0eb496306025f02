/**
 * Code under test that reaches for the gate itself: the inspector, the log, the runner's files, the event, the results. The
 * verdict is what it would be, or invalid; never a pass that was not measured. No case measures: head never answers, and base
 * has a load that is over at once.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { makeSandbox } from '../support/git.ts';
import type { StepResult } from '../support/runner.ts';
import { HOSTILE_LINES, runnerCommands } from '../support/runner-commands.ts';
import { leftovers, QUICK, realBundle, runGate, type Scene } from './gate.ts';
import { fixtureFiles, SHORT_LOAD } from './repository.ts';

/** A server that does its harm in head alone, and then ends without an answer. */
const CONFIG = `servers:
  server:
    start: if [ -f evil.mjs ]; then exec node evil.mjs; fi; exec node server.js
    build: if [ -f build.mjs ]; then node build.mjs; fi
${SHORT_LOAD}`;

function evil(script: string, more: Record<string, string> = {}) {
  const config = { '.github/throughput-gate.yml': CONFIG };
  return { base: { ...fixtureFiles(), ...config, ...more }, head: { 'evil.mjs': script } };
}

describe('the bundled action and hostile code', { skip: process.platform !== 'linux' }, () => {
  const bundle = realBundle();

  test('A server that signals its parent and asks the inspector to exit with 0 finds none', async (t) => {
    const scene = await runGate(t, bundle(), {
      change: evil(`
        import { readFileSync } from 'node:fs';
        // The parent, and whoever started that: the gate is among them.
        for (let pid = process.ppid, up = 0; pid > 1 && up < 3; up++) {
          try { process.kill(pid, 'SIGUSR1'); } catch {}
          pid = Number(/^PPid:\\t(\\d+)/m.exec(readFileSync(\`/proc/\${pid}/status\`, 'utf8'))?.[1] ?? 1);
          // The test that plays the runner stands above the gate, and is no target.
          if (!/action\\.cjs/.test(readFileSync(\`/proc/\${pid}/cmdline\`, 'utf8'))) break;
        }
        for (let tries = 0; tries < 10; tries++) {
          try {
            // Whoever debugs something else on this machine is no target either.
            const pages = await (await fetch('http://127.0.0.1:9229/json')).json();
            const page = pages.find(({ title, url }) => /action\\.cjs/.test(title + url));
            const socket = new WebSocket(page.webSocketDebuggerUrl);
            await new Promise((resolve) => { socket.onopen = resolve; });
            socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'process.exit(0)' } }));
          } catch {}
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        console.log('the inspector was asked');
        process.exit(9);
      `),
      with: {},
    });
    assertInvalid(scene, /ended before it was ready \(exit code 9\)/);
    assert.match(scene.result.summary, /the inspector was asked/);
    assert.doesNotMatch(scene.result.stdout + scene.result.stderr, /Debugger/);
  });

  test('Nothing that a build or a server prints is a command to the runner', async (t) => {
    const print = `for (const line of ${JSON.stringify(HOSTILE_LINES)}) console.log(line);`;
    const scene = await runGate(t, bundle(), {
      change: evil(
        `${print} for (const line of ${JSON.stringify(HOSTILE_LINES.slice(0, 5))}) console.error(line); process.exit(9);`,
        { 'build.mjs': print },
      ),
      with: {},
    });
    assertInvalid(scene, /exit code 9/);
    const { stdout, stderr } = scene.result;
    const commands = [...runnerCommands(stdout), ...runnerCommands(stderr)];
    const names = new Set(commands.map(({ name }) => name));
    assert.deepEqual([...names].sort(), ['endgroup', 'error', 'group'], JSON.stringify(commands));
    for (const { name, data, properties } of commands) {
      if (name === 'group') assert.match(data, /^Build server \((base|head)\)$/);
      if (name === 'error') assert.equal(properties.title, 'Invalid: server/default');
    }
    assert.match(stdout, /## \[stop-commands\]x/, 'the lines themselves are in the log');
  });

  test('A build that finds the runner’s files makes the job invalid, and nothing of it stays', async (t) => {
    const scene = await runGate(t, bundle(), {
      change: {
        base: { ...fixtureFiles(), 'build.sh': 'true\n' },
        head: {
          'build.sh': [
            'env | grep -E "^(INPUT_|ACTIONS_|GITHUB_(OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)=)" && exit 8',
            'cd "$RUNNER_TEMP/_runner_file_commands"',
            'for file in set_output_*; do echo "verdict=unchanged" >> "$file"; done',
            'for file in set_env_*; do echo "LD_PRELOAD=/tmp/evil.so" >> "$file"; done',
            'for file in add_path_*; do rm "$file"; ln -s /etc/hostname "$file"; done',
            'for file in step_summary_*; do echo "# All is well" >> "$file"; done',
            // It ends the run before anything is measured.
            'exit 7',
          ].join('\n'),
        },
      },
      with: { ...QUICK, start: 'exec node server.js', build: 'sh build.sh' },
    });
    const words = /wrote into the runner’s files of this very step/;
    assertInvalid(scene, words);
    assert.equal(scene.result.followUp, '');
    assert.doesNotMatch(scene.result.summary, /All is well/);
    assert.equal(scene.result.outputs.confirmation, 'not-needed');
    const verdict = JSON.parse(readFileSync(scene.result.outputs['verdict-file'] ?? '', 'utf8'));
    assert.equal(verdict.verdict, 'invalid');
    const names = 'GITHUB_ENV, GITHUB_OUTPUT, GITHUB_PATH, GITHUB_STEP_SUMMARY';
    const [{ code, message }] = verdict.subjects[0].reasons;
    assert.equal(code, 'failed');
    assert.ok(message.includes(`(${names})`), message);
  });

  test('A build that overwrites the event and plants links in the results changes nothing', async (t) => {
    const scene = await runGate(t, bundle(), {
      change: {
        base: { ...fixtureFiles(), 'build.sh': 'true\n' },
        head: {
          'build.sh': [
            'echo "{ no json" > "$GITHUB_EVENT_PATH"',
            'echo precious > "$RUNNER_TEMP/victim"',
            'cd "$RUNNER_TEMP"/throughput-gate-results-*',
            'ln -s ../victim comment.md',
            'ln -s ../victim verdict.json',
            'mkdir -p summary.md/x',
            'exit 7',
          ].join('\n'),
        },
      },
      with: { ...QUICK, start: 'exec node server.js', build: 'sh build.sh' },
    });
    assertInvalid(scene, /build of server failed \(exit code 7\)/);
    const { outputs } = scene.result;
    for (const file of [outputs.report, outputs['verdict-file'], outputs['summary-file']]) {
      assert.ok(lstatSync(file ?? '').isFile(), file);
    }
    assert.equal(readFileSync(join(scene.step.temp, 'victim'), 'utf8'), 'precious\n');
    assert.doesNotMatch(scene.result.stdout, /could not be published/);
  });

  test('A build that writes its own load generator over the gate’s has nothing of it run, and no verdict', async (t) => {
    // Of this test alone, as it is spoilt by it.
    const { dir } = makeSandbox(t);
    const own = join(dir, 'action');
    cpSync(join(dirname(bundle()), '..'), own, { recursive: true });
    const proof = join(dir, 'it-ran');
    const scene = await runGate(t, join(own, 'dist', 'action.cjs'), {
      change: {
        base: { ...fixtureFiles(), 'build.sh': 'true\n' },
        head: {
          'build.sh': `echo "require('fs').writeFileSync('${proof}', '')" > '${own}/dist/generator.cjs'\n`,
        },
      },
      with: { ...QUICK, start: 'exec node server.js', build: 'sh build.sh' },
    });
    const { result } = scene;
    assert.notEqual(result.code, 0, result.stdout);
    assert.equal(result.outputs.verdict, 'invalid');
    assert.match(
      result.summary,
      /files of the gate itself were changed while it ran .*generator\.cjs/,
    );
    assert.ok(!existsSync(proof));
    assert.deepEqual(leftovers(scene), []);
  });

  test('Results that cannot be written and a GitHub that is down cost no verdict', async (t) => {
    const scene = await runGate(t, bundle(), {
      change: {
        base: { ...fixtureFiles(), 'build.sh': 'true\n' },
        // The folder's parent becomes a file: what a full disk and a folder without rights come to.
        head: { 'build.sh': 'rm -rf "$RUNNER_TEMP/deep"; : > "$RUNNER_TEMP/deep"; exit 7\n' },
      },
      with: {
        ...QUICK,
        start: 'exec node server.js',
        build: 'sh build.sh',
        out: '../step/_temp/deep/er',
      },
      github: { url: 'http://127.0.0.1:9', comments: [], requests: [] } as never,
    });
    const { result } = scene;
    assert.equal(result.code, 3, `${result.stdout}\n${result.stderr}`);
    assert.equal(result.outputs.verdict, 'invalid');
    assert.match(result.summary, /build of server failed \(exit code 7\)/);
    const said = result.annotations.map(({ message }) => message).join('\n');
    assert.match(said, /Results: .*verdict\.json: cannot be written/);
    assert.match(said, /No comment \(GitHub could not be reached/);
    assert.ok(!existsSync(join(scene.step.temp, 'deep', 'er')));
    assert.match(result.stdout, /Verdict: invalid, exit code 3/);
  });
});

function assertInvalid(scene: Scene & { result: StepResult }, message: RegExp): void {
  const { result, github } = scene;
  assert.equal(result.code, 3, `${result.stdout}\n${result.stderr}`);
  assert.equal(result.outputs.verdict, 'invalid');
  assert.match(result.summary, message);
  assert.equal(github.comments.length, 1, result.stdout);
  assert.match(github.comments[0]?.body ?? '', message);
  assert.equal(result.annotations[0]?.level, 'error', 'a failed job has an error on its page');
  assert.deepEqual(leftovers(scene), []);
}
