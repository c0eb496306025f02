/** Which cure is recognised of a load over WebSocket. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Messages, NO_ECHO, NOT_DELIVERED } from '../../../src/load/websocket/message.ts';
import { TWICE_OR_UNASKED } from '../../../src/load/websocket/stray.ts';
import { cureFor } from '../../../src/measure/failures/cure-for.ts';
import type { Cure } from '../../../src/measure/observed/cure.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';

it('The advice for a handshake that opens no WebSocket is none for requests', () => {
  const seen = (status: number, to?: string) =>
    cureFor({
      answer: { status, contentType: null, location: to ?? null },
      isHandshake: true,
      form: 'file',
    });
  for (const status of [200, 204, 400, 403, 404, 405, 421, 426, 500]) {
    const cure = seen(status);
    assert.equal(cure?.code, 'handshake-refused', `${status}`);
    const order =
      status === 403
        ? /Origins only.*`headers: \{ origin: https:\/\/example\.org \}`.*`headers: \{ host: example\.org \}`.*`path`.*`subprotocol`/
        : /`path` first.*Origin.*`subprotocol`.*permessage-deflate/;
    assert.match(cureText(cure as Cure), order);
    // Whoever has named an Origin reads this, too.
    assert.doesNotMatch(cureText(cure as Cure), /sends none/);
  }
  assert.deepEqual(
    [401, 429, 503].map((status) => seen(status)?.code),
    ['unauthorized', 'rate-limited', 'unavailable'],
  );
  const redirect = cureText(seen(301, '/ws/') as Cure);
  assert.match(redirect, /Set `path: \/ws\/`/);
  assert.doesNotMatch(redirect, /expect/);
});

it('The advice for a WebSocket that is closed follows the code, and names what mends it', () => {
  const adviceFor = (message: string) =>
    cureText(cureFor({ failed: { message, timeoutMs: 2000 }, form: 'file' }) as Cure);
  const byCode = (code: number) =>
    adviceFor(`the server closed the WebSocket with code ${code} "why"; no echo came`);
  for (const [code, advice] of [
    [1000, /in order.*`message`.*`subprotocol`/],
    [1001, /look at its own log/],
    [1003, /`binary: true`/],
    [1007, /does not understand.*`message`/],
    [1008, /`headers`.*limits how often.*`env`/],
    [1009, /smaller `message-size`/],
    [1010, /log of the server.*1010/],
    [1011, /failed itself/],
    [1013, /`connections`/],
    [4401, /one of the server's own.*`before-load`/],
  ] as const) {
    assert.match(byCode(code), advice);
  }
  assert.match(
    adviceFor('the connection ended without a close frame; no echo came'),
    /its? log|log of/,
  );
  assert.match(adviceFor('the server closed the WebSocket and gave no reason'), /`message`/);
});

it('Advice for a WebSocket says to flags and inputs which of its keys take a config file', () => {
  const cures: Cure[] = [
    ...[1000, 1003, 1005, 1007, 1008, 1009, 4401].map((closeCode) => ({
      code: 'websocket-closed' as const,
      closeCode,
    })),
    { code: 'not-echoed', came: true },
    { code: 'not-delivered', came: true },
    { code: 'ended-over-message' },
    { code: 'echoed-otherwise', as: 'binary' },
    { code: 'echoed-otherwise', as: 'text' },
    { code: 'handshake-terms', about: 'subprotocol' },
  ];
  for (const cure of cures) {
    for (const form of ['flags', 'inputs'] as const) {
      assert.match(cureText({ ...cure, form }), /in a config file/, JSON.stringify(cure));
    }
    assert.doesNotMatch(cureText({ ...cure, form: 'file' }), /config file/);
  }
  // Its own `env` takes a config file, too.
  assert.match(
    cureText({ code: 'other-messages', form: 'flags' }),
    /by a variable of the gate's own environment/,
  );
});

it('A WebSocket server that does not echo is told how it gets messages that it understands', () => {
  const adviceFor = (message: string, isOwn = false) =>
    cureText(
      cureFor({ failed: { message, timeoutMs: 5000 }, echo: { isOwn }, form: 'flags' }) as Cure,
    );
  const other = 'expected "0A" (64 bytes, text), got "{}" (2 bytes, text)';
  assert.match(adviceFor(other), /something else back.*in a config file.*`message: /);
  assert.match(adviceFor(`${NO_ECHO} 5000 ms`), /nothing back.*`message: .*`mode: fan-out`/);
  assert.match(adviceFor(`${NO_ECHO} 5000 ms`, true), /for this `message`.*`--timeout`/);
  // Where most come back, something else comes besides.
  const besides = cureFor({
    failed: { message: other, timeoutMs: 5000 },
    echo: { isOwn: false },
    good: 9,
  });
  assert.match(cureText(besides as Cure), /heartbeat.*`limits: /);
  // Of another load, such words are of its body.
  assert.equal(cureFor({ failed: { message: other, timeoutMs: 5000 } }), null);
});

it('A WebSocket server that echoes as the other type is told as one that wants, or does not want, `binary`', () => {
  const adviceFor = (isSentAsBinary: boolean) => {
    const messages = new Messages({ bytes: 8, binary: isSentAsBinary }, 0);
    const { message } = messages.judge(messages.next(), !isSentAsBinary) ?? { message: '' };
    const seen = { failed: { message, timeoutMs: 5000 }, echo: { isOwn: false } };
    return cureText(cureFor({ ...seen, form: 'file' }) as Cure);
  };
  assert.match(adviceFor(false), /as a binary one.*`binary: true`/);
  assert.match(adviceFor(true), /as text.*leave `binary` out/);
});

it('A WebSocket handshake on terms that nobody offered is told what to ask for or to switch off', () => {
  const adviceFor = (what: string) =>
    cureText(
      cureFor({
        unopened: `no connection could be opened: the WebSocket handshake on /ws ${what}`,
      }) as Cure,
    );
  for (const what of [
    'failed: Server sent a subprotocol but none was requested',
    'chooses the subprotocol mqtt, which was not offered',
  ]) {
    assert.match(adviceFor(what), /Set `subprotocol`/, what);
  }
  for (const what of [
    'failed: Server sent a Sec-WebSocket-Extensions header but no extension was requested',
    'has an extension that was not offered',
  ]) {
    assert.match(adviceFor(what), /permessage-deflate/, what);
  }
});

it('A server that ends before it has answered a made-up message is told of `message`', () => {
  const ended = (some: object) =>
    cureFor({ hasEnded: true, exitCode: 1, output: 'SyntaxError: …', form: 'file', ...some });
  const cure = ended({ echo: { isOwn: false } });
  assert.equal(cure?.code, 'ended-over-message');
  assert.match(cureText(cure), /no JSON.*last lines.*`message: '\{/);
  // What it prints may name the cause, its own messages it should know, and one that has answered understands them.
  const missing = { echo: { isOwn: false }, output: 'Error: Cannot find module "x"' };
  assert.equal(ended(missing)?.code, 'ignored-files-missing');
  assert.equal(ended({ echo: { isOwn: true } })?.code, 'see-output');
  assert.equal(ended({ echo: { isOwn: false }, good: 3 })?.code, 'see-output');
  assert.equal(ended({})?.code, 'see-output');
});

it('A fan-out that reaches nobody, or with something else, is told of the `message` that would', () => {
  const other = new Messages({ bytes: 9, binary: false }, 0).judge(Buffer.from('{}'), false);
  const of = (message: string, isOwn: boolean, good = 0) =>
    cureFor({
      failed: { message, timeoutMs: 2000 },
      echo: { isOwn, isFanOut: true },
      good,
      form: 'file',
    });
  const changed = of(other?.message ?? '', false);
  assert.equal(changed?.code, 'not-delivered');
  assert.match(cureText(changed), /sends them something else.*`message: '\{/);
  const greeted = `${TWICE_OR_UNASKED} "{"op":"joined"}" (15 bytes, text)`;
  assert.deepEqual(of(greeted, false), changed, 'it tells who comes in before anything is said');
  assert.equal(of(greeted, false, 5)?.code, 'other-messages');
  assert.equal(of(greeted, true), null);
  const lost = of(`${NOT_DELIVERED} 2000 ms`, false);
  assert.match(cureText(lost as Cure), /sends them nothing/);
  const own = of(`${NOT_DELIVERED} 2000 ms`, true);
  assert.match(cureText(own as Cure), /No receiver got anything.*`before-load`.*one room/);
  assert.equal(of(`${NOT_DELIVERED} 2000 ms`, true, 5), null);
});
