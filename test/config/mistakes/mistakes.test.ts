import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { loadExperiment } from '../../../src/config/load.ts';
import { CONFIG, complaint, flags, load, repository } from '../repository.ts';

/** Every line of the complaint, without the file's name, which is the same in each. */
async function mistakesIn(yaml: string, texts: Record<string, string> = {}): Promise<string> {
  return (await complaint(load(yaml, flags(texts)))).replaceAll(`${CONFIG}:`, '');
}

for (const file of ['many-mistakes', 'scenario-mistakes', 'load-mistakes']) {
  test(`A file with many mistakes is told all of them at once, in its own order: ${file}`, async () => {
    const golden = (end: string) =>
      readFile(new URL(`golden/${file}.${end}`, import.meta.url), 'utf8');
    assert.equal(`${await complaint(load(await golden('yml')))}\n`, await golden('txt'));
  });
}

test('Structure that is wrong from the start', async () => {
  const empty =
    'the file is empty\n  it needs at least:\n    servers:\n      api:\n        start: node server.js';
  assert.equal(await complaint(load('')), `${CONFIG}: ${empty}`);
  assert.equal(await complaint(load('# nothing yet\n')), `${CONFIG}: ${empty}`);
  assert.equal(await mistakesIn('- servers'), '1:1: found a list; allowed: a map of keys');
  assert.equal(await mistakesIn('hello'), '1:1: found "hello"; allowed: a map of keys');
  assert.equal(
    await mistakesIn('gate: {}'),
    '1:1: servers: missing; needed: a map of server names to servers',
  );
  assert.equal(
    await mistakesIn('servers: {}\nscenarios: {}'),
    `1:10: servers: found an empty map; allowed: at least one server
2:12: scenarios: found an empty map; allowed: at least one scenario, or no \`scenarios\` at all`,
  );
  assert.equal(
    await mistakesIn('servers: { a: { start: x } }\ngate:\n'),
    '2:6: gate: found nothing; allowed: a map of keys\n  give it keys, or `{}` for none, or remove it',
  );
});

test('A server that no scenario loads', async () => {
  assert.equal(
    await mistakesIn(
      'servers: { a: { start: x }, b: { start: x } }\nscenarios: { s: { servers: [a] } }',
    ),
    '1:29: servers.b: no scenario loads this server\n  add b to the `servers` of a scenario, or remove it',
  );
});

test('A key like __proto__ is a key like any other', async () => {
  assert.match(
    await mistakesIn('servers: { a: { start: x, __proto__: 1 } }'),
    /^1:27: servers\.a\.__proto__: unknown key/,
  );
  assert.match(
    await mistakesIn('servers: { __proto__: { start: x } }'),
    /^1:12: servers\.__proto__: found "__proto__"; allowed: a name/m,
  );
  assert.match(
    await mistakesIn('servers: { a: { start: x } }\nscenarios: { s: { servers: [constructor] } }'),
    /servers\[0\]: found "constructor"/,
  );
});

test('Mistakes in settings name the setting, beside those of the file', async () => {
  assert.equal(
    await mistakesIn('servers: { a: { start: x, budget: 1m } }', {
      budget: '7',
      tolerance: 'cpu=5, gpu=1%',
      limits: '1%',
      metrics: 'cpu,cpi',
      failOnInconclusive: 'maybe',
      start: 'x',
      path: '/x',
    }),
    `1:27: servers.a.budget: unknown key
  \`budget\` belongs in \`gate\`; allowed here: workdir, build, build-timeout, warm-up, start, socket, port, pairs, ready, stop, env, before, after, profile
--start, --path: cannot stand beside ${CONFIG}, which says which servers are measured and how
  drop them, or remove the file; settings of the gate, such as the budget, may stay
--budget: found "7"; allowed: a duration from 5s to 6h, such as 120s, 1m30s or 500ms
  a duration needs its unit: write 7s
--tolerance: cpu: found "5"; allowed: a percentage above 0% and below 1000%, such as 5%, or its fraction, such as 0.05
  a bare 5 could mean 5 % or 5 times as much: write 5%
--tolerance: gpu: unknown key
  did you mean \`cpu\`? allowed here: throughput, cpu, cpu-beside, p50, p90, p99, memory, pss, peak-memory, memory-growth, memory-per-connection, throughput-cv, connect-p50, connect-p99
--limits: found "1%"; allowed: limits by metric, out of longest-stall, refused, dropped, errors
--metrics: [1]: found "cpi"; allowed: throughput, cpu, cpu-beside, p50, p90, p99, memory, pss, peak-memory, memory-growth, memory-per-connection, longest-stall, throughput-cv, connect-p50, connect-p99, refused, dropped
  did you mean \`cpu\`?
--failOnInconclusive: found "maybe"; allowed: true or false`,
  );
});

