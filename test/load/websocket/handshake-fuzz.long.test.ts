/** What goes into a handshake and what comes back, whatever it is, and the words for what is wrong with it. */

import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { describe, it } from 'node:test';
import { Connection, type ConnectionOwner } from '../../../src/load/websocket/connection.ts';
import { closeText, prepareHandshake, refusalOf } from '../../../src/load/websocket/handshake.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { fc } from '../../support/properties.ts';
import { accept, target } from './peer.ts';

const TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const token = fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 12 });
const anything = fc.string({ unit: 'binary', maxLength: 12 });
const nearly = fc.string({
  unit: fc.constantFrom('a', 'Z', '7', '-', ' ', '\t', '\r', '\n', '\0', ':', ',', 'é', '"', '/'),
  maxLength: 6,
});
const paths = fc.oneof(
  fc.string({ unit: fc.constantFrom('/', 'a', '.', '?', '=', '&', '%41', '~', "'"), maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('/', '\\', '..', '#', ' ', 'é', '"', '<', '|'), maxLength: 4 }),
  anything,
);
const names = fc.oneof(
  { weight: 4, arbitrary: token },
  fc.constantFrom('Upgrade', 'connection', 'Sec-WebSocket-Protocol', 'content-LENGTH', 'host'),
  nearly,
);
/** A name that comes twice, in other letters, is not sent twice. */
const areDifferent = (all: readonly string[]) =>
  new Set(all.map((name) => name.toLowerCase())).size === all.length;
const words = fc.record({
  path: fc.oneof(
    paths,
    paths.map((path) => `/${path}`),
  ),
  headers: fc
    .dictionary(names, fc.oneof(token, nearly, anything), { maxKeys: 3 })
    .filter((headers) => areDifferent(Object.keys(headers))),
  subprotocol: fc.option(fc.oneof(token, nearly)),
});

/** Mostly right, so that one fault is alone as a rule. */
function mostly<T>(right: T, ...wrong: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constant(right) },
    { weight: 1, arbitrary: fc.constantFrom(...wrong) },
  );
}

/** How a handshake is answered. */
const answers = fc.record({
  status: mostly('101', '100', '200', '204', '301', '404', '500', '999'),
  upgrade: mostly<string | null>('websocket', 'WebSocket', 'tea', '', null),
  connection: mostly<string | null>('Upgrade', 'upgrade', 'close', null),
  key: mostly<'right' | 'wrong' | 'cut' | 'twice' | 'none'>(
    'right',
    'wrong',
    'cut',
    'twice',
    'none',
  ),
  protocol: mostly<'asked' | 'none' | 'other' | 'both'>('asked', 'none', 'other', 'both'),
  extensions: mostly<string | null>(null, 'x', 'permessage-deflate'),
  more: fc.dictionary(token, token, { maxKeys: 2 }),
  asks: fc.boolean(),
  damage: fc.option(fc.record({ at: fc.nat(300), byte: fc.nat(255) })),
});

type VerdictWord = typeof words extends fc.Arbitrary<infer T> ? T : never;
type AnswerShape = typeof answers extends fc.Arbitrary<infer T> ? T : never;

