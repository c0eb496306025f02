/** The action as the first and as the second of two jobs, on scripted servers. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { repeat } from '../support/block.ts';
import { buildMeasurement } from '../support/measurement.ts';
import { leftovers, QUICK, runGate, scriptedBundle } from './gate.ts';
import { scriptedChange, serverChange } from './repository.ts';

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

  test('A second job with nothing to confirm passes at once, and leaves the comment alone', async (t) => {
    const file = join(dirname(bundle()), 'unchanged.json');
    const blocks = repeat({}, 20);
    writeFileSync(file, JSON.stringify(buildMeasurement({ subjects: [{ blocks }] })));
    const scene = await runGate(t, bundle(), {
      change: scriptedChange({ rate: 25_000, cpuUs: 32 }),
      with: { ...QUICK, 'confirmation-of': file },
    });
    const { code, outputs, annotations } = scene.result;
    assert.equal(code, 0);
    assert.deepEqual([outputs.verdict, outputs.confirmation], ['unchanged', 'not-needed']);
    assert.deepEqual(
      annotations.map(({ level }) => level),
      ['notice'],
    );
    assert.match(annotations[0]?.message ?? '', /^Nothing to confirm: /);
    assert.deepEqual(scene.github.comments, []);
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