test('One server by settings: mistakes name the setting alone', async () => {
  await using folder = await repository({});
  const settings = flags({
    start: 'x',
    workdir: 'nowhere',
    headers: 'accept: a\nnonsense',
    connections: 'many',
    expectStatus: '20',
    readyPath: 'health',
  });
  assert.equal(
    await complaint(loadExperiment({ root: folder.root, settings })),
    `--workdir: found "nowhere"; allowed: a folder that exists
--readyPath: found "health"; allowed: a path that starts with \`/\`, or a whole URL such as http://localhost:{port}/health, without spaces or \`#\`, other characters as %XX
--headers: found "accept: a\\nnonsense"; allowed: header names with their values, one \`name: value\` per line
--connections: found "many"; allowed: a whole number from 1 to 10000
--expectStatus: found 20; allowed: an HTTP status from 200 to 599`,
  );
});

test('Settings that do not fit the protocol are named', async () => {
  await using folder = await repository({});
  const mistakesOf = (texts: Record<string, string>) =>
    complaint(loadExperiment({ root: folder.root, settings: flags({ start: 'x', ...texts }) }));
  assert.equal(
    await mistakesOf({ tls: 'self-signed', streams: '4' }),
    `--tls: found "self-signed"; allowed: true, false, accept-self-signed, or a map of accept-self-signed, ca, cert, key, passphrase and server-name
  did you mean \`accept-self-signed\`?
--streams: it means nothing with \`http1\`
  a connection of \`http2\` or \`http3\` carries several requests at once, and no other does; leave it out, or set another \`--protocol\``,
  );
  assert.match(
    await mistakesOf({ protocol: 'websocket', expectStatus: '200' }),
    /^--expectStatus: it means nothing with `websocket`\n {2}a WebSocket is always opened with status 101; leave it out/,
  );
  assert.match(
    await mistakesOf({ port: '8080' }),
    /^--port: with a fixed port.*\n {2}.*remove `--port`; otherwise write `--pairs exclusive`/,
  );
  const asInput = {
    start: { value: 'x', origin: 'input `start`' },
    port: { value: '1', origin: 'input `port`' },
  };
  assert.match(
    await complaint(loadExperiment({ root: folder.root, settings: asInput })),
    /^input `port`: with a fixed port.*\n {2}.*remove `port`; otherwise write `pairs: exclusive`/,
  );
  // `--path` would be that of the load.
  assert.match(
    await mistakesOf({ readyLog: 'up', readyStatus: '200' }),
    /^--readyStatus: there is no request.*\n {2}.*a flag `--ready-path`\)/,
  );
  assert.match(
    await mistakesOf({ protocol: 'http' }),
    /^--protocol: found "http"; .*\n {2}did you mean `http1`\?$/,
  );
});

test('The name of an input or a flag in a file, and what other tools call a key, are told as the key that is meant', async () => {
  for (const [server, hint] of [
    ['ready-timeout: 5s', /`ready: \{ timeout: … \}` in a server; allowed here: workdir/],
    ['healthcheck: /x', /write `ready: \{ path: … \}` in a server/],
    ['cmd: x', /write `start: …` in a server/],
    ['stop_signal: SIGINT', /write `stop: \{ signal: … \}` in a server/],
  ] as const) {
    assert.match(await mistakesIn(`servers: { a: { start: x, ${server} } }`), hint);
  }
  for (const [scenario, hint] of [
    ['expectStatus: 201', /write `expect: \{ status: … \}` in a scenario; allowed here: protocol/],
    ['vus: 9', /write `connections: …` in a scenario/],
    ['threshold: 5%', /write `tolerance: …` in `gate`/],
  ] as const) {
    const file = `servers: { a: { start: x } }\nscenarios: { s: { ${scenario} } }`;
    assert.match(await mistakesIn(file), hint);
  }
});

test('What is said of a request that nobody sends is a mistake; a signal beside a command is none, as it is sent where the command fails', async () => {
  const said = (keys: string) => mistakesIn(`servers: { a: { start: x, ${keys} } }`);
  for (const key of ['status: 200', 'method: HEAD', 'headers: { a: b }', 'times: 3']) {
    assert.match(
      await said(`ready: { log: up, ${key} }`),
      new RegExp(
        `ready\\.${key.split(':')[0]}: there is no request.*with \`log\`.*\n.*\`ready\\.path\``,
      ),
    );
  }
  await using folder = await repository({
    [CONFIG]:
      'servers: { a: { start: x, ready: { command: x, path: /, status: 200 }, stop: { command: y, signal: SIGINT } } }',
  });
  const { experiment } = await loadExperiment({ root: folder.root, settings: {} });
  assert.equal(experiment.servers[0]?.stop.signal, 'SIGINT');
});