describe('the WebSocket handshake, whatever its words are', () => {
  it('The WebSocket handshake, whatever its words are sends them as they are, or says which of them cannot be sent', async () => {
    const seen = { cases: 0, sent: 0, refused: 0 };
    const many = fc.array(words, { minLength: 100, maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(many, async (batch) => {
        const sendable: VerdictWord[] = [];
        for (const given of batch) {
          seen.cases++;
          const wrong = wrongIn(given);
          if (wrong === null) sendable.push(given);
          else assert.throws(() => prepareHandshake(target(1, given)), startsWith(wrong));
        }
        const heads = await Promise.all(sendable.map(headOf));
        for (const [index, head] of heads.entries())
          assertSent(sendable[index] as VerdictWord, head);
        seen.sent += sendable.length;
        seen.refused += batch.length - sendable.length;
      }),
      { numRuns: 100, endOnFailure: true },
    );
    assert.ok(seen.cases >= 10_000 && seen.sent > 500 && seen.refused > 500, JSON.stringify(seen));
  });

  it('The WebSocket handshake, whatever its words are opens on a right answer only, and names the path where it does not', async () => {
    const seen = { cases: 0, open: 0, refused: 0 };
    const many = fc.array(answers, { minLength: 100, maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(many, async (batch) => {
        for (const { opened, refusal, bytes, key, asks } of await Promise.all(batch.map(shake))) {
          seen.cases++;
          seen[opened ? 'open' : 'refused']++;
          if (opened) {
            assert.ok(isRight(bytes, key, asks), JSON.stringify(bytes));
            assert.equal(refusal, null);
          } else {
            assert.match(refusal ?? '', /^the (server answered|WebSocket handshake on) /);
            assert.match(refusal ?? '', / on \/ws\b/);
            assert.doesNotMatch(refusal ?? '', /[\r\n\0]/);
          }
        }
      }),
      { numRuns: 100, endOnFailure: true },
    );
    assert.ok(seen.cases >= 10_000 && seen.open > 500 && seen.refused > 500, JSON.stringify(seen));
  });

  it('The WebSocket handshake, whatever its words are says how a connection ended, and what answered in place of a WebSocket', () => {
    let cases = 0;
    const reason = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), nearly);
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(65_535), fc.integer({ min: 1000, max: 1015 })),
        reason,
        fc.record({ status: fc.integer({ min: 100, max: 999 }), location: fc.option(token) }),
        (code, why, { status, location }) => {
          cases++;
          const end = unmarked(closeText(code, Buffer.from(why)));
          const isSaid = code !== 1005 && code !== 1006;
          assert.equal(end.includes(`code ${code}`), isSaid);
          if (isSaid && why !== '') {
            assert.equal(JSON.parse(end.slice(end.indexOf('"'))), unmarked(why));
          }
          const answer = new IncomingMessage(new Socket());
          answer.statusCode = status;
          if (location !== null) answer.headers.location = location;
          const isRedirect = status >= 300 && status < 400 && location !== null;
          const refusal = String(refusalOf('/ws', answer));
          assert.ok(refusal.startsWith(`the server answered ${status} `), refusal);
          assert.ok(refusal.endsWith(' to the WebSocket handshake on /ws'), refusal);
          assert.equal(refusal.includes(' (location: /'), isRedirect, refusal);
        },
      ),
      { numRuns: 10_000 },
    );
    assert.ok(cases >= 10_000, `${cases} cases`);
  });
});

function startsWith(wrong: string): (error: unknown) => boolean {
  return (error) => {
    const message = unmarked((error as Error).message);
    assert.ok(message.startsWith(unmarked(`scenario test: ${wrong}`)), message);
    return true;
  };
}

/** The request line, and each field once; of others only those of a handshake. */
function assertSent({ path, headers, subprotocol }: VerdictWord, head: string): void {
  const [line, ...fields] = head.split('\r\n').slice(0, -2);
  assert.equal(line, `GET ${path} HTTP/1.1`);
  // Node.js writes a host where an empty one is given.
  const own = Object.entries(headers)
    .filter(([name, value]) => name.toLowerCase() !== 'host' || value !== '')
    .map(([name, value]) => `${name}: ${value}`);
  if (subprotocol !== null) own.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
  const others = fields.filter((field) => !own.includes(field));
  assert.equal(others.length, fields.length - own.length, `${own} in ${head}`);
  for (const field of others) {
    assert.match(field, /^(sec-websocket-(key|version)|connection|upgrade|host): /i);
  }
}

const OWN =
  /^(connection|upgrade|content-length|transfer-encoding|sec-websocket-(key|version|extensions|accept|protocol))$/i;

/** How the message about these words goes on, by the grammars of RFC 3986, 9110 and 6455; null: none. */
function wrongIn({ path, headers, subprotocol }: VerdictWord): string | null {
  const isAscii = [...path].every((letter) => letter > ' ' && letter < '\x7f');
  if (!path.startsWith('/') || !isAscii || path.includes('#') || path !== asSent(path)) {
    return `path ${JSON.stringify(path)} cannot be sent`;
  }
  for (const [name, value] of Object.entries(headers)) {
    const where = `header ${JSON.stringify(name)}`;
    const isName = name !== '' && [...name].every((letter) => TOKEN.includes(letter));
    // Blanks and what is visible, in latin1.
    const isValue = [...value].every(
      (letter) => letter === '\t' || (letter >= ' ' && letter <= '\xff' && letter !== '\x7f'),
    );
    if (!isName || !isValue) return `${where} cannot be sent`;
    if (OWN.test(name)) return `${where} is written by the generator itself`;
  }
  const isToken = subprotocol !== '' && [...(subprotocol ?? '')].every((at) => TOKEN.includes(at));
  return isToken ? null : `subprotocol ${JSON.stringify(subprotocol)} cannot be sent`;
}

