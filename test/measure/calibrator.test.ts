import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  CALIBRATOR_SLICE,
  calibratorConnections,
  calibratorHash,
  calibratorLoad,
  calibratorRounds,
  calibratorServer,
} from '../../src/measure/calibrator/program.ts';
import { sha256Of } from '../../src/system/files/digest.ts';
import { ownProgram } from '../../src/system/program/runtime.ts';
import { commandScenario } from '../support/measurement.ts';

const FROZEN =
  'the calibrator is frozen: whoever changes it ends every history there is (docs/adr/0068-stored-baseline-with-calibrator.md)';

test('The calibrator is the one that histories were measured with', () => {
  const file = readFileSync(ownProgram('calibrator'));
  assert.equal(
    sha256Of(file),
    '5abde3789c6e639a213b2248254794be997404bb907f37834cb3378750f46bc5',
    FROZEN,
  );
  assert.equal(
    calibratorHash(),
    '3d28dd0757a2ec827298e76ca4776a8b8163c947738c8a3e7fa7e79c0101e0f0',
    FROZEN,
  );
});

test('The calibrator uses nothing of ours', () => {
  const text = readFileSync(ownProgram('calibrator'), 'utf8');
  const loaded = [...text.matchAll(/require\(([^)]*)\)/g)].map(([, name]) => name);
  assert.deepEqual(loaded, ["'node:http'"]);
  assert.doesNotMatch(text, /\bimport\b/);
});

test('Slices are as long as the calibrator counts them, and those of work have as many of either kind', () => {
  const text = readFileSync(ownProgram('calibrator'), 'utf8');
  const { work, light } = CALIBRATOR_SLICE;
  assert.ok(text.includes(`const CYCLE = { work: ${work}, light: ${light} };`));
  assert.equal(work % 2, 0);
  assert.equal(calibratorServer().ready?.path, '/ready');
  assert.equal(calibratorLoad(4).latency, null);
});

const COMMAND = commandScenario();

test('The calibrator has as many requests in flight as head, within bounds', () => {
  const of = (connections: number, streams: number) =>
    calibratorConnections({ ...calibratorLoad(connections), streams });
  assert.equal(of(32, 1), 32);
  assert.equal(of(4, 10), 40);
  assert.equal(of(1000, 1), 64);
  assert.equal(of(1, 1), 1);
  // How many a tool opens is not known.
  assert.equal(calibratorConnections(COMMAND), 32);
});

test('Beside a run of a load tool, which takes seconds, the calibrator has longer turns than beside a slice', () => {
  assert.equal(calibratorRounds(COMMAND), 10);
  assert.equal(calibratorRounds(calibratorLoad(1)), 1);
});

test('A calibrator in a folder with spaces and quotes in its name can be started', () => {
  const { start, contenders } = calibratorServer();
  assert.match(start, /^exec .*node.* --single-threaded .*calibrator\.cjs/);
  assert.equal(contenders?.base.name, 'calibrator');
});
