import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Settings } from '../../../src/config/settings/settings.ts';
import { flags, loadWhole } from '../repository.ts';

const SERVER = 'servers: { api: { start: x } }\n';

async function notesOf(gate: string, settings: Settings = {}, scenarios = ''): Promise<string[]> {
  return (await loadWhole(`${SERVER}gate: ${gate}\n${scenarios}`, settings)).notes;
}

test('A tolerance or a limit of a metric that fails no job is told, where it stands and with what would make it count', async () => {
  const [note = '', ...more] = await notesOf('{ tolerance: { p50: 1%, p99: 30% } }');
  assert.match(
    note,
    /throughput-gate\.yml:2:22: gate\.tolerance\.p50: `p50` is only shown and can/,
  );
  assert.match(note, /not among `metrics` \(throughput, cpu, p99, memory, .*\): name it there$/);
  assert.deepEqual(more, []);
  const steady = 'scenarios: { load: { steady: 2s } }';
  const [stall = ''] = await notesOf('{ limits: { longest-stall: 9ms } }', {}, steady);
  assert.match(stall, /gate\.limits\.longest-stall: `longest-stall` is only shown/);
});

test('So is one of a metric that no scenario measures', async () => {
  const [note = ''] = await notesOf('{ limits: { dropped: 1% } }');
  assert.match(
    note,
    /no scenario measures `dropped`, .*: add a scenario with `mode: hold` to the config file$/,
  );
});

test('In a flag it is told as flags have it, and `metrics` of a flag counts for the file', async () => {
  const [note = '', ...more] = await notesOf('{}', flags({ tolerance: 'p90=2%, cpu=3%' }));
  assert.match(note, /^--tolerance: p90: `p90` is only shown .* not among `--metrics` \(/);
  assert.deepEqual(more, []);
  assert.deepEqual(await notesOf('{ tolerance: { p50: 1% } }', flags({ metrics: 'p50' })), []);
});

test('One percentage, a named metric and the limit of errors are no such thing', async () => {
  const named = '{ tolerance: { p50: 1% }, limits: { errors: 1% }, metrics: [cpu, p50] }';
  assert.deepEqual(await notesOf(named), []);
  assert.deepEqual(await notesOf('{ tolerance: 3% }'), []);
});
