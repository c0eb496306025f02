/** Claims that are none: where the mistake is, what was expected, and what was probably meant. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadExperiment } from '../../../src/config/load.ts';
import { CONFIG, complaint, flags, load, repository } from '../repository.ts';

const FILE = `servers:
  gleam: { start: x }
  go: { start: y }
scenarios:
  default: {}
  idle: { mode: hold, connections: 100 }
claims:
`;
const FIRST_LINE = FILE.split('\n').length;

/** What is said of a file with these claims, one per line. */
async function mistakesIn(...claims: string[]): Promise<string> {
  const text = FILE + claims.map((claim) => `  - ${claim}\n`).join('');
  return (await complaint(load(text))).replaceAll(`${CONFIG}:`, '');
}

/** One claim each: where in its line the mistake is, and how the message begins and ends. */
const MISTAKES: [claim: string, column: number, message: string, hint: string][] = [
  [
    'gleam.througput >= go.throughput',
    11,
    'found `througput`; expected a metric',
    'did you mean `throughput`?',
  ],
  ['glem.memory <= go.memory', 5, 'found `glem`; expected a server', 'did you mean `gleam`?'],
  [
    'gleam.idl.dropped <= go.dropped',
    11,
    'found `idl`; expected a scenario of `gleam`',
    'did you mean `idle`?',
  ],
  ['gleam.rps >= 5', 11, 'found `rps`; expected a metric', 'did you mean `throughput`?'],
  ['gleam >= go', 5, 'found `gleam`; expected a server and a metric', 'write `gleam.throughput`'],
  [
    'throughput >= 5',
    5,
    '`throughput` of which server? expected a server and a metric',
    'write `gleam.throughput`',
  ],
  [
    'gleam.default >= 5',
    18,
    'expected a metric behind the name',
    'write `gleam.default.throughput`',
  ],
  ['go.p99 => 5ms', 12, 'found `=>`; expected >=, <=, > or <', 'write `>=`'],
  ['go.p99 == 5ms', 12, 'found `==`; expected >=, <=, > or <', 'measured figures are never'],
  ['go.p99 5ms', 12, 'found `5ms`; expected >=, <=, > or <', ''],
  ['go.p99 <=', 14, 'the claim ends here; expected a server and a metric', 'a claim is such as'],
  ['go.p99 <= 5ms please', 15, 'found `5ms please`; allowed for `p99`: a time', ''],
  ['go.p99 <= 5ms , 7', 19, 'found `,`; expected `*`, `+` or the end of the claim', ''],
  ['5ms >= go.p99', 5, 'found `5ms`; expected a server and a metric', 'write `go.p99 <= 5ms`'],
  [`go.p99 <= 1${'0'.repeat(60)}ms`, 15, 'the number is too large', ''],
  ['go.p99 <= gleam.p99 * 2000000000000000', 27, 'the number is too large', ''],
  ['go.p99 <= 5MiB', 15, 'found `5MiB`; allowed for `p99`: a time', '`MiB` is no unit of `p99`'],
  ['go.p99 <= 5', 15, 'found `5`; allowed for `p99`: a time', 'it needs its unit: write 5ms'],
  ['go.memory <= 64MB', 18, 'found `64MB`; allowed for `memory`: a size', 'write 64MiB'],
  ['go.memory <= 64', 18, 'found `64`; allowed for `memory`: a size', 'write 64MiB'],
  ['go.throughput >= 5ms', 22, 'found `5ms`; allowed for `throughput`: requests', '`ms` is no'],
  ['go.throughput >= 5k rps', 22, 'found `5k rps`; allowed for `throughput`: requests', ''],
  ['go.errors <= 5', 18, 'found `5`; allowed for `errors`: a percentage', 'write 5%'],
  ['go.p99 <= 0ms', 15, 'found `0ms`; allowed for `p99`: a time', 'it is always above 0'],
  ['go.p99 >= gleam.p99 * 0', 27, 'found the factor `0`; allowed: a number above 0', ''],
  [
    'go.p99 >= gleam.p99 * 12%',
    27,
    'found the factor `12%`, which is a part of the other',
    'write `* 1.12` for 12% more, `* 0.88` for 12% less, `* 0.12` for 12% of it',
  ],
  [
    'go.throughput >= gleam.throughput + 12%',
    41,
    'found `12%`; allowed for `throughput`',
    '12 % more than the other server is a factor: `* 1.12`',
  ],
  ['go.p99 >= gleam.p99 * 5ms', 27, 'found the factor `5ms`', 'write `+ 5ms` to add it'],
  ['go.p99 >= gleam.p99 / 2', 25, 'found `/`', 'divide by multiplying: `/ 2` is `* 0.5`'],
  ['go.p99 * 2 >= gleam.p99', 12, 'found `*`; expected >=', 'only the right side is calculated'],
  ['go.p99 >= gleam.p99 + go.p99', 27, 'found `go.p99`; only one server may stand', ''],
  ['go.p99 >= gleam.p99 * 2 * 3', 31, 'found a second number', 'write the product'],
  ['go.p99 >= gleam.p99 + 2ms + 3ms', 33, 'found a second value', 'write the sum'],
  ['go.p99 <= go.p99 * 2', 15, '`go.p99` stands on both sides', 'name two servers'],
  ['go.idle.p99 <= go.p99', 20, '`go.idle.p99` stands on both sides', 'name two servers'],
  ['go.p99 <= gleam.p50', 21, '`p50` on the right, and `p99` on the left', 'write `gleam.p99`'],
  [
    'go.default.longest-stall <= 5ms',
    5,
    'the scenario `default` does not measure `longest-stall`',
    'add `steady: 5s` to a scenario',
  ],
  [
    'go.throughput-cv <= 5%',
    5,
    'no scenario of `go` measures `throughput-cv`',
    'add `steady: 5s` to a scenario',
  ],
  [
    'go.idle.throughput >= 5',
    5,
    'the scenario `idle` does not measure `throughput`',
    'a scenario without `mode: hold` measures it',
  ],
  [
    'go.cores-efficiency >= 80%',
    5,
    'no scenario of `go` measures `cores-efficiency`',
    'give a scenario several numbers of `cores`',
  ],
  [
    'go.throughput >= 50.000',
    22,
    'found `50.000`; allowed for',
    'it could mean 50 or 50000: write',
  ],
  ['go.throughput >= 50.000 req/s', 22, 'found `50.000 req/s`; allowed for', 'it could mean 50 or'],
  ['go.throughput >= 1.000.000', 22, 'found `1.000.000`; expected a number', 'write `1000000`'],
  [
    'go.throughput >= 1.005',
    22,
    'found `1.005`; allowed for',
    'it could mean 1.005 or 1005: write',
  ],
  ['go.throughput >= 50,000', 24, 'found `,`; expected', 'it could mean 50 or 50000: write'],
  ['go.p99 <= gleam.p99 * 1,125', 28, 'found `,`; expected', 'it could mean 1.125 or 1125: write'],
  ['go.throughput >= 1.250,50', 27, 'found `,`; expected', 'write `1250.50`: decimals have'],
  ['go.throughput >= 1,250,000.5', 23, 'found `,`; expected', 'write `1250000.5`: nothing parts'],
  ['go.p99 <= gleam.p99,5', 24, 'found `,`; expected', 'a claim is one statement'],
  ['go.p99 <= gleam.p99 – 5ms', 25, 'found `–`; expected `*`, `+`', 'the sign is `-`'],
  ['go.p99 <= <= 5ms', 15, 'found `<=`; expected a server and a metric', 'a claim is such as'],
  ['go.throughput >= 1,250,000', 23, 'found `,`; expected', 'write `1250000`: nothing parts'],
  ['go.memory <= gleam.memory * 0,8', 34, 'found `,`; expected', 'write `0.8`: decimals have'],
  [
    'go.throughput >= gleam.throughput * 1.12..1.15',
    41,
    'found the range `1.12..1.15`; expected one number',
    'a claim has one bound, so a range takes two',
  ],
  ['12–15 % more throughput', 7, 'found `–`; expected >=', 'a claim has one bound, so a range'],
  ['go.throughput between 5 and 6', 19, 'found `between`; expected >=', 'a claim has one bound'],
  ['go.p99 >= 1ms <= 5ms', 19, 'found `<=`; expected `*`, `+`', 'a claim has one bound'],
  ['go.throughput 12% more than gleam', 19, 'found `12%`; expected >=', 'differences are factors'],
  [
    'go.memory <= 20% less gleam.memory',
    22,
    'found `less`; expected `*`',
    'differences are factors',
  ],
  ['go.p99 <= gleam.p99 * 2 and go.p99 <= 5ms', 29, 'found `and`', 'a claim is one statement'],
  [
    'go.memory <= gleam.memory * -20%',
    33,
    'found `-`; expected a factor',
    'write `* 0.8` for 20% less',
  ],
  ['go.p99 >= gleam.p99 * + 12 %', 27, 'found `+`; expected a factor', 'write `* 1.12` for 12%'],
  ['gate go.p99 <= 5ms', 10, 'found `go.p99`; expected >=', 'write `gate:`, with a colon'],
  ['my go.p99 <= 5ms', 8, 'found `go.p99`; expected >=', 'names of servers have no spaces'],
  ['go.memory <= gleam.memory * 80', 33, 'found the factor `80`, which could', 'write `* 80%` or'],
  ['go.errors <= 150%', 18, 'found `150%`; allowed for', 'more than all of them cannot be lost'],
  ['go.memory <= 5 constructor', 18, 'found `5 constructor`; allowed for', ''],
  ['go.memory-5MiB >= gleam.memory', 8, 'found `memory-5MiB`; expected a metric', 'needs a space'],
];

