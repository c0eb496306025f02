/** What an error says, together with what is foreign in its sentence. */
import assert from 'node:assert/strict';
import { excerptsOf, unmarked } from '../../src/system/messages/printed.ts';

/** For `assert.throws` and `assert.rejects`. */
export function says(pattern: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof Error);
    const [answer] = excerptsOf(error).filter(({ by }) => by === 'answer');
    assert.match(answer?.lines[0] ?? unmarked(error.message), pattern);
    return true;
  };
}
