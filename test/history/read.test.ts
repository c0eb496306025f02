import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineText } from '../../src/history/line.ts';
import { upgradedLine } from '../../src/history/old-forms.ts';
import { LINE_BYTES_AT_MOST, lineReader, readHistory, readLine } from '../../src/history/read.ts';
import { lineOf, metricOf } from '../support/history.ts';
import { fc } from '../support/properties.ts';

const SUBJECT = { server: 'api', scenario: 'plain' };
const reasons = (text: string) =>
  readHistory(text, SUBJECT).damaged.map(({ number, reason }) => `${number} ${reason}`);

test('Lines are read in the order of the file, with their numbers', () => {
  const { sound, damaged } = readHistory(lineText(lineOf(2)) + lineText(lineOf(1)), SUBJECT);
  assert.deepEqual(
    sound.map(({ number, line }) => [number, line]),
    [
      [1, lineOf(2)],
      [2, lineOf(1)],
    ],
  );
  assert.deepEqual(damaged, []);
  assert.deepEqual(readHistory(''), { sound: [], damaged: [] });
});

test('A line whose fingerprint was read before is read as if it had not been, whatever is odd in it', () => {
  const [first = '', second = ''] = [1, 2].map((hour) => lineText(lineOf(hour)).trimEnd());
  const own = JSON.stringify(lineOf(1).fingerprint);
  const other = own.replace('"hash":"', '"hash":"ffffff');
  const added = (text: string) => first.replace(/\}$/, `,${text}}`);
  const long = 'x'.repeat(LINE_BYTES_AT_MOST - second.length + 20);
  for (const odd of [
    first,
    second,
    first.replace(own, other),
    first.replace(own, 'null'),
    first.replace(`"fingerprint":${own},`, ''),
    first.replace('"fingerprint":', '"fingerprint": '),
    first.replace(`"fingerprint":${own}`, `"metrics":{"fingerprint":${own}}`),
    first
      .replace(`"fingerprint":${own},`, '')
      .replace('"metrics":{', `"metrics":{"fingerprint":${own},`),
    first.replace('"tool":"', `"tool":"\\"fingerprint\\":${JSON.stringify(own).slice(1, -1)}`),
    added(`"fingerprint":${other}`),
    added('"fingerprint":null'),
    added('"fingerprint" :null'),
    added(`"fingerprint"\t: ${other}`),
    first.replace('"fingerprint":', '"fingerprint" :'),
    first.replace('{"form"', `{"fingerprint" :${other},"form"`),
    added(`"fing\\u0065rprint":${other}`),
    added(`"extra":"${long}"`),
    second.replace('"blocks":', '"blocks":-'),
    second.slice(0, -5),
  ]) {
    const read = lineReader(SUBJECT);
    assert.equal(read(second).kind, 'sound');
    assert.deepEqual(read(odd), readLine(odd, SUBJECT), odd);
    assert.deepEqual(read(first), readLine(first, SUBJECT));
  }
});

test('A damaged line is named by its number and with the reason, and takes no other with it', () => {
  const text = `${lineText(lineOf(1))}nonsense\n[1]\n\n{"form":1}\n${lineText(lineOf(2))}`;
  const { sound, damaged } = readHistory(text, SUBJECT);
  assert.deepEqual(
    sound.map(({ number }) => number),
    [1, 6],
  );
  assert.deepEqual(
    damaged.map(({ number }) => number),
    [2, 3, 4, 5],
  );
  assert.match(
    damaged.map(({ reason }) => reason).join('; '),
    /is no JSON; is no JSON object; is empty; `subject`: /,
  );
});

test('A last line that was cut off is damaged, and one that only lacks its end is not', () => {
  const whole = lineText(lineOf(1));
  assert.match(reasons(whole + whole.slice(0, 100))[0] ?? '', /^2 is cut off: is no JSON$/);
  assert.deepEqual(reasons(whole + whole.trimEnd()), []);
});

test('A line of a newer version is refused by its form, and known to be of use to that version', () => {
  const { damaged } = readHistory(`${JSON.stringify({ form: 7, all: 'else' })}\n`);
  assert.match(
    damaged[0]?.reason ?? '',
    /^has form 7, of a newer version of throughput-gate; this one reads forms up to 1$/,
  );
  assert.equal(damaged[0]?.isNewer, true);
  for (const form of [0, -1, 1.5, '1', null]) {
    assert.match(reasons(`${JSON.stringify({ ...lineOf(1), form })}\n`)[0] ?? '', /has no `form`/);
  }
});

