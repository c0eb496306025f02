import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { CommandOutput } from '../../../src/config/experiment/scenario.ts';
import { parseOutput } from '../../../src/load/command/parse.ts';
import type { ErrorCounts } from '../../../src/load/results.ts';
import { noErrors } from '../../../src/load/session.ts';
import { PrintedError } from '../../../src/system/messages/printed.ts';
import { says } from '../../support/printed.ts';

type Expected = [good: number, errors: Partial<ErrorCounts>, durationUs: number, medianUs: number];

/**
 * What the real tools printed: wrk 4.1.0, oha 1.16.0, h2load 1.52.0, k6 1.8.1, vegeta 12.13.0 and
 * autocannon 9.0.0 against a server that is well (`good`), answers 404 (`missing`) or sometimes 503
 * (`mix`), never answers (`silent`), closes always (`drop`) or sometimes (`dropsome`), answers
 * sometimes (`slowsome`) or always (`second`) too late, or is not there (`refused`); and on a busy
 * machine, where h2load's timer was `late`.
 */
const RUNS: Record<string, Expected> = {
  'autocannon-good': [54068, {}, 2_008_000, 0],
  'autocannon-mismatch': [0, { body: 16928 }, 1_010_000, 0],
  'autocannon-missing': [0, { status: 86782 }, 2_008_000, 0],
  'autocannon-mix': [78456, { status: 19614 }, 2_007_000, 0],
  'autocannon-refused': [0, { connect: 33104 }, 2_006_000, 0],
  'autocannon-silent': [0, { timeout: 8 }, 2_009_000, 0],
  'autocannon-slowsome': [765, { timeout: 8 }, 2_009_000, 0],
  'h2load-good': [74577, {}, 2_000_000, 0],
  'h2load-late': [1640, {}, 1_020_000, 0],
  'h2load-missing': [0, { status: 104601 }, 2_000_000, 0],
  'h2load-mix': [84962, { status: 21240 }, 2_000_000, 0],
  'h2load-n-drop': [0, { closed: 200 }, 3150, 0],
  'h2load-n-dropsome': [29, { closed: 171 }, 3120.001, 0],
  'h2load-n-mix': [160, { status: 40 }, 14_458.995, 0],
  'h2load-n-refused': [0, { connect: 100 }, 362, 0],
  'h2load-n-silent': [0, { timeout: 4, closed: 196 }, 1_000_000, 0],
  'h2load-n-slowsome': [141, { timeout: 2, closed: 57 }, 1_012_931.034, 0],
  'h2load-warmup': [8223, { status: 2055 }, 1_500_000, 0],
  'k6-export-drop': [0, { status: 8959 }, 2_000_480.239, 1063.66],
  'k6-export-good': [18376, {}, 2_022_592.53, 426.694],
  'k6-export-missing': [0, { status: 23701 }, 2_000_252.817, 425.191],
  'k6-export-mix': [22718, { status: 5680 }, 2_003_773.383, 281.564],
  'k6-export-silent': [0, { status: 16 }, 2_003_883.136, 1_000_259.484],
  'k6-handle-good': [27959, {}, 2_002_032.822, 382.698],
  'k6-handle-mix': [0, { status: 5324, body: 21293 }, 2_001_247.655, 414.09],
  'k6-new-good': [38265, {}, 2_000_360.226, 262.549],
  'k6-new-mix': [0, { status: 6367, body: 25468 }, 2_001_648.616, 325.819],
  'k6-websocket': [69000, {}, 2_104_304.866, 0],
  'oha-drop': [0, { closed: 18530 }, 2_002_450.373, 0],
  'oha-dropsome': [44397, { closed: 4934 }, 2_002_181.803, 232.776],
  'oha-good': [108233, {}, 2_001_972.538, 114.059],
  'oha-missing': [0, { status: 113209 }, 2_006_057.118, 116.624],
  'oha-mix': [85065, { status: 21266 }, 2_006_103.962, 118.226],
  'oha-redirect': [500, {}, 17_468.039, 244.223],
  'oha-refused': [0, { connect: 100007 }, 1_006_763.952, 0],
  'oha-silent': [0, { timeout: 8 }, 2_002_299.197, 0],
  'oha-slowsome': [766, { timeout: 8 }, 2_002_135.224, 71.646],
  'vegeta-drop': [0, { closed: 9864 }, 2_000_810.445, 1189.588],
  'vegeta-dropsome': [21184, { closed: 179 }, 2_000_652.404, 494.667],
  'vegeta-good': [43246, {}, 1_999_923.337, 244.92],
  'vegeta-missing': [0, { status: 48664 }, 2_000_070.801, 212.574],
  'vegeta-mix': [36761, { status: 9190 }, 2_000_074.487, 234.418],
  'vegeta-refused': [0, { connect: 100 }, 990_012.092, 222.36],
  'vegeta-silent': [0, { timeout: 17 }, 3_001_981.636, 1_000_563.623],
  'vegeta-slowsome': [756, { timeout: 16 }, 2_049_671.541, 203.05],
  'wrk-drop': [0, { closed: 35645 }, 2_000_000, 0],
  'wrk-dropsome': [86835, { closed: 9648 }, 2_099_572.977, 145],
  'wrk-good': [141306, {}, 2_099_943.87, 88],
  'wrk-missing': [0, { status: 123621 }, 2_000_696.888, 103],
  'wrk-mix': [103463, { status: 25866 }, 2_099_819.907, 108],
  'wrk-no-latency': [48890, {}, 1_099_800.916, 0],
  'wrk-second': [0, { timeout: 8 }, 2_005_012.531, 0],
};

