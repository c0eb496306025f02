/** What a connection that does not open waits for. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openingStage } from '../../../src/load/shared/opening-stage.ts';

const LAST = 'the server has sent no SETTINGS';

describe('opening stage', () => {
  it('A connection that does not open says which step the server has not taken', () => {
    assert.equal(
      openingStage({ connecting: true }, false, LAST),
      'the server has not accepted the connection',
    );
    assert.equal(
      openingStage({ connecting: false }, false, LAST),
      'the server has not finished the TLS handshake',
    );
    assert.equal(openingStage({ connecting: false }, true, LAST), LAST);
    assert.equal(openingStage(null, true, LAST), 'the connection is closed');
  });
});
