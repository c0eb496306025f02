/** What a server means by the error codes of GOAWAY and RST_STREAM is passed on by name. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { it } from '../../support/unless-late.ts';
import { rawHarness } from './harness.ts';
import { answer, goAway, headers, reset } from './peer.ts';

describe('the error codes of HTTP/2', () => {
  it('An HTTP/2 session names the error code by which a server ends requests, or a whole connection', async () => {
    const calm = Array.from({ length: 4 }, () => 'ENHANCE_YOUR_CALM');
    await using refused = await rawHarness((socket) => socket.end(goAway(0, 11)), { streams: 1 });
    const { resent, resentFor } = await refused.slice(4);
    assert.match(refused.heard[0] ?? '', /GOAWAY, ENHANCE_YOUR_CALM.*so it did 9 times/);
    assert.deepEqual([resent, resentFor, refused.codes], [32, 'ENHANCE_YOUR_CALM', calm]);
    await using lost = await rawHarness(
      (socket, id) =>
        socket.end(Buffer.concat([goAway(id, 11), headers(id, { ':status': '200' })])),
      { streams: 1 },
    );
    await lost.slice(4);
    assert.match(lost.heard[0] ?? '', /after it had sent GOAWAY \(ENHANCE_YOUR_CALM\); status 200/);
    assert.deepEqual(lost.codes, calm);
    await using stopped = await rawHarness((socket, id) => socket.write(reset(id, 11)));
    await stopped.slice(4);
    assert.deepEqual(stopped.codes, calm);
  });

  it('An HTTP/2 session takes a connection that is recycled for no reason of its own', async () => {
    await using load = await rawHarness((socket, id) =>
      id < 9 ? socket.write(answer(id)) : socket.end(goAway(id - 2, 0)),
    );
    const { good, resentFor } = await load.slice(40);
    assert.deepEqual([good, resentFor, load.codes], [40, undefined, []]);
  });
});
