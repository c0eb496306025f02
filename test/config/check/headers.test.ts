/** Headers that a load may not have, each with its reason. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { badHeaders } from '../../../src/config/check/headers.ts';
import { complaint, load } from '../repository.ts';

function why(headers: Record<string, string>, protocol = 'http1'): string[] {
  return badHeaders(headers, [], 'http', protocol).map(({ message }) => message);
}

it('A request may not ask for 100 Continue, as nobody waits for it', () => {
  for (const protocol of ['http1', 'http2', 'http3']) {
    assert.match(why({ Expect: '100-continue' }, protocol).join(), /waits for no 100 Continue$/);
  }
  assert.deepEqual(why({ accept: '*/*' }), []);
});

it('One header in two spellings is a mistake wherever headers stand: one of them would be lost', async () => {
  const headers = '{ X-A: 1, x-a: 2 }';
  const said = await complaint(
    load(`
servers: { api: { start: node server.js, ready: { path: /, headers: ${headers} } } }
scenarios:
  plain: { headers: ${headers}, before-load: [{ path: /login, headers: ${headers} }] }
  list: { requests: [{ path: /, headers: ${headers} }] }
  chat: { protocol: websocket, headers: ${headers}, before-load: [{ headers: ${headers} }] }
`),
  );
  const places = said.match(/[\w.[\]-]+(?=: the header stands here a second time)/g);
  assert.deepEqual(places, [
    'servers.api.ready.headers.x-a',
    'scenarios.plain.headers.x-a',
    'scenarios.plain.before-load[0].headers.x-a',
    'scenarios.list.requests[0].headers.x-a',
    'scenarios.chat.headers.x-a',
    'scenarios.chat.before-load[0].headers.x-a',
  ]);
});
