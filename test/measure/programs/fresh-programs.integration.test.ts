/** The live backend’s blocks: what their arms execute is new from block to block. */
import assert from 'node:assert/strict';
import { copyFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { BlockMeasurement } from '../../../src/measure/observed/measurement.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';
import { blockPlan, experimentOf, subjectPlan } from '../fixtures.ts';
import { makeLoadedContext, SCENARIO } from '../run-context.ts';
import { serverFor } from '../servers/sandbox.ts';
import { withNextBlock } from '../steps.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

it(
  'Each block after the first runs new files of what both arms execute of their trees',
  linux,
  async (t) => {
    const context = await makeLoadedContext(t);
    for (const arm of ['base', 'head']) {
      copyFileSync(process.execPath, join(context.dir, arm, 'runtime'));
    }
    const file = ownFile('fixtures/node-http/server.js');
    const server = serverFor({
      start: `exec {dir}/runtime '${file}'`,
      path: '/health',
      status: 200,
    });
    const plan = subjectPlan([blockPlan(), blockPlan({ index: 1 })]);
    const experiment = experimentOf(server, SCENARIO);
    const inodes = () =>
      ['base', 'head'].map((arm) => statSync(join(context.dir, arm, 'runtime')).ino);
    const placed = inodes();
    const first = await withNextBlock(context, experiment, plan);
    assert.equal(first.failure, null);
    assert.equal(first.blocks[0]?.programs, undefined);
    assert.deepEqual(inodes(), placed);
    const second = await withNextBlock(context, experiment, plan, first);
    assert.equal(second.failure, null);
    const block = BlockMeasurement.parse(second.blocks[1]);
    assert.deepEqual([block.programs?.files, block.programs?.lacking], [2, null]);
    const marks = [...first.blocks, ...second.blocks].map(({ sharedRuntime }) => sharedRuntime);
    assert.deepEqual(new Set(marks), new Set([undefined]));
    assert.deepEqual(
      inodes().map((inode) => placed.includes(inode)),
      [false, false],
    );
  },
);

it(
  'An interpreter that is not in the trees is nobody’s to copy, and each block says that there is one',
  linux,
  async (t) => {
    const context = await makeLoadedContext(t);
    const start = `exec '${process.execPath}' '${ownFile('fixtures/node-http/server.js')}'`;
    const server = serverFor({ start, path: '/health', status: 200 });
    const plan = subjectPlan([blockPlan(), blockPlan({ index: 1 })]);
    const experiment = experimentOf(server, SCENARIO);
    const first = await withNextBlock(context, experiment, plan);
    const second = await withNextBlock(context, experiment, plan, first);
    assert.equal(second.blocks.length, 2);
    assert.equal(second.blocks[1]?.programs, undefined);
    const marks = second.blocks.map((block) => BlockMeasurement.parse(block).sharedRuntime);
    assert.deepEqual(marks, [true, true]);
  },
);
