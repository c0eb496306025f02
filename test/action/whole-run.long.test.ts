/**
 * The bundle as it is released, with real servers and real load: order, counts, an exit code that follows the verdict,
 * nothing left behind; and a change so large that no machine's noise decides.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { FAKE_CREDENTIALS, FAKE_TOKEN } from '../support/runner.ts';
import { leftovers, QUICK, readResults, realBundle, runGate, startGate } from './gate.ts';
import { START, serverChange } from './repository.ts';

describe('the bundled action, on real servers', {
  skip: process.platform !== 'linux' && 'reads /proc',
}, () => {
  const bundle = realBundle();

  test('An unchanged server: the exit code and the comment follow the verdict, and nothing is left', async (t) => {
    const scene = await startGate(t, bundle(), {
      change: serverChange('', '# nothing that matters\n'),
      with: {
        ...QUICK,
        build: 'env > "$RUNNER_TEMP/build.env"',
        start: `env > "$RUNNER_TEMP/server.env"; ${START}`,
      },
    });
    const { code, outputs, stdout, stderr } = await scene.step.result;
    assert.equal(stderr, '');
    const { verdict, commentText } = readResults(outputs);
    assert.equal(outputs.verdict, verdict.verdict);
    assert.equal(code, { regression: 1, invalid: 3 }[verdict.verdict as string] ?? 0, stdout);
    assert.equal(verdict.subjects[0]?.blocks, 4);
    assert.equal(scene.github.comments.length, 1);
    assert.ok(scene.github.comments[0]?.body.endsWith(commentText), 'the comment is comment.md');
    assert.deepEqual(leftovers(scene), []);

    for (const name of ['build.env', 'server.env']) {
      const seen = readFileSync(join(scene.step.temp, name), 'utf8');
      assert.match(seen, /^THROUGHPUT_GATE_RUN=/m, `${name} was written by our process`);
      assert.doesNotMatch(seen, /^INPUT_/m);
      for (const secret of [FAKE_TOKEN, ...Object.values(FAKE_CREDENTIALS)]) {
        assert.ok(!seen.includes(secret), `${name} holds ${secret}`);
      }
    }
  });

  test('A server that does much more work: a regression', async (t) => {
    const scene = await runGate(t, bundle(), {
      change: serverChange('', 'KNOB_CPU_ITERATIONS=12000\n'),
      with: { ...QUICK, tolerance: '20%' },
    });
    assert.equal(scene.result.code, 1, scene.result.stdout);
    assert.equal(readResults(scene.result.outputs).verdict.verdict, 'regression');
    assert.match(scene.github.comments[0]?.body ?? '', /Regression: `server\/default`/);
    assert.deepEqual(leftovers(scene), []);
  });
});
