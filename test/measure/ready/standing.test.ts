import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isBeyondTime } from '../../../src/measure/ready/not-ready.ts';
import { Standing } from '../../../src/measure/ready/standing.ts';

const HANGS_UP = 'the end of the connection in place of an answer';
const OTHER_NAMES = 'the server serves other names than the one asked for (SNI)';

it('An answer that ends the waiting must stand for itself: what came before it does not count', () => {
  const standing = new Standing();
  const at = (ms: number, answer: string | number) => standing.look(isBeyondTime(answer), ms);
  // It hangs up while it starts, and has one name only, once, before it has all.
  for (const ms of [0, 1000, 2000]) assert.equal(at(ms, HANGS_UP), 0);
  assert.equal(at(2500, OTHER_NAMES), 0);
  assert.equal(at(2600, HANGS_UP), 0);
  assert.equal(at(3000, OTHER_NAMES), 0);
  assert.equal(at(4500, OTHER_NAMES), 1500);
  assert.equal(at(4600, 503), 0);
  assert.equal(at(9000, OTHER_NAMES), 0);
  assert.equal(at(11_000, OTHER_NAMES), 2000);
});
