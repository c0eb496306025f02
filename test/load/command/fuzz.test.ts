/** Damaged outputs of load tools, by random: src/load/command/parse.ts and its parsers. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CommandOutput } from '../../../src/config/experiment/scenario.ts';
import { parseOutput } from '../../../src/load/command/parse.ts';
import { type ToolReport, workOf } from '../../../src/load/command/report.ts';
import { fuzzCases } from '../../support/fuzz.ts';
import { fc } from '../../support/properties.ts';

const CASES = fuzzCases(5000);

const folder = new URL('./outputs/', import.meta.url);
const LINES = [
  '# a script\nrequests 120345 count\nerrors 3 count\nduration 5.01 s\nlatency_p50 1.2 ms\n',
  'throughput 24000.5 req/s\nduration 5010 ms\n\nerrors 0 count\n',
];

/** Every real output of a tool. */
function goldens(tool: CommandOutput): string[] {
  if (tool === 'lines') return LINES;
  const names = readdirSync(folder).filter((name) => name.startsWith(`${tool}-`));
  return names.map((name) => readFileSync(new URL(name, folder), 'utf8'));
}

/** The report, or null for an error with a proper message; anything else fails the test. */
function read(tool: CommandOutput, stdout: string): ToolReport | null {
  try {
    const report = parseOutput(tool, { stdout, stderr: '' });
    assertSound(report);
    return report;
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    assert.ok(error instanceof Error);
    assert.match(error.message, new RegExp(`^its output cannot be read as \`${tool}\`: it `));
    assert.ok(error.message.length < 4000);
    return null;
  }
}

function assertSound(report: ToolReport): void {
  for (const count of [report.good, ...Object.values(report.errors)]) {
    assert.ok(Number.isSafeInteger(count) && count >= 0, JSON.stringify(report));
  }
  assert.ok(workOf(report) > 0);
  assert.ok(Number.isFinite(report.durationUs) && report.durationUs > 0);
  assert.ok(Number.isFinite(report.medianLatencyUs) && report.medianLatencyUs >= 0);
}

/** What a number can turn into. */
const odd = fc.constantFrom(
  ...['-1', '0', 'NaN', 'nan', '-nan', 'inf', '1e999', '1e308', '9007199254740993', '', 'null'],
  ...['1.5', '"7"', '{}', '[]', '-0', '00', '1_000', '99999999999999999999999', '0.0000001'],
);
const hurt = fc.record({
  kind: fc.constantFrom(
    'number',
    'number',
    'number',
    'byte',
    'drop',
    'insert',
    'line',
    'twice',
    'cut',
  ),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  length: fc.integer({ min: 1, max: 40 }),
  odd,
  byte: fc.oneof(
    fc.constantFrom(...'{}[]",:\n 0159-e.#'),
    fc.string({ minLength: 1, maxLength: 1 }),
  ),
});
type Hurt = typeof hurt extends fc.Arbitrary<infer T> ? T : never;

function damaged(text: string, { kind, at, length, odd, byte }: Hurt): string {
  const index = Math.floor(at * text.length);
  const end = index + length;
  switch (kind) {
    case 'number': {
      const numbers = [...text.matchAll(/\d+(\.\d+)?/g)];
      const one = numbers[Math.floor(at * numbers.length)];
      if (one === undefined) return text;
      return text.slice(0, one.index) + odd + text.slice(one.index + one[0].length);
    }
    case 'byte':
      return text.slice(0, index) + byte + text.slice(index + 1);
    case 'drop':
      return text.slice(0, index) + text.slice(end);
    case 'insert':
      return text.slice(0, index) + byte + text.slice(index);
    case 'twice':
      return text.slice(0, end) + text.slice(index);
    case 'line': {
      const lines = text.split('\n');
      lines.splice(Math.floor(at * lines.length), 1);
      return lines.join('\n');
    }
    default:
      return text.slice(0, index);
  }
}

for (const tool of CommandOutput.options) {
  describe(`the parser of ${tool}`, () => {
    const wholes = goldens(tool);

    it(`The parser of ${tool} never claims more for a part of an output than for the whole`, () => {
      assert.ok(wholes.length > 0);
      for (const whole of wholes) {
        const report = read(tool, whole);
        for (let length = 0; length < whole.length; length++) {
          const part = read(tool, whole.slice(0, length));
          if (part === null) continue;
          // Only what stands behind the figures is missing.
          assert.ok(report !== null);
          const { medianLatencyUs, ...figures } = part;
          const expected = { ...report, medianLatencyUs };
          assert.deepEqual({ ...figures, medianLatencyUs }, expected);
          assert.ok(medianLatencyUs === 0 || medianLatencyUs === report.medianLatencyUs);
        }
      }
    });

    it(`The parser of ${tool} gives a sound report or says what is wrong, whatever is damaged`, () => {
      let refused = 0;
      const damage = fc.tuple(
        fc.constantFrom(...wholes),
        fc.array(hurt, { minLength: 1, maxLength: 4 }),
      );
      fc.assert(
        fc.property(damage, ([whole, hurts]) => {
          if (read(tool, hurts.reduce(damaged, whole)) === null) refused++;
        }),
        { numRuns: 2 * CASES },
      );
      assert.ok(refused > 0 && refused < 2 * CASES, 'both happened');
    });

    it(`The parser of ${tool} gives no report for what is no output of it`, () => {
      const words = fc.constantFrom(
        ...wholes.flatMap((whole) => whole.split(/(?<=[\s{}:,])/).slice(0, 400)),
      );
      const text = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.array(words, { maxLength: 60 }).map((some) => some.join('')),
        fc.json().map((json) => `${json}\n`),
      );
      fc.assert(
        fc.property(text, (some) => {
          read(tool, some);
        }),
        { numRuns: CASES },
      );
    });
  });
}
