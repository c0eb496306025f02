import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Generator } from '../../../src/load/handle.ts';
import type { Target } from '../../../src/load/target.ts';
import { tellingSilence } from '../../../src/measure/told/patient-generator.ts';
import { Remarks } from '../../../src/measure/told/remarks.ts';

const SILENT_MS = 5;
const target = (timeoutMs: number) =>
  ({ host: '::1', port: 8080, scenario: { timeoutMs } }) as unknown as Target;

/** Every call takes so long. */
function heard(ms: number) {
  const notes: string[] = [];
  const remarks = new Remarks({ note: (message) => notes.push(message), warn: assert.fail });
  const slow = {
    open: () => sleep(ms, 'http1'),
    slices: () => sleep(ms, { slices: [], samples: [] }),
  };
  return { notes, generator: tellingSilence(slow as unknown as Generator, remarks, SILENT_MS) };
}

it('A load that waits for a server says so once for each thing that is missing, with the address', async () => {
  const { notes, generator } = heard(40);
  assert.equal(await generator.open('head', target(1)), 'http1');
  await generator.slices(['head', 'head'], 10);
  await generator.slices(['head', 'head'], 10);
  assert.deepEqual(notes, [
    'head at [::1]:8080: connections are not open after 0.005 s; the load waits',
    'head at [::1]:8080: answers are missing after 0.01 s; the load waits',
  ]);
});

it('A load that is answered, or fails, says nothing of waiting', async () => {
  const { notes, generator } = heard(0);
  await generator.open('base', target(1));
  const failing = tellingSilence(
    { slices: () => Promise.reject(new Error('gone')) } as unknown as Generator,
    new Remarks({ note: (message) => notes.push(message), warn: assert.fail }),
    SILENT_MS,
  );
  await assert.rejects(failing.slices(['base'], 1), /gone/);
  await sleep(4 * SILENT_MS);
  assert.deepEqual(notes, []);
});

it('A load of several slices may take as long as a slow server has for each', async () => {
  const { notes, generator } = heard(40);
  await generator.open('head', target(30));
  notes.length = 0;
  await generator.slices(['head', 'head'], 10);
  assert.deepEqual(notes, []);
});

it('A load that is to take long may take as long', async () => {
  const { notes, generator } = heard(20);
  await generator.open('head', target(1));
  notes.length = 0;
  await generator.slices(['head'], 10, 1000);
  assert.deepEqual(notes, []);
});
