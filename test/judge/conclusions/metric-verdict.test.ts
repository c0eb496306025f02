import assert from 'node:assert/strict';
import { it } from 'node:test';
import { looksFor } from '../../../src/plan/looks.ts';
import { metric, one, spread } from '../judged.ts';

it('Base and head are those of the blocks that the change beside them is of, whatever later blocks show', () => {
  const early = spread(10, 0, 0.004);
  const noisy = spread(20, 0, 0.05);
  const blocks = noisy.map((cpu, i) => ({ throughput: early[i] ?? (i % 3) * 0.012, cpu }));
  const subject = one(
    { blocks, planned: 26, looks: looksFor(26) },
    { gate: { metrics: ['throughput', 'cpu'] } },
  );
  const { base, head, change, blocks: count, verdict } = metric(subject, 'throughput');
  assert.equal(verdict, 'unchanged');
  assert.ok(count < 10, `decided after ${count}`);
  assert.ok(Math.abs(change ?? 1) < 0.02);
  assert.ok(base !== null && head !== null && change !== null);
  assert.ok(Math.abs(head / base - 1 - change) < 1e-9, `${base} ${head} ${change}`);
  // What is open yet is of all blocks.
  const cpu = metric(subject, 'cpu');
  assert.equal(cpu.blocks, 20);
  assert.ok(Math.abs((cpu.head ?? 0) / (cpu.base ?? 1) - 1 - (cpu.change ?? 1)) < 1e-9);
});
