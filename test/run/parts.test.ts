/** Blocks that lack a part, through the whole pipeline, and as files that are read again. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { impossibleIn } from '../../src/attempts/checks/measurement.ts';
import { judge } from '../../src/judge/judge.ts';
import { gate } from './gate.ts';

it('A run leaves out of its blocks what is decided, and its file is one that can be', async (t) => {
  const { measurement, verdict } = await gate(t);
  assert.equal(verdict.verdict, 'unchanged');
  const [subject] = measurement.subjects;
  const having = subject?.blocks.map(({ arms }) => (arms.head?.latency ?? null) !== null) ?? [];
  assert.ok(having.includes(false) && having.includes(true), `${having}`);
  assert.equal(impossibleIn(measurement), null);
  assert.deepEqual(judge(measurement), verdict);
});

it('A run that is red by speed ends there, unless the sizes of all metrics are asked for', async (t) => {
  // So noisy that the other metrics are open still when speed is red.
  const script = { head: { rate: 20_000 }, noise: 0.1 };
  const config = (all: boolean) => ({
    servers: { api: { start: 'node server.js' } },
    gate: { 'measure-all': all },
  });
  const [short, long] = [
    await gate(t, { script, config: config(false) }),
    await gate(t, { script, config: config(true) }),
  ];
  const blocks = ({ measurement }: typeof short) => measurement.subjects[0]?.blocks.length ?? 0;
  assert.equal(short.verdict.verdict, 'regression');
  assert.equal(long.verdict.verdict, 'regression');
  assert.ok(blocks(short) < blocks(long), `${blocks(short)} and ${blocks(long)}`);
});
