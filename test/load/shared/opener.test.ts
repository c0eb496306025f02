import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Opener } from '../../../src/load/shared/opener.ts';

/** Connections that write down when they begin to open. */
function connections(count: number) {
  const begun: number[] = [];
  const all = Array.from({ length: count }, (_, index) => ({
    since: 0,
    open: () => void begun.push(index),
  }));
  return { all, begun };
}

it('An opener opens 16 at once, and the next whenever one is open or refused', async () => {
  const { all, begun } = connections(20);
  const opener = new Opener(all);
  const done = opener.run();
  assert.equal(begun.length, 16);
  for (let i = 0; i < 20; i++) opener.settle(i === 7 ? 'refused' : null);
  assert.deepEqual([begun.length, await done], [20, 'refused']);
});

it('An opener does not wait for all connections of a server that is silent', async () => {
  const { all, begun } = connections(200);
  const opener = new Opener(all);
  const done = opener.run();
  let settled = 0;
  for (; settled < begun.length; settled++) opener.settleSilent('no connection after 5 ms');
  assert.equal(await done, 'no connection after 5 ms');
  assert.ok(settled < 32, `${settled} were waited for`);
});

it('An opener goes on when only some connections are silent', async () => {
  const { all, begun } = connections(100);
  const opener = new Opener(all);
  const done = opener.run();
  for (let i = 0; i < begun.length; i++) {
    if (i % 10 === 0) opener.settle(null);
    else opener.settleSilent('silent');
  }
  await done;
  assert.equal(begun.length, 100);
});

it('An opener has nothing to do where all are open, and ends when it is aborted', async () => {
  assert.equal(await new Opener([]).run(), null);
  const opener = new Opener(connections(3).all);
  const done = opener.run();
  opener.abort();
  assert.equal(await done, null);
});