for (const [claim, column, message, hint] of MISTAKES) {
  test(`\`${claim}\` is refused where it is wrong`, async () => {
    const said = await mistakesIn(claim);
    const [head = '', shown = '', marks = '', ...rest] = said.split('\n');
    assert.ok(head.startsWith(`${FIRST_LINE}:${column}: claims[0]: ${message}`), said);
    assert.equal(shown, `    ${claim}`);
    assert.equal(marks.indexOf('^'), column - 1, said);
    assert.ok(rest.join('\n').includes(hint), said);
  });
}

test('No factor is proposed that would be refused in its turn', async () => {
  for (const percent of ['100%', '120 %', '1.2.3%']) {
    const said = await mistakesIn(`go.memory <= gleam.memory * -${percent}`);
    assert.match(said, /found `-`; expected a factor/);
    assert.doesNotMatch(said, /write/);
  }
});

test('A claim about another server than the only one is told its name, which inputs give by themselves', async () => {
  const said = await complaint(
    load('servers: { server: { start: x } }\nclaims: [api.p99 <= 5ms]\n'),
  );
  assert.match(said, /found `api`; expected a server\n.*\n.*\n\s*the only server is `server`/);
});

test('All mistakes of all claims are told at once, and beside those of the rest of the file', async () => {
  const said = await mistakesIn('gleam.througput >= glem.memory', '7', 'go.p99 <= 5', '[]');
  assert.match(said, /claims\[0\]: found `througput`/);
  assert.match(said, /claims\[0\]: found `glem`/);
  assert.match(said, /claims\[1\]: found 7; allowed: a claim, or a map of claim and gate/);
  assert.match(said, /claims\[2\]: found `5`/);
  assert.match(said, /claims\[3\]: found an empty list; allowed: a claim/);
  const broken = `servers: { api: { start: 7 } }\nclaims: [api.p99 5ms]\n`;
  const both = await complaint(load(broken));
  assert.match(both, /:1:26: servers\.api\.start: found 7/);
  assert.match(both, /:2:18: claims\[0\]: found `5ms`; expected >=, <=, > or </);
});

