import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isInside, wayInside } from '../../../src/system/files/inside.ts';

it('What lies in a folder has a way from it, also where its name begins with two dots', () => {
  assert.equal(wayInside('/repo', '/repo/a/b'), 'a/b');
  assert.equal(wayInside('/repo', '/repo/..x/b'), '..x/b');
  assert.equal(wayInside('/repo', '/repo/...'), '...');
  assert.equal(wayInside('/repo/', '/repo/a/../b/'), 'b');
  assert.equal(wayInside('/', '/a'), 'a');
});

it('A folder lies in itself', () => {
  assert.equal(wayInside('/repo', '/repo/'), '');
  assert.ok(isInside('/', '/'));
});

it('What lies above a folder or beside it is not in it, however alike their names begin', () => {
  for (const path of ['/', '/rep', '/repository', '/repo..x', '/repo/..', '/repo/../other']) {
    assert.equal(wayInside('/repo', path), null, path);
    assert.ok(!isInside('/repo', path), path);
  }
});
