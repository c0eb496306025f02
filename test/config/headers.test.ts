/** Headers that a load may not have, each with its reason. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { badHeaders } from '../../src/config/headers.ts';

function why(headers: Record<string, string>, protocol = 'http1'): string[] {
  return badHeaders(headers, [], 'http', protocol).map(({ message }) => message);
}

it('A request may not ask for 100 Continue, as nobody waits for it', () => {
  for (const protocol of ['http1', 'http2', 'http3']) {
    assert.match(why({ Expect: '100-continue' }, protocol).join(), /waits for no 100 Continue$/);
  }
  assert.deepEqual(why({ accept: '*/*' }), []);
});