/** Real runs without figures. */
const REFUSED: Record<string, RegExp> = {
  'autocannon-drop': /^its output cannot be read as `autocannon`: it counts nothing, /,
  'h2load-drop': /it counts nothing, /,
  'h2load-silent': /it counts nothing, /,
  'k6-text': /it has no line that begins with `\{`, so no JSON \(k6 needs `--summary-export/,
  'oha-text': /no JSON \(oha needs `--no-tui --output-format json`\)$/,
  'vegeta-text': /no JSON \(vegeta needs `vegeta report -type=json`\)/,
  'wrk-silent': /it counts nothing, neither an answer nor a failure/,
};

const outputs = new URL('./outputs/', import.meta.url);
const output = (name: string) => readFileSync(new URL(`${name}.txt`, outputs), 'utf8');
const toolOf = (name: string) => name.split('-')[0] as CommandOutput;
const parse = (tool: CommandOutput, stdout: string, stderr = '') =>
  parseOutput(tool, { stdout, stderr });

describe('what real tools print', () => {
  it('What real tools print is all tested', () => {
    const names = readdirSync(outputs).map((file) => file.replace('.txt', ''));
    assert.deepEqual(names.sort(), [...Object.keys(RUNS), ...Object.keys(REFUSED)].sort());
  });

  for (const [name, [good, errors, durationUs, medianLatencyUs]] of Object.entries(RUNS)) {
    it(`What real tools print is read: ${name}`, () => {
      const report = { good, errors: { ...noErrors(), ...errors }, durationUs, medianLatencyUs };
      assert.deepEqual(parse(toolOf(name), output(name)), report);
      const windows = output(name).replaceAll('\n', '\r\n');
      assert.deepEqual(parse(toolOf(name), windows), report);
    });
  }

  for (const [name, message] of Object.entries(REFUSED)) {
    it(`What real tools print is refused: ${name}`, () => {
      assert.throws(() => parse(toolOf(name), output(name)), says(message));
    });
  }
});

describe('an output', () => {
  it('An output that is empty is an error with what the tool complained about', () => {
    for (const tool of ['wrk', 'oha', 'k6', 'h2load', 'vegeta', 'autocannon', 'lines'] as const) {
      for (const stdout of ['', ' \n\n']) {
        assert.throws(() => parse(tool, stdout, 'no such host\n'), {
          message: new RegExp(`as \`${tool}\`: it is empty( \\(.*\\))?$`),
          printed: [{ by: 'load command', lines: ['no such host'] }],
        });
      }
    }
  });

  it('An output of another tool is an error', () => {
    for (const tool of ['wrk', 'oha', 'k6', 'h2load', 'vegeta', 'autocannon', 'lines'] as const) {
      for (const name of Object.keys(RUNS).filter((each) => toolOf(each) !== tool)) {
        assert.throws(() => parse(tool, output(name)), /cannot be read as/, `${name} as ${tool}`);
      }
    }
  });

  it('An output of two runs is an error', () => {
    for (const name of Object.keys(RUNS)) {
      const twice = `${output(name)}\n${output(name)}`;
      assert.throws(() => parse(toolOf(name), twice), /must run once/, name);
    }
  });

  it('An output may have words around its JSON', () => {
    const [good] = RUNS['oha-good'] as Expected;
    const noisy = `> npm exec oha\n  { not: json }\n${output('oha-good')}\nand\n  { either }\ndone\n`;
    assert.equal(parse('oha', noisy).good, good);
  });

  it('An output of k6 whose checks failed counts none of them as the same as a failed request', () => {
    const few = output('k6-handle-mix').replaceAll('"fails":26617', '"fails":10000');
    const { good, errors } = parse('k6', few);
    assert.deepEqual(errors, { ...noErrors(), status: 5324, body: 10_000 });
    assert.equal(good, 26_617 - 5324 - 10_000);
  });

  it('An output is shown beside the message, from its beginning, and not at full length', () => {
    const error = (() => {
      try {
        return parse('wrk', `first\n${'x'.repeat(5000)}\n${'y\n'.repeat(5000)}`);
      } catch (thrown) {
        return thrown;
      }
    })();
    assert.ok(error instanceof PrintedError);
    assert.match(error.message, /no line `N requests in T, N read`$/);
    const [{ lines } = { lines: [] }, ...more] = error.printed;
    assert.deepEqual(more, []);
    assert.match(lines.join('\n'), /^first\nx{1194}$/);
  });
});

