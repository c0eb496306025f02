/** What of an answer is only the place of its arm is no difference: the port, the socket and the folder. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { bytesWithoutOwnPlace, withoutOwnPlace } from '../../../src/measure/answers/answer.ts';

const placeOf = (port: number) => ({ port, socketPath: null, dir: `/tmp/arm-${port}` });
const seen = (text: string, port: number) =>
  bytesWithoutOwnPlace(Buffer.from(text), placeOf(port)).toString();

it('Two answers that hold the own port of their arm are equal, as an address, a bare number or in a text', () => {
  for (const say of [
    (port: number) => JSON.stringify({ port, ok: true }),
    (port: number) => JSON.stringify([port, String(port)]),
    (port: number) => `Served by port ${port}.\n`,
    (port: number) => `http://localhost:${port}/items`,
    (port: number) => `{"self":"http://[::1]:${port}/","dir":"/tmp/arm-${port}/data"}`,
  ]) {
    assert.equal(seen(say(20123), 20123), seen(say(30456), 30456));
  }
});

it('An answer of JSON with the own port in it stays JSON', () => {
  const read = JSON.parse(seen('{"port": 20123, "at": "port 20123"}', 20123));
  assert.deepEqual(read, { port: 65536, at: 'port 65536' });
});

it('A number that only holds the digits of the own port stays as it is', () => {
  for (const text of ['120123', '20123.5', '1.20123', 'a20123', '20123b', '-20123', '2012-20123']) {
    assert.equal(withoutOwnPlace(text, placeOf(20123)), text);
  }
});
