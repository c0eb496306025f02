import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptOf, prepareUpgrade, readUpgrade } from '../../../src/load/hold/upgrade.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';

// The example of RFC 6455, 1.3.
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
const shape = { path: '/ws', headers: {}, subprotocol: null };

function answer(lines: string[], status = 'HTTP/1.1 101 Switching Protocols'): Buffer {
  return Buffer.from(`${[status, ...lines].join('\r\n')}\r\n\r\n`, 'latin1');
}

const GOOD = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${ACCEPT}`];
const reply = (lines: string[], subprotocol: string | null = null, status?: string) =>
  readUpgrade(prepareUpgrade('h:1', { ...shape, subprotocol }), KEY, answer(lines, status));

describe('the opening handshake', () => {
  it('The opening handshake asks with the headers of the scenario', () => {
    const headers = { authorization: 'x' };
    const { before, after } = prepareUpgrade('h:1', { ...shape, headers, subprotocol: 'chat' });
    assert.equal(
      `${before}${KEY}${after}`,
      'GET /ws HTTP/1.1\r\nhost: h:1\r\nupgrade: websocket\r\nconnection: Upgrade\r\n' +
        'sec-websocket-version: 13\r\nsec-websocket-protocol: chat\r\nauthorization: x\r\n' +
        `sec-websocket-key: ${KEY}\r\n\r\n`,
    );
    const named = prepareUpgrade('h:1', { ...shape, headers: { Host: 'other' } });
    assert.match(named.before, /^GET \/ws HTTP\/1.1\r\nupgrade.*\r\nHost: other\r\n/s);
  });

  it('The opening handshake knows the accepting answer, and where it ends', () => {
    assert.equal(acceptOf(KEY), ACCEPT);
    assert.deepEqual(reply(GOOD), { kind: 'accepted', end: answer(GOOD).length });
    const lower = ['upgrade: WebSocket', 'connection: keep-alive, upgrade', GOOD[2] as string];
    assert.equal(reply(lower).kind, 'accepted');
    assert.equal(reply([...GOOD, 'sec-websocket-protocol: chat'], 'chat').kind, 'accepted');
    const behind = Buffer.concat([answer(GOOD), Buffer.from([0x81, 0])]);
    const upgrade = prepareUpgrade('h:1', shape);
    assert.deepEqual(readUpgrade(upgrade, KEY, behind), {
      kind: 'accepted',
      end: behind.length - 2,
    });
  });

  it('The opening handshake joins the lines of one name to a list', () => {
    const [upgrade, connection, accept] = GOOD as [string, string, string];
    assert.equal(reply([upgrade, connection, 'Connection: keep-alive', accept]).kind, 'accepted');
    assert.equal(reply([upgrade, 'Connection: keep-alive', connection, accept]).kind, 'accepted');
    const chat = 'sec-websocket-protocol: chat';
    assert.equal(reply([...GOOD, chat, chat], 'chat').kind, 'refused');
    assert.equal(reply([upgrade, connection, 'sec-websocket-accept: x', accept]).kind, 'refused');
    assert.equal(reply([upgrade, 'connection: no upgrade', accept]).kind, 'refused');
  });

  it('The opening handshake passes over interim answers, but not over endless ones', () => {
    const upgrade = prepareUpgrade('h:1', shape);
    const early = answer(['link: </x>; rel=preload'], 'HTTP/1.1 103 Early Hints');
    for (const count of [1, 2, 16]) {
      const whole = Buffer.concat([...Array.from({ length: count }, () => early), answer(GOOD)]);
      const came = readUpgrade(upgrade, KEY, whole);
      assert.deepEqual(came, { kind: 'accepted', end: whole.length });
      for (let length = 1; length < whole.length; length += 7)
        assert.equal(readUpgrade(upgrade, KEY, whole.subarray(0, length)).kind, 'more');
    }
    const endless = Buffer.concat(Array.from({ length: 17 }, () => early));
    const came = readUpgrade(upgrade, KEY, endless);
    assert.match(JSON.stringify(came), /refused.*comes behind more than 16 interim ones/);
    const long = Buffer.concat([early, answer([`a: ${'b'.repeat(65_500)}`, ...GOOD])]);
    assert.match(JSON.stringify(readUpgrade(upgrade, KEY, long)), /head over 65536 bytes/);
    const other = Buffer.concat([early, Buffer.from('SSH-')]);
    assert.match(JSON.stringify(readUpgrade(upgrade, KEY, other)), /not of HTTP\/1.1: .*SSH-/);
  });

  it('The opening handshake waits for the rest of an answer', () => {
    const whole = answer(GOOD);
    const upgrade = prepareUpgrade('h:1', shape);
    for (let length = 1; length < whole.length; length++) {
      assert.equal(readUpgrade(upgrade, KEY, whole.subarray(0, length)).kind, 'more');
    }
  });

  const refusals: [what: string, came: ReturnType<typeof reply>, says: RegExp][] = [
    ['another status', reply([], null, 'HTTP/1.1 404 Not Found'), /answered 404 to the WebSocket/],
    ['a redirect', reply(['location: /x'], null, 'HTTP/1.1 301 Moved'), /301 \(location: \/x\)/],
    ['no upgrade', reply(GOOD.slice(1)), /no `upgrade: websocket`/],
    ['no connection', reply([GOOD[0] as string, GOOD[2] as string]), /no `connection: upgrade`/],
    [
      'a wrong key',
      reply([...GOOD.slice(0, 2), 'Sec-WebSocket-Accept: x']),
      /wrong `sec-websocket-accept`/,
    ],
    ['an extension', reply([...GOOD, 'Sec-WebSocket-Extensions: permessage-deflate']), /extension/],
    ['no subprotocol', reply(GOOD, 'chat'), /does not choose the subprotocol chat/],
    [
      'another subprotocol',
      reply([...GOOD, 'Sec-WebSocket-Protocol: x']),
      /chooses the subprotocol x/,
    ],
    ['a line without a colon', reply([...GOOD, 'what']), /malformed line: "what"/],
    ['a blank before a colon', reply([...GOOD, 'a : b']), /malformed line: "a : b"/],
    ['a line that goes on', reply([...GOOD, 'a: b', ' c: d']), /malformed line: " c: d"/],
    ['an empty name', reply([...GOOD, ': b']), /malformed line: ": b"/],
    ['a line feed alone', reply([...GOOD, 'a: b\nc: d']), /malformed line/],
    [
      'a space that is no blank',
      reply(['upgrade: websocket\xa0', ...GOOD.slice(1)]),
      /no `upgrade/,
    ],
    ['another protocol', reply(GOOD, null, 'SSH-2.0-OpenSSH'), /not of HTTP\/1.1: "SSH/],
  ];
  for (const [what, came, says] of refusals) {
    it(`The opening handshake is refused by ${what}`, () => {
      assert.equal(came.kind, 'refused');
      assert.match(came.kind === 'refused' ? unmarked(String(came.message)) : '', says);
    });
  }

  it('The opening handshake is refused by what is no HTTP from its first byte, and by an endless head', () => {
    const upgrade = prepareUpgrade('h:1', shape);
    assert.equal(readUpgrade(upgrade, KEY, Buffer.from('SSH-')).kind, 'refused');
    const endless = Buffer.from(`HTTP/1.1 101 x\r\na: ${'b'.repeat(70_000)}`);
    assert.equal(readUpgrade(upgrade, KEY, endless).kind, 'refused');
  });
});
