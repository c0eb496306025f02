import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readControlGroup } from '../../../src/system/kernel/control-group.ts';

/** A tree of control groups as the kernel shows it. */
function mounted(t: TestContext, files: Record<string, string>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'tg-cgroup-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return root;
}

const stat = (throttled: number) => `usage_usec 9\nnr_periods 7\nnr_throttled ${throttled}\n`;
const PRESSURE = 'some avg10=0.00 total=500\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=321\n';
const LEGACY = '4:memory:/m\n2:cpuacct:/a\n1:cpu:/job\n0::/\n';

const CASES: [string, string | null, Record<string, string>, number | null, number | null][] = [
  [
    'a group of version 2',
    '0::/system.slice/runner\n',
    {
      'system.slice/runner/cpu.stat': stat(3),
      'system.slice/runner/cpu.pressure': PRESSURE,
      'cpu.stat': stat(99),
    },
    3,
    321,
  ],
  [
    'a container of its own name space, whose path is the root',
    '0::/\n',
    { 'cpu.stat': stat(4), 'cpu.pressure': PRESSURE },
    4,
    321,
  ],
  [
    'a container that sees the path which it has outside',
    '0::/docker/0123\n',
    { 'cpu.stat': stat(5), 'cpu.pressure': PRESSURE },
    5,
    321,
  ],
  [
    'the root of a machine with version 2, which has no quota',
    '0::/\n',
    { 'cpu.stat': 'usage_usec 9\n' },
    null,
    null,
  ],
  ['version 1', LEGACY, { 'cpu/job/cpu.stat': stat(6) }, 6, null],
  [
    'version 1 with both controllers in one folder',
    '3:cpu,cpuacct:/\n',
    { 'cpu,cpuacct/cpu.stat': stat(7) },
    7,
    null,
  ],
  ['version 1, mounted as the root', LEGACY, { 'cpu/cpu.stat': stat(8) }, 8, null],
  [
    'both versions side by side',
    '1:cpu:/\n0::/\n',
    { 'cpu/cpu.stat': stat(9), 'unified/cpu.pressure': PRESSURE },
    9,
    321,
  ],
  ['nothing', null, {}, null, null],
];

describe('the control group', () => {
  for (const [name, groups, files, throttled, stalledUs] of CASES) {
    it(`The control group is read of ${name}`, (t) => {
      assert.deepEqual(readControlGroup(groups, mounted(t, files)), { throttled, stalledUs });
    });
  }
});