test('What is wrong with how it is decided hides no mistake in a claim, of a file or of a flag', async () => {
  const said = await complaint(
    load('servers: { api: { start: x } }\nclaims: [api.p98 <= 5ms]\ngate: { budget: 1s }\n'),
  );
  assert.match(said, /claims\[0\]: found `p98`/);
  assert.match(said, /gate\.budget: found "1s"/);
  await using folder = await repository({});
  const claims = [{ value: 'api.p99 <= 5ms', origin: '--claim' }];
  const settings = { ...flags({ start: 'x', budget: 'ten' }), claims };
  const alone = await complaint(loadExperiment({ root: folder.root, settings }));
  assert.match(alone, /--claim: found `api`; expected a server/);
  assert.match(alone, /--budget: found "ten"/);
});

test('A claim as a map is placed at its text, quotes and all, and its keys are checked', async () => {
  const said = await mistakesIn(
    '{ claim: "gleam.througput >= 5", gate: true }',
    '{ claim: go.p99 <= 5ms, gates: true }',
  );
  assert.match(said, new RegExp(`^${FIRST_LINE}:21: claims\\[0\\]\\.claim: found .througput`, 'm'));
  assert.match(said, /claims\[1\]\.gates: unknown key\n {2}did you mean `gate`\?/);
});

test('A claim of a flag or an input is told by its name', async () => {
  const settings = { claims: [{ value: 'go.p99 <= 5ms\ngate: go.p99 5', origin: '--claim' }] };
  const said = await complaint(load(`${FILE}  - go.p50 <= 1ms\n`, settings));
  assert.ok(said.startsWith('--claim: found `5`; expected >=, <=, > or <\n    go.p99 5\n'), said);
});

test('Claims of flags and inputs come on top of those of the file, and may gate', async () => {
  const settings = {
    claims: [{ value: '- go.default.p99 <= 5ms\n\ngate: go.default.p50 <= 1ms', origin: 'x' }],
  };
  const { claims } = await load(`${FILE}  - gleam.default.p99 <= 5ms\n`, settings);
  assert.deepEqual(
    claims.map(({ text, gate }) => [text, gate]),
    [
      ['gleam.default.p99 <= 5ms', false],
      ['go.default.p99 <= 5ms', false],
      ['go.default.p50 <= 1ms', true],
    ],
  );
});

test('Claims about what `--only` leaves out are left out too', async () => {
  const only = [{ value: 'go', origin: '--only' }];
  const text = `${FILE}  - gleam.p99 <= go.p99\n  - go.idle.p99 <= 5ms\n`;
  const { claims } = await load(text, { only });
  assert.deepEqual(
    claims.map((one) => one.text),
    ['go.idle.p99 <= 5ms'],
  );
});

test('A file without claims has none', async () => {
  assert.deepEqual((await load('servers: { api: { start: x } }')).claims, []);
});
