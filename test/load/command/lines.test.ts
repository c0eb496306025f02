import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseOutput } from '../../../src/load/command/parse.ts';
import { noErrors } from '../../../src/load/session.ts';
import { says } from '../../support/printed.ts';
import { fc } from '../../support/properties.ts';

const parse = (stdout: string) => parseOutput('lines', { stdout, stderr: '' });
const WHOLE = 'requests 120345 count\nerrors 3 count\nduration 5.01 s\nlatency_p50 1.2 ms\n';

describe('the line format', () => {
  it('The line format gives a report', () => {
    const report = {
      good: 120342,
      errors: { ...noErrors(), status: 3 },
      durationUs: 5_010_000,
      medianLatencyUs: 1200,
    };
    assert.deepEqual(parse(WHOLE), report);
    assert.deepEqual(parse(WHOLE.split('\n').reverse().join('\n')), report, 'in any order');
    const spaced = `# from the script\n\n \t${WHOLE.replaceAll(' ', ' \t ')}   # done\n`;
    assert.deepEqual(parse(spaced), report);
    assert.deepEqual(parse(WHOLE.trimEnd()), report);
  });

  it('The line format knows its units', () => {
    for (const [time, us] of [
      ['5010000000 ns', 5_010_000],
      ['5010000 us', 5_010_000],
      ['5010 ms', 5_010_000],
      ['5.01e0 s', 5_010_000],
      ['1e-3 s', 1000],
    ] as const) {
      assert.equal(parse(`requests 1 count\nerrors 0 count\nduration ${time}`).durationUs, us);
    }
  });

  it('The line format takes a rate in place of a count', () => {
    const { good, errors } = parse('throughput 24000 req/s\nduration 5.01 s\nerrors 240 count');
    assert.equal(good, 120_000);
    assert.equal(errors.status, 240);
  });

  it('The line format takes a run in which everything failed', () => {
    const { good, errors } = parse('requests 5 count\nerrors 5 count\nduration 1 s');
    assert.deepEqual([good, errors.status], [0, 5]);
  });

  for (const [from, to, message] of [
    ['requests 120345 count\n', '', /neither a line `requests N count` nor `throughput N req\/s`/],
    ['errors 3 count\n', '', /has no line `errors N count`/],
    ['duration 5.01 s\n', '', /has no line `duration N s`/],
    ['errors', 'Errors', /no metric that is known in line 2, `Errors 3 count`: requests, .* are/],
    ['errors', 'constructor', /no metric that is known in line 2/],
    ['latency_p50', 'latency_p99', /no metric that is known in line 4/],
    [
      '5.01 s',
      '5.01',
      /is not `duration number unit` in line 3, `duration 5\.01`: units are ns, us, ms, s/,
    ],
    ['5.01 s', '5.01 min', /units are ns, us, ms, s/],
    ['5.01 s', '5.01 toString', /units are ns, us, ms, s/],
    ['5.01 s', '5.01 s s', /is not `duration number unit`/],
    ['5.01 s', '5,01 s', /has `5,01` for a number in line 3/],
    ['5.01 s', 'NaN s', /has `NaN` for a number/],
    ['5.01 s', 'Infinity s', /has `Infinity` for a number/],
    ['5.01 s', '1e999 s', /has `1e999` for a number/],
    ['5.01 s', '-5 s', /has `-5` for a number/],
    ['5.01 s', '0x10 s', /has `0x10` for a number/],
    ['5.01 s', '0 s', /it took 0 s/],
    ['120345', '120345.5', /has 120345\.5 for `requests`, which is no count/],
    ['120345', '1e20', /which is no count/],
    ['120345', '2', /3 errors in 2 requests/],
    ['errors 3', 'errors 3 count\nerrors 3', /has a second `errors` in line 3/],
    ['duration', 'throughput 5 req/s\nduration', /both `requests` and `throughput`/],
  ] as const) {
    it(`The line format is strict: ${from.trim()} → ${JSON.stringify(to)}`, () => {
      assert.throws(() => parse(WHOLE.replace(from, to)), says(message));
    });
  }

  it('The line format refuses a run of nothing', () => {
    const nothing = 'requests 0 count\nerrors 0 count\nduration 1 s';
    assert.throws(() => parse(nothing), /it counts nothing/);
  });

  it('The line format gives back what was printed', () => {
    const numbers = fc.record({
      requests: fc.integer({ min: 1, max: 1e9 }),
      failed: fc.double({ min: 0, max: 1, noNaN: true }),
      durationUs: fc.integer({ min: 1, max: 1e9 }),
      latencyUs: fc.option(fc.integer({ min: 0, max: 1e9 })),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(numbers, ({ requests, failed, durationUs, latencyUs, seed }) => {
        const errors = Math.floor(requests * failed);
        const lines = [`requests ${requests} count`, `errors ${errors} count`];
        lines.push(`duration ${durationUs} us`);
        if (latencyUs !== null) lines.push(`latency_p50 ${latencyUs} us`);
        const turned = lines.map((_, i) => lines[(i + seed) % lines.length]);
        assert.deepEqual(parse(turned.join('\n')), {
          good: requests - errors,
          errors: { ...noErrors(), status: errors },
          durationUs,
          medianLatencyUs: latencyUs ?? 0,
        });
      }),
    );
  });
});