test('A command that no shell can read is told before anything is built, by its shell', async () => {
  const said = (command: string) =>
    mistakesIn(`servers: { a: { start: ${JSON.stringify(command)} } }`);
  for (const command of ['node "server.js', "sh -c 'x", 'if x; then y', 'a &&', 'x (', 'x\0y']) {
    assert.match(
      await said(command),
      /^1:24: servers\.a\.start: no shell can read this command: \S.*\n {2}look for a quotation mark/,
      command,
    );
  }
  assert.match(await said('a\nb "c\n'), /in line 2\n/);
  for (const command of [
    `PORT={port} node -e 'f("$x")' && echo "\\$(date)" | tee log &`,
    'shopt -s extglob; ls !(*.md)',
    'cat <<EOF\n{"a": "\'"}\nEOF',
    'for i in 1 2; do echo $i; done',
    'while !(test -e up) do sleep 1; done',
    'of_{arm}=(a b); exec serve "$of_base"',
    'diff <(a) <(b); [[ {port} -gt 1 && $x =~ ^(a|b)$ ]]; (( {port} + 1 ))',
  ]) {
    await using folder = await repository({
      [CONFIG]: `servers: { a: { start: ${JSON.stringify(command)} } }`,
    });
    assert.equal((await loadExperiment({ root: folder.root, settings: {} })).configFile, CONFIG);
  }
  // A variable may have the name of such a key, and is filled in here.
  assert.match(
    await mistakesIn(`servers: { a: { start: x, env: { build: "\${{ github.sha }}" } } }`),
    /env\.build: `\$\{\{ … \}\}` is filled in by GitHub.*\n.*write `\$\{NAME\}` here/,
  );
  assert.match(
    await said(`x --token \${{ secrets.X }}`),
    /`\$\{\{ … \}\}` is filled in by GitHub.*\n.*write `\$NAME` here/,
  );
});

test('With neither file nor command, both ways are shown, and other mistakes too', async () => {
  await using folder = await repository({});
  const settings = flags({ budget: '1s' });
  assert.equal(
    await complaint(loadExperiment({ root: folder.root, settings })),
    `nothing says how to start the server: there is no ${CONFIG}, and no start command
  for one server, give the command: input \`start: node server.js\`, or --start "node server.js"
  for several servers or loads, write ${CONFIG}, at least:
    servers:
      api:
        start: node server.js
--budget: found "1s"; allowed: a duration from 5s to 6h, such as 120s, 1m30s or 500ms`,
  );
});

