/** The action as the first and as the second of two jobs, on scripted servers. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { repeat } from '../support/block.ts';
import { buildMeasurement } from '../support/measurement.ts';
import { leftovers, QUICK, runGate, scriptedBundle } from './gate.ts';
import { type Origin, pullRequest, scriptedChange, serverChange } from './repository.ts';

describe('the bundled action', { skip: process.platform !== 'linux' && 'reads /proc' }, () => {
  const bundle = scriptedBundle();

  test('A first job passes, asks for a second one, and says so', async (t) => {
    const scene = await runGate(t, bundle(), {
      change: scriptedChange({ rate: 25_000, cpuUs: 32 }),
      with: { ...QUICK, tolerance: '20%', 'on-regression': 'confirm-on-fresh-runner' },
    });
    const { code, outputs, annotations, summary, stdout } = scene.result;
    assert.equal(code, 0, stdout);
    assert.deepEqual([outputs.verdict, outputs.confirmation], ['regression', 'needed']);
    assert.deepEqual(
      annotations
        .filter(({ level }) => level !== 'notice')
        .map(({ level, title }) => [level, title]),
      [['warning', 'Slowdown, not confirmed yet: server/default']],
    );
    assert.match(scene.github.comments[0]?.body ?? '', /nothing is blocked yet/);
    assert.match(summary, /nothing is blocked yet/);
    assert.match(stdout, /^Verdict: regression, to be confirmed on a fresh runner, exit code 0$/m);
    assert.deepEqual(leftovers(scene), []);
  });

  /** A pull request of which a first job has found nothing, in `file`. */
  function unchangedIn(file: string, head: 'merge' | 'head') {
    return (origin: Origin) => {
      const sources = {
        head: { commit: origin[head], description: 'HEAD' },
        base: { commit: origin.base, description: 'first parent of the merge commit' },
      };
      const measurement = buildMeasurement({ subjects: [{ blocks: repeat({}, 20) }] });
      writeFileSync(file, JSON.stringify({ ...measurement, sources }));
      return pullRequest(origin);
    };
  }

  test('A second job with nothing to confirm passes at once, and leaves the comment alone', async (t) => {
    const file = join(dirname(bundle()), 'unchanged.json');
    const scene = await runGate(t, bundle(), {
      change: scriptedChange({ rate: 25_000, cpuUs: 32 }),
      event: unchangedIn(file, 'merge'),
      with: { ...QUICK, 'confirmation-of': file },
    });
    const { code, outputs, annotations, stdout } = scene.result;
    assert.equal(code, 0, stdout);
    assert.deepEqual([outputs.verdict, outputs.confirmation], ['unchanged', 'not-needed']);
    assert.deepEqual(
      annotations.map(({ level }) => level),
      ['notice'],
    );
    assert.match(annotations[0]?.message ?? '', /^Nothing to confirm: /);
    assert.deepEqual(scene.github.comments, []);
  });

  test('A second job that is given a file of other commits fails, also where nothing is to be confirmed', async (t) => {
    const file = join(dirname(bundle()), 'stale.json');
    const scene = await runGate(t, bundle(), {
      change: scriptedChange({ rate: 25_000, cpuUs: 32 }),
      event: unchangedIn(file, 'head'),
      with: { ...QUICK, 'confirmation-of': file },
    });
    assert.equal(scene.result.code, 2, scene.result.stdout);
    assert.match(scene.result.annotations[0]?.message ?? '', /stale\.json: head was \w+, is \w+/);
    assert.equal(scene.result.outputs.verdict, 'invalid');
  });

  test('A second job without the first one’s file fails, and blocks', async (t) => {
    const scene = await runGate(t, bundle(), {
      change: serverChange('', ''),
      with: { ...QUICK, 'confirmation-of': 'missing/measurement.json' },
    });
    assert.equal(scene.result.code, 2);
    assert.match(scene.result.annotations[0]?.message ?? '', /measurement\.json: cannot be read/);
  });
});