describe('figures that contradict each other', () => {
  const cases: [name: string, from: string | RegExp, to: string, message: RegExp][] = [
    [
      'wrk-good',
      'Requests/sec:  67290.37',
      'Requests/sec:   6729.03',
      /141306 in 2\.1 s are not 6729/,
    ],
    ['wrk-mix', 'responses: 25866', 'responses: 999999', /more requests failed than the 129329/],
    ['wrk-mix', 'responses: 25866', 'responses: -5', /has `-5` for a count/],
    ['wrk-dropsome', 'read 9648', 'read -9648', /has `Socket errors: connect 0, read -9648/],
    ['wrk-good', 'Transfer/sec:      8.15MB', '', /no line `Requests\/sec: N` and `Transfer/],
    ['wrk-good', 'in 2.10s', 'in nans', /no line `N requests in T/],
    ['h2load-n-mix', '0 errored', '41 errored', /40 failed, 41 errored/],
    ['h2load-good', '37288.50 req/s', '0.01 req/s', /are not 0\.01 per second/],
    ['h2load-n-mix', '14.46ms', '16.46ms', /200 in 0\.0164\d* s are not 13832\.22 per second/],
    ['h2load-warmup', 'in 2.20s', 'in 2.00s', /10278 in 1\.3\d* s are not 6852 per second/],
    ['h2load-good', '37288.50 req/s', '-nan req/s', /no line `finished in T/],
    ['oha-dropsome', '"successRate": 0.8', '"successRate": 0.9', /not a `successRate` of 0\.9/],
    ['oha-good', '"total": 2.001972538', '"total": null', /no number `summary\.total`/],
    ['oha-good', '"total": 2.001972538', '"total": 0', /it took 0 s/],
    ['oha-good', '"total": 2.001972538', '"total": 1e999', /Infinity for `summary\.total`/],
    ['oha-good', '"200": 108233', '"200": -108233', /-108233 for `statusCodeDistribution\.200`/],
    ['oha-good', '"200": 108233', '"OK": 108233', /has "OK" for a status/],
    ['vegeta-mix', '"503":9190', '"503":9191', /has 45952 of 45951 `requests`/],
    ['vegeta-mix', '"success":0.8', '"success":0.7', /not a `success` of 0\.7/],
    ['vegeta-good', '"duration":1999796748,', '', /no number `duration`/],
    ['autocannon-mix', '"5xx":19614', '"5xx":0', /98070 answers by status and 78456 by class/],
    ['autocannon-silent', '"timeouts":8', '"timeouts":9', /9 `timeouts` of 8 `errors`/],
    ['autocannon-good', '"duration":2.01', '"duration":20.1', /with a `duration` of 20\.1 s/],
    [
      'k6-export-mix',
      /"http_reqs": \{\s+"count": 28398/,
      '"http_reqs": { "count": 5',
      /5680 of 5 /,
    ],
    [
      'k6-export-good',
      /"http_reqs": \{\s+"count": 18376/,
      '"http_reqs": { "count": 1.5',
      /no count/,
    ],
    ['k6-export-good', '"http_reqs"', '"grpc_reqs"', /neither `http_reqs` nor `ws_msgs_received`/],
    ['k6-new-good', '"duration": 2.000360226', '"duration": -1', /-1 for `config\.duration`/],
    ['k6-handle-good', '"testRunDurationMs":2002.032822', '"x":1', /`state\.testRunDurationMs`/],
  ];
  for (const [name, from, to, message] of cases) {
    it(`Figures that contradict each other are an error: ${name}, ${from} → ${to || 'nothing'}`, () => {
      const text = output(name);
      const changed = text.replace(from, to);
      assert.notEqual(changed, text);
      assert.throws(() => parse(toolOf(name), changed), says(message));
    });
  }
});
