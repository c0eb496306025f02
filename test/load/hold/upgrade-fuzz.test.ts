/** Whatever answers a handshake: accepted when every part of it is right, however it is cut, and never otherwise. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { acceptOf, prepareUpgrade, readUpgrade } from '../../../src/load/hold/upgrade.ts';
import { fuzzCases } from '../../support/fuzz.ts';
import { fc } from '../../support/properties.ts';
import { bytesOf, checkCases, cut, cuts, damaged, damages } from './cases.ts';

const CASES = fuzzCases(10_000);
const UPGRADE = prepareUpgrade('h:1', { path: '/ws', headers: {}, subprotocol: null });
const KEY = randomBytes(16).toString('base64');
const ACCEPT = acceptOf(KEY);

const blanks = fc.constantFrom('', ' ', '\t', '  ');
const cases = fc.constantFrom(
  (name: string) => name,
  (name: string) => name.toLowerCase(),
  (name: string) => name.toUpperCase(),
);

function line(name: string, value: string): fc.Arbitrary<string> {
  return fc
    .tuple(cases, blanks, blanks)
    .map(([change, before, after]) => `${change(name)}:${before}${value}${after}`);
}

/** A name that means nothing here, and a value of any bytes that it may have. */
const otherLine = fc
  .tuple(
    fc.constantFrom('Date', 'x-y', 'Server', "!#$%&'*+-.^_`|~9", 'Set-Cookie'),
    fc.constantFrom('', 'x', 'a: b', 'a, upgrade', 'w\xe4re', 'websocket', '"\\"'),
  )
  .chain(([name, value]) => line(name, value));
const otherLines = fc.array(otherLine, { maxLength: 3 });

const connectionLines = fc
  .constantFrom(
    ['Upgrade'],
    ['upgrade'],
    ['keep-alive, Upgrade'],
    ['UPGRADE ,keep-alive'],
    ['Upgrade', 'keep-alive'],
    ['keep-alive', '', 'Upgrade'],
  )
  .chain((values) => fc.tuple(...values.map((value) => line('Connection', value))));

function head(status: fc.Arbitrary<string>, lines: fc.Arbitrary<string[]>): fc.Arbitrary<string> {
  return fc
    .tuple(status, lines)
    .map(([first, rest]) => [`HTTP/1.1 ${first}`, ...rest, '', ''].join('\r\n'));
}

const interim = head(
  fc.constantFrom('100 Continue', '102', '103 Early Hints', '199 '),
  fc.tuple(otherLines, connectionLines).map(([other, connection]) => [...other, ...connection]),
);

/** Whole answers that are right but for the value of the key. */
function answers(accept: fc.Arbitrary<string[]>): fc.Arbitrary<Buffer> {
  const lines = fc
    .tuple(
      fc.constantFrom('websocket', 'WebSocket').chain((value) => line('Upgrade', value)),
      connectionLines,
      accept.chain((values) =>
        fc.tuple(...values.map((value) => line('Sec-WebSocket-Accept', value))),
      ),
      otherLines,
    )
    .chain(([upgrade, connection, keys, other]) => {
      const all = [upgrade, ...connection, ...keys, ...other];
      return fc.shuffledSubarray(all, { minLength: all.length });
    });
  const last = head(fc.constantFrom('101 Switching Protocols', '101', '101 '), lines);
  return fc
    .tuple(fc.array(interim, { maxLength: 2 }), last)
    .map(([before, answer]) => Buffer.from([...before, answer].join(''), 'latin1'));
}

const right = answers(fc.constant([ACCEPT]));

/** Values that are near the right one; none equals it. */
const wrongKeys: fc.Arbitrary<string[]> = fc.oneof(
  fc.constantFrom<string[][]>(
    [],
    [''],
    [ACCEPT, ACCEPT],
    [ACCEPT, ''],
    ['', ACCEPT],
    [`${ACCEPT},`],
    [`"${ACCEPT}"`],
    [KEY],
    [acceptOf('')],
    [ACCEPT.slice(0, -1)],
    [`\xa0${ACCEPT}`],
  ),
  fc
    .tuple(fc.nat(ACCEPT.length - 1), fc.integer({ min: 0x21, max: 0x7e }))
    .map(([at, code]) => ACCEPT.slice(0, at) + String.fromCharCode(code) + ACCEPT.slice(at + 1))
    .filter((value) => value !== ACCEPT)
    .map((value) => [value]),
  bytesOf(16).map((bytes) => [acceptOf(bytes.toString('base64'))]),
);

