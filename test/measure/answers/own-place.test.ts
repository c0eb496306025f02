/** What of an answer is only the place of its arm is no difference: the port, the socket and the folder. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { bytesWithoutPlaces, withoutPlaces } from '../../../src/measure/answers/answer.ts';

const placeOf = (port: number) => ({
  port,
  socketPath: `/tmp/tg-1/${port}.sock`,
  dir: `/tmp/arm-${port}`,
});
const [BASE, HEAD] = [20123, 30456];
const PLACES = [placeOf(BASE), placeOf(HEAD)];
const seen = (text: string, places = PLACES) =>
  bytesWithoutPlaces(Buffer.from(text), places).toString();

it('Two answers that hold the own port of their arm are equal, as an address, a bare number or in a text', () => {
  for (const say of [
    (port: number) => JSON.stringify({ port, ok: true }),
    (port: number) => JSON.stringify([port, String(port)]),
    (port: number) => `Served by port ${port}.\n`,
    (port: number) => `http://localhost:${port}/items`,
    (port: number) => `{"self":"http://[::1]:${port}/","dir":"/tmp/arm-${port}/data"}`,
    (port: number) => `listening on /tmp/tg-1/${port}.sock`,
  ]) {
    assert.equal(seen(say(BASE)), seen(say(HEAD)));
  }
});

it('Data that hold a number which is the port of one arm alone are equal in both', () => {
  const ids = Array.from({ length: 12_000 }, (_, i) => ({ id: 20_000 + i }));
  const text = JSON.stringify(ids);
  assert.equal(seen(text), seen(text, PLACES.toReversed()));
  assert.deepEqual(
    (JSON.parse(seen(text)) as typeof ids).filter(({ id }, i) => id !== 20_000 + i),
    [{ id: 65_536 }, { id: 65_536 }],
  );
});

it('Where the folder of one arm begins like that of the other, two answers that hold their own are equal', () => {
  const places = ['/tmp/app', '/tmp/app-2'].map((dir, i) => ({ ...placeOf(20_001 + i), dir }));
  assert.equal(seen('/tmp/app/data', places), seen('/tmp/app-2/data', places));
});

it('An answer of JSON with the own port in it stays JSON', () => {
  const read = JSON.parse(seen('{"port": 20123, "at": "port 20123"}'));
  assert.deepEqual(read, { port: 65536, at: 'port 65536' });
});

it('A number that only holds the digits of a port stays as it is', () => {
  for (const text of ['120123', '20123.5', '1.20123', 'a20123', '20123b', '-20123', '2012-20123']) {
    assert.equal(withoutPlaces(text, PLACES), text);
  }
});
