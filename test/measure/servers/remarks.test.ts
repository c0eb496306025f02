/** What is told of servers beside what is measured. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Remarks } from '../../../src/measure/servers/remarks.ts';

it('A long wait is told several times, and the next block tells only what goes beyond it', () => {
  const noted: string[] = [];
  const remarks = new Remarks({ note: (message) => noted.push(message), warn: () => {} });
  for (const longest of [2, 2, 3]) {
    for (let nth = 1; nth <= longest; nth++) remarks.waiting('api (head)', `because ${nth}`, nth);
  }
  assert.deepEqual(noted, [
    'api (head) is still waited for: because 1',
    'api (head) is still waited for: because 2',
    'api (head) is still waited for: because 3',
  ]);
});
