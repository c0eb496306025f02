/** Runs that end only after seconds of load or of waiting: said clearly, and nothing is left behind. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { leftovers, realBundle, runGate, startGate } from './gate.ts';
import { SHORT_LOAD, START, serverChange } from './repository.ts';

describe('the bundled action, at length', {
  skip: process.platform !== 'linux' && 'reads /proc',
}, () => {
  const bundle = realBundle();

  test('Cancelled while blocks are measured: ends by itself and leaves nothing', async (t) => {
    const scene = await startGate(t, bundle(), {
      change: serverChange('', '# nothing that matters\n'),
    });
    await scene.step.printed(/judged after/);
    scene.step.kill('SIGINT');
    const result = await scene.step.result;
    assert.equal(result.code, 130, result.stdout);
    assert.match(result.stdout, /interrupted by SIGINT/);
    assert.equal(result.outputs.verdict, 'invalid');
    assert.deepEqual(scene.github.comments, [], 'there was none to bring up to date');
    assert.deepEqual(leftovers(scene), []);
  });

  for (const [what, knob, message] of [
    [
      'does not listen in time',
      'KNOB_START_DELAY_MS=600000',
      /head: not ready on port \d+ after 4 s: nothing listens there.*`?ready\.timeout/s,
    ],
    [
      'listens elsewhere',
      'PORT=0',
      /head: not ready on port \d+ after 4 s: it listens on port \d+/s,
    ],
  ] as const) {
    test(`A head that ${what}: invalid, and why`, async (t) => {
      const config = `servers:
  api:
    start: ${START}
    ready: { path: /health, timeout: 4s }
${SHORT_LOAD}`;
      const { base } = serverChange('', '');
      const scene = await runGate(t, bundle(), {
        change: {
          base: { ...base, '.github/throughput-gate.yml': config },
          head: { 'knobs.env': `${knob}\n` },
        },
        with: {},
      });
      const { result, github } = scene;
      assert.equal(result.code, 3, `${result.stdout}\n${result.stderr}`);
      assert.equal(result.outputs.verdict, 'invalid');
      assert.match(result.summary, message);
      assert.match(github.comments[0]?.body ?? '', message);
      assert.deepEqual(leftovers(scene), []);
    });
  }
});
