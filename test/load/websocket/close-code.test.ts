/** What the code of a close says of the message under way. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  closeCodeIn,
  closedText,
  saysNothingOfMessage,
} from '../../../src/load/websocket/close-code.ts';

it('A server that goes away says nothing of the message under way; one that is done does so only after it has sent others back', () => {
  const codes = [1000, 1001, 1003, 1005, 1006, 1008, 1011, 1012, 1013, 4000];
  const among = (hasAnswered: boolean) =>
    codes.filter((code) => saysNothingOfMessage(code, hasAnswered));
  assert.deepEqual(among(false), [1001, 1012, 1013]);
  assert.deepEqual(among(true), [1000, 1001, 1005, 1012, 1013]);
});

it('The code of a close is read from the words that tell of it, whatever else the server said', () => {
  for (const code of [1000, 1005, 1006, 1011, 4999]) {
    assert.equal(closeCodeIn(`${closedText(code, '')}; no echo came`), code);
  }
  assert.equal(closeCodeIn(closedText(1008, ' "with code 1000"')), 1008);
  assert.equal(closeCodeIn('no echo after 5000 ms'), null);
});