test('Limits: the last good value passes, the next does not', async () => {
  const server = 'servers: { a: { start: x } }\n';
  const isGood = (yaml: string) =>
    load(server + yaml).then(
      () => true,
      () => false,
    );
  const pairs: [good: string, bad: string][] = [
    ['gate: { budget: 5s }', 'gate: { budget: 4999ms }'],
    ['gate: { budget: 6h }', 'gate: { budget: 6h1ms }'],
    ['gate: { tolerance: 99.9% }', 'gate: { tolerance: 100% }'],
    ['gate: { tolerance: { cpu: 999% } }', 'gate: { tolerance: { throughput: 100% } }'],
    ['gate: { tolerance: { memory-growth: 1GiB } }', 'gate: { tolerance: { memory-growth: 0B } }'],
    ['gate: { tolerance: { p99: 999% } }', 'gate: { tolerance: { memory-growth: 1.1GiB } }'],
    ['gate: { limits: { refused: 0, dropped: 0% } }', 'gate: { limits: { errors: 100% } }'],
    ['gate: { limits: { longest-stall: 10m } }', 'gate: { limits: { longest-stall: 10m1ms } }'],
    ['scenarios: { s: { rate: 1000000 } }', 'scenarios: { s: { rate: 1000001 } }'],
    ['scenarios: { s: { steady: 10m } }', 'scenarios: { s: { steady: 10m1ms } }'],
    ['scenarios: { s: { cores: [1024, 1] } }', 'scenarios: { s: { cores: 1025 } }'],
    [
      'scenarios: { s: { mode: hold, connections: 1000000, open-rate: 100000, hold: 1h } }',
      'scenarios: { s: { mode: hold, open-rate: 100001 } }',
    ],
    [
      'scenarios: { s: { protocol: websocket, mode: hold, hold: 1s } }',
      'scenarios: { s: { protocol: websocket, mode: hold, hold: 999ms } }',
    ],
    ['scenarios: { s: { mode: load } }', 'scenarios: { s: { mode: hold, streams: 1 } }'],
    ['gate: { false-alarm-rate: 49.9% }', 'gate: { false-alarm-rate: 50% }'],
    ['gate: { metrics: [cpu] }', 'gate: { metrics: [] }'],
    ['gate: { metrics: [cpu, memory] }', 'gate: { metrics: [cpu, cpu] }'],
    ['scenarios: { s: { connections: 10000 } }', 'scenarios: { s: { connections: 10001 } }'],
    ['scenarios: { s: { protocol: http2, streams: 1000 } }', 'scenarios: { s: { streams: 1 } }'],
    [
      'scenarios: { s: { protocol: http3, streams: 1 } }',
      'scenarios: { s: { protocol: http3, streams: 1001 } }',
    ],
    [
      'scenarios: { s: { protocol: websocket, message-size: 16777216 } }',
      'scenarios: { s: { protocol: websocket, message-size: 16777217 } }',
    ],
    [
      'scenarios: { s: { requests: [{ weight: 1000 }] } }',
      'scenarios: { s: { requests: [{ weight: 1001 }] } }',
    ],
    [
      'scenarios: { s: { path: "/{id}", ids: 0..9007199254740991 } }',
      'scenarios: { s: { path: "/{id}", ids: 0..9007199254740992 } }',
    ],
    [
      'scenarios: { s: { protocol: http2, headers: { te: trailers } } }',
      'scenarios: { s: { protocol: http2, headers: { te: gzip } } }',
    ],
    ['scenarios: { s: { connections: 1 } }', 'scenarios: { s: { connections: 1.5 } }'],
    ['scenarios: { s: { path: "/a?b=%20" } }', 'scenarios: { s: { path: "/a b" } }'],
    [
      'scenarios: { s: { path: "*" , path: / } }'.replace('"*" , path: ', ''),
      'scenarios: { s: { path: "/a#b" } }',
    ],
    ['scenarios: { s: { method: M-SEARCH } }', 'scenarios: { s: { method: "GET " } }'],
    ['scenarios: { s: { method: GET, body: x } }', 'scenarios: { s: { method: CONNECT } }'],
    ['scenarios: { s: { headers: { x: "é\\t" } } }', 'scenarios: { s: { headers: { x: "→" } } }'],
    [
      'scenarios: { s: { expect: { status: 599 } } }',
      'scenarios: { s: { expect: { status: 199 } } }',
    ],
    [
      'scenarios: { s: { engine: command, command: "x {url}", output: wrk, path: "/{arm}{dir}" } }',
      'scenarios: { s: { engine: command, command: "x {url}", output: wrk, path: "/{arm}{x}" } }',
    ],
    ['scenarios: { aB.c_d-1: {} }', 'scenarios: { -a: {} }'],
  ];
  for (const [good, bad] of pairs) {
    assert.equal(await isGood(good), true, good);
    assert.equal(await isGood(bad), false, bad);
  }
});

test('A metric that no scenario measures, in the file and in a setting', async () => {
  const scenarios = (keys: string) => `servers: { a: { start: x } }\nscenarios: { s: ${keys} }\n`;
  assert.equal(
    await mistakesIn(
      `${scenarios('{ latency: false }')}gate: { metrics: [cpu, longest-stall, p99, dropped] }`,
    ),
    `3:24: gate.metrics[1]: no scenario measures \`longest-stall\`
  add \`steady: 5s\` to a scenario of the config file, or remove the metric
3:39: gate.metrics[2]: no scenario measures \`p99\`
  a scenario of the built-in engine measures it, unless it is a fan-out or says \`latency: false\`
3:44: gate.metrics[3]: no scenario measures \`dropped\`
  add a scenario with \`mode: hold\` to the config file, or remove the metric`,
  );
  assert.equal(
    await mistakesIn(`${scenarios('{ mode: hold }')}gate: { metrics: [memory-growth, pss] }`, {
      metrics: 'connect-p99, throughput',
    }),
    `3:19: gate.metrics[0]: no scenario measures \`memory-growth\`
  a scenario without \`mode: hold\` measures it
--metrics: [1]: no scenario measures \`throughput\`
  a scenario without \`mode: hold\` measures it`,
  );
});

test('The default metrics may be repeated, whatever the scenarios measure', async () => {
  const { gate } = await load(
    'servers: { a: { start: x } }',
    flags({
      metrics: 'throughput,cpu,p99,memory,refused,dropped,p50',
    }),
  );
  assert.equal(gate.metrics.length, 7);
});

test('What is no more than a hold away', async () => {
  const scenario = (keys: string) =>
    mistakesIn(`servers: { a: { start: x } }\nscenarios: { s: ${keys} }`);
  assert.match(
    await scenario('{ connections: 100000 }'),
    /from 1 to 10000\n {2}`mode: hold` of the config file, for HTTP\/1\.1 and WebSocket, keeps up to 1,000,000 open$/,
  );
  assert.equal(
    await scenario("{ mode: hold, path: '/{id}' }"),
    '2:37: scenarios.s.path: `{id}` stands for nothing here\n  a hold sends one and the same request; for braces in a path, write %7Bid%7D',
  );
});
