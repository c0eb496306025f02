import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  cpuMsBetween,
  foreignProcesses,
  type ProcessTimes,
} from '../../../src/measure/probes/background-cpu.ts';

/** `own` and `children` in clock ticks of 10 ms. */
const at = (
  pid: number,
  own: number,
  children = 0,
  parent = 500,
  startTicks = 1,
): ProcessTimes => ({
  pid,
  parent,
  ticks: own + children,
  childTicks: children,
  startTicks,
});

describe('the CPU time of other processes', () => {
  it('The CPU time of other processes is what each of them used between two looks', () => {
    const before = [at(10, 100), at(11, 50)];
    assert.equal(cpuMsBetween(before, [at(10, 130), at(11, 55)]), 350);
    assert.equal(cpuMsBetween(before, before), 0);
  });

  it('The CPU time of other processes counts all of one that began meanwhile, also one with an id that was another’s', () => {
    assert.equal(cpuMsBetween([], [at(10, 7)]), 70);
    assert.equal(cpuMsBetween([at(10, 900)], [at(10, 7, 0, 500, 2)]), 70);
  });

  it('The CPU time of other processes is not less because one ended that had worked for long', () => {
    const before = [at(10, 100), at(11, 100_000)];
    assert.equal(cpuMsBetween(before, [at(10, 130)]), 300);
  });

  it('The CPU time of other processes counts of a child that its parent waited for what it used meanwhile', () => {
    const before = [at(10, 100), at(11, 4000, 0, 10)];
    assert.equal(cpuMsBetween(before, [at(10, 101, 4020)]), 210);
    // One that began and ended in between.
    assert.equal(cpuMsBetween([at(10, 100)], [at(10, 100, 30)]), 300);
    // Nobody waited: its last moments are not known.
    assert.equal(cpuMsBetween(before, [at(10, 101)]), 10);
  });

  it('The CPU time of other processes does not count the earlier life of a whole tree that ended, however deep it was', () => {
    const tree = [
      at(10, 5),
      at(11, 20, 300, 10),
      at(12, 40, 0, 11),
      at(13, 9000, 0, 12),
      at(14, 60_000, 0, 13),
    ];
    // 30 ticks of all of them are new: 10 has waited for 11, and that for the others.
    const whole = 20 + 300 + 40 + 9000 + 60_000;
    assert.equal(cpuMsBetween(tree, [at(10, 5, whole + 30)]), 300);
    // Half of the tree ended.
    const left = [at(10, 5), at(11, 20, 300, 10), at(12, 40, 69_000 + 7, 11)];
    assert.equal(cpuMsBetween(tree, left), 70);
  });

  it('The CPU time of other processes leaves out whatever the first process has taken over', () => {
    assert.equal(cpuMsBetween([at(1, 10, 100, 0)], [at(1, 12, 9000, 0)]), 20);
  });

  it('The CPU time of other processes has those of this machine, and not this process', {
    skip: process.platform !== 'linux',
  }, () => {
    const seen = foreignProcesses('no such run');
    assert.ok(seen);
    assert.ok(seen.every(({ pid }) => pid !== process.pid));
    assert.ok(seen.some(({ pid }) => pid === process.ppid));
    assert.ok(cpuMsBetween(seen, foreignProcesses('no such run') ?? []) >= 0);
  });
});
