import assert from 'node:assert/strict';
import { it } from 'node:test';
import { holdPort, placesOutside } from '../../../src/measure/listening/ports.ts';

it('The choice of a port keeps out of the range that the kernel takes for outgoing connections', () => {
  const places = (first: number, last: number) =>
    placesOutside({ first, last }).map((range) => `${range.first}-${range.last}`);
  // Linux, macOS, and machines for many connections.
  assert.equal(places(32_768, 60_999)[0], '20000-31999');
  assert.equal(places(49_152, 65_535)[0], '20000-31999');
  assert.deepEqual(places(15_000, 61_000), ['10000-14999', '61001-65535']);
  assert.deepEqual(places(10_000, 65_535).length, 3);
  // Nothing is left: then any.
  assert.deepEqual(places(1024, 65_535), ['20000-31999', '10000-19999', '32000-65535']);
});

it('Two gates on one machine never choose the same port', {
  skip: process.platform === 'linux' ? false : 'needs abstract sockets',
}, async () => {
  const held = await Promise.all(Array.from({ length: 40 }, () => holdPort()));
  assert.equal(new Set(held.map(({ port }) => port)).size, 40);
  for (const one of held) one[Symbol.dispose]();
});