/** What a URL makes of the path. */
function asSent(path: string): string {
  const { pathname, search } = new URL(`ws://localhost${path}`);
  return pathname + search;
}

/** The head of the request that a client sends with these words. */
async function headOf(given: VerdictWord): Promise<string> {
  return await new Promise((resolve) => {
    const connect = () => {
      const [near, far] = duplexPair();
      headFrom(far, (head) => {
        connection.drop();
        resolve(head);
      });
      return near;
    };
    const owner = { onOpen() {}, onRefusal() {}, onMessage() {}, onLoss() {} };
    const connection = new Connection(prepareHandshake(target(1, given), connect), owner);
    connection.open();
  });
}

interface Shaken {
  opened: boolean;
  refusal: string | null;
  /** What was answered. */
  bytes: string;
  key: string;
  /** For a subprotocol. */
  asks: boolean;
}

/** One connection to a peer that answers like this and then ends. */
async function shake(shape: AnswerShape): Promise<Shaken> {
  const subprotocol = shape.asks ? 'chat' : null;
  let [bytes, key] = ['', ''];
  const connect = () => {
    const [near, far] = duplexPair();
    headFrom(far, (head) => {
      key = /^sec-websocket-key: (.+)\r$/im.exec(head)?.[1] ?? '';
      bytes = answerTo(shape, key);
      far.end(bytes, 'latin1');
    });
    return near;
  };
  const handshake = prepareHandshake(target(1, { subprotocol }), connect);
  return await new Promise((resolve) => {
    const end = (opened: boolean, refusal: string | null) => {
      connection.drop();
      resolve({ opened, refusal, bytes, key, asks: shape.asks });
    };
    const owner: ConnectionOwner = {
      onOpen: () => end(true, null),
      onRefusal: (_, message) => end(false, String(message)),
      onMessage() {},
      onLoss() {},
    };
    const connection = new Connection(handshake, owner);
    connection.open();
  });
}

/** Waits for a whole head, in latin1. */
function headFrom(stream: Duplex, take: (head: string) => void): void {
  let head = '';
  stream.on('error', () => {});
  stream.setEncoding('latin1').on('data', (more: string) => {
    head += more;
    if (head.endsWith('\r\n\r\n')) take(head);
  });
}

function answerTo(shape: AnswerShape, key: string): string {
  const right = /^Sec-WebSocket-Accept: (.+)\r$/m.exec(accept(key))?.[1] as string;
  const keys = { right, wrong: right.replace(/^./, '!'), cut: right.slice(1), twice: right };
  const lines = [`HTTP/1.1 ${shape.status} Some`];
  if (shape.upgrade !== null) lines.push(`Upgrade: ${shape.upgrade}`);
  if (shape.connection !== null) lines.push(`Connection: ${shape.connection}`);
  if (shape.key !== 'none') lines.push(`Sec-WebSocket-Accept: ${keys[shape.key]}`);
  if (shape.key === 'twice') lines.push('Sec-WebSocket-Accept: x');
  const protocol = {
    asked: shape.asks ? 'chat' : null,
    none: null,
    other: 'tea',
    both: 'chat, tea',
  };
  const chosen = protocol[shape.protocol];
  if (chosen !== null) lines.push(`Sec-WebSocket-Protocol: ${chosen}`);
  if (shape.extensions !== null) lines.push(`Sec-WebSocket-Extensions: ${shape.extensions}`);
  for (const [name, value] of Object.entries(shape.more)) lines.push(`x-${name}: ${value}`);
  const whole = `${lines.join('\r\n')}\r\n\r\n`;
  if (shape.damage === null) return whole;
  const at = shape.damage.at % whole.length;
  return whole.slice(0, at) + String.fromCharCode(shape.damage.byte) + whole.slice(at + 1);
}

/** By RFC 6455, 4.1, read line by line. */
function isRight(bytes: string, key: string, asks: boolean): boolean {
  const [first = '', ...lines] = bytes.slice(0, bytes.indexOf('\r\n\r\n')).split('\r\n');
  const all = (name: string) =>
    lines
      .filter((line) => line.toLowerCase().startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trim());
  return (
    /^HTTP\/1\.[01] 101 /.test(first) &&
    all('upgrade').join().toLowerCase() === 'websocket' &&
    accept(key).includes(`Sec-WebSocket-Accept: ${all('sec-websocket-accept').join()}\r\n`) &&
    all('sec-websocket-protocol').join() === (asks ? 'chat' : '') &&
    all('connection').join().toLowerCase().split(/ *, */).includes('upgrade') &&
    all('sec-websocket-extensions').length === 0
  );
}