/** What comes of bytes in pieces, as a connection asks: again with all that came, until it says more than "more". */
function cameOf(bytes: Buffer, lengths: readonly number[]) {
  let length = 0;
  for (const piece of cut(bytes, lengths)) {
    length += piece.length;
    const came = readUpgrade(UPGRADE, KEY, Buffer.from(bytes.subarray(0, length)));
    if (came.kind !== 'more') return { came, length };
  }
  return { came: { kind: 'more' } as const, length };
}

/** Where an acceptable answer ends, by patterns over the whole text; -1: it is none. */
function acceptableEnd(bytes: Buffer): number {
  const text = bytes.toString('latin1');
  const field = "[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t\\x20-\\x7e\\x80-\\xff]*\\r\\n";
  const reason = '(?: [\\t\\x20-\\x7e\\x80-\\xff]*)?\\r\\n';
  const skipped = `(?:HTTP/1\\.1 1(?:0[02-9]|[1-9]\\d)${reason}(?:${field})*\\r\\n){0,16}`;
  const pattern = new RegExp(`^${skipped}(HTTP/1\\.1 101${reason}(?:${field})*\\r\\n)`);
  const found = pattern.exec(text);
  if (found === null) return -1;
  const lines = (found[1] as string).split('\r\n');
  const valuesOf = (name: string) =>
    lines
      .filter((one) => one.toLowerCase().startsWith(`${name}:`))
      .map((one) => one.slice(name.length + 1).replace(/^[ \t]+|[ \t]+$/g, ''));
  const connection = valuesOf('connection').join().toLowerCase();
  const isRight =
    valuesOf('upgrade').join('&').toLowerCase() === 'websocket' &&
    /(^|,)[ \t]*upgrade[ \t]*(,|$)/.test(connection) &&
    valuesOf('sec-websocket-accept').join('&') === ACCEPT &&
    valuesOf('sec-websocket-extensions').length === 0 &&
    valuesOf('sec-websocket-protocol').length === 0;
  return isRight ? found[0].length : -1;
}

describe('any answer to the handshake', () => {
  it(`Any answer to the handshake that is right is accepted, not before its end and with what is behind it, ${CASES} times`, () => {
    checkCases(CASES, fc.tuple(right, bytesOf(9), cuts(150)), ([bytes, behind, lengths]) => {
      const { came, length } = cameOf(Buffer.concat([bytes, behind]), lengths);
      assert.deepEqual(came, { kind: 'accepted', end: bytes.length });
      assert.ok(length >= bytes.length);
    });
  });

  it(`Any answer to the handshake with a wrong key is refused, ${CASES} times`, () => {
    checkCases(CASES, fc.tuple(answers(wrongKeys), cuts(150)), ([bytes, lengths]) => {
      const { came } = cameOf(bytes, lengths);
      assert.match(JSON.stringify(came), /^{"kind":"refused".*wrong `sec-websocket-accept`"}$/);
    });
  });

  it(`Any answer to the handshake that is damaged is accepted where nothing that counts was hit, ${CASES} times`, () => {
    let accepted = 0;
    checkCases(CASES, fc.tuple(right, damages, cuts(150)), ([bytes, damage, lengths]) => {
      const hurt = damaged(bytes, damage);
      const { came } = cameOf(hurt, lengths);
      const end = acceptableEnd(hurt);
      assert.deepEqual(came.kind === 'accepted' ? came.end : -1, end, JSON.stringify(came));
      if (end >= 0) accepted++;
    });
    assert.ok(accepted > CASES / 20 && accepted < CASES / 1.2, `${accepted} were accepted`);
  });
});