test('A line of an older form is brought to the next one, step by step', () => {
  const steps = {
    1: ({ old, ...line }: Record<string, unknown>) => ({ ...line, form: 2, middle: old }),
    2: ({ middle, ...line }: Record<string, unknown>) => ({ ...line, form: 3, present: middle }),
  };
  assert.deepEqual(upgradedLine({ form: 1, old: 'x' }, steps), { form: 3, present: 'x' });
  assert.deepEqual(upgradedLine({ form: 3 }, steps), { form: 3 });
  assert.deepEqual(upgradedLine({}, steps), {});
});

test('A line of another subject is damaged: it was put into this file by a mistake, or on purpose', () => {
  const other = lineText(lineOf(1, { subject: { server: 'api', scenario: 'other' } }));
  assert.deepEqual(reasons(other), ['1 is of another subject, api/other']);
  assert.equal(readHistory(other).sound.length, 1);
});

test('An interval that contradicts itself makes the line damaged', () => {
  const withInterval = (interval: [number, number]) =>
    lineText(lineOf(1, { metrics: { cpu: metricOf(1, 0, { ratio: { log: 0, interval } }) } }));
  assert.match(reasons(withInterval([0.1, -0.1]))[0] ?? '', /ends before it begins/);
  assert.match(reasons(withInterval([0.1, 0.2]))[0] ?? '', /outside of its own interval/);
  const beside = { throughput: metricOf(1, 0, { expected: { log: 0, interval: [0.1, 0.2] } }) };
  assert.match(
    reasons(lineText(lineOf(1, { metrics: beside })))[0] ?? '',
    /throughput\.expected\.log` is outside of its own interval/,
  );
});

test('Lines that are too long or nested too deep are damaged before they are parsed', () => {
  assert.match(reasons(`{"a":"${'x'.repeat(70_000)}"}\n`)[0] ?? '', /longer than 65536/);
  assert.match(reasons(`${'['.repeat(30_000)}\n`)[0] ?? '', /nested deeper than 16/);
  assert.deepEqual(
    reasons(lineText(lineOf(1, { subject: SUBJECT, tool: '[[[[[[[[[[[[[[[[[[[[[[' }))),
    [],
  );
});

test('Keys that change what an object is reach nobody', () => {
  const text = lineText(lineOf(1)).replace(
    '"metrics":{',
    '"metrics":{"__proto__":{"unit":"evil"},',
  );
  for (const { line } of readHistory(text, SUBJECT).sound) {
    assert.equal(({} as { unit?: string }).unit, undefined);
    assert.deepEqual(Object.keys(line.metrics), ['throughput', 'cpu']);
    assert.equal(Object.getPrototypeOf(line.metrics), Object.prototype);
  }
  assert.equal(readHistory(text, SUBJECT).sound.length + reasons(text).length, 1);
});

test('Whatever bytes a file has, reading ends, and each line is either sound or damaged', () => {
  const whole = lineText(lineOf(1));
  const piece = fc.oneof(
    fc.constant(whole),
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.nat(whole.length).map((end) => whole.slice(0, end)),
    fc
      .nat(whole.length)
      .chain((at) => fc.string().map((put) => whole.slice(0, at) + put + whole.slice(at))),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const text = pieces.join('');
      const { sound, damaged } = readHistory(text, SUBJECT);
      const lines = text.split('\n');
      assert.equal(sound.length + damaged.length, lines.length - (lines.at(-1) === '' ? 1 : 0));
    }),
    { numRuns: 100 },
  );
});

test('A scatter that no blocks can have is damaged, as no interval could be told with it', () => {
  const calibrated = { log: 0, light: 2, sd: 1e300, blocks: 6 };
  const text = JSON.stringify(
    lineOf(1, { metrics: { throughput: metricOf(40_000, 0, { calibrated }) } }),
  );
  assert.match(reasons(`${text}\n`)[0] ?? '', /^1 `metrics.throughput.calibrated.sd`: /);
});
