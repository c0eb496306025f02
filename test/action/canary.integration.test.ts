/** A secret in every value, variable and output of a whole run: no byte that leaves the process unmasked has any of them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { StepResult } from '../support/runner.ts';
import { realBundle, runGate, type Scene, scriptedBundle } from './gate.ts';
import { SHORT_LOAD } from './repository.ts';

const CANARY = /canary-[a-z-]+/g;
/** Of the job: a secret that the workflow gives to the step, for servers and for `${NAME}`. */
const ENV = {
  LOAD_TOKEN: 'canary-of-the-job',
  DATABASE_URL: 'postgres://app:canary-database@db/x',
};

const SERVERS = `
servers:
  api:
    build: sh build.sh
    start: exec node server.js
    ready: /health?key=canary-ready
    env: { API_KEY: canary-env, FILLED: '\${LOAD_TOKEN}' }
gate: { budget: 5s, metrics: [cpu], tolerance: 60% }
`;
const CONFIG = `${SERVERS}
scenarios:
  login:
    method: POST
    path: /login?token=canary-query
    headers: { authorization: 'Bearer \${LOAD_TOKEN}', x-key: canary-header }
    body: '{"password":"canary-body"}'
    connections: 4
`;
const PRINTS = 'env; echo canary-printed; echo canary-error >&2';

/** A server whose answers, and what it prints, are full of secrets. */
const server = (code: string) => `
console.log(process.env.API_KEY, process.env.DATABASE_URL, 'canary-said');
require('node:http').createServer((q, r) => {
  if (q.url.startsWith('/health')) return r.end();
  q.resume().on('end', () => { ${code} });
}).listen(process.env.PORT, '127.0.0.1');`;
const OK = server('r.end("ok")');
const REFUSES = server(
  `r.writeHead(302, { location: '/login/?next=canary-location', 'content-type': 'text/html; x=canary-type', 'set-cookie': 'canary-cookie' });
  r.end('canary-answer' + q.headers.authorization)`,
);

interface Case {
  what: string;
  verdict: string;
  base: Record<string, string>;
  head: Record<string, string>;
  says: RegExp;
  /** Default: `CONFIG`. */
  config?: string;
  /** Head's load is none, for the case is about base: by the scripted bundle. */
  isScripted?: true;
}

const builds = (server: string) => ({ 'build.sh': PRINTS, 'server.js': server });
const CASES: Case[] = [
  {
    what: 'a build that fails',
    verdict: 'invalid',
    base: builds(OK),
    head: { 'build.sh': `${PRINTS}; exit 7` },
    says: /build of api failed \(exit code 7\)/,
  },
  {
    what: 'a server that ends at once',
    verdict: 'invalid',
    base: builds(OK),
    head: { 'server.js': `${OK} process.exit(9)` },
    // Base's load is not what it is about.
    config: `${SERVERS}${SHORT_LOAD}`,
    says: /ended before it was ready \(exit code 9\)/,
  },
  {
    what: 'answers that both builds get wrong',
    verdict: 'invalid',
    base: builds(REFUSES),
    head: { 'readme.txt': 'changed' },
    says: /both builds: .*got 302/,
  },
  {
    what: 'a base that does not build',
    verdict: 'no-baseline',
    base: { ...builds(OK), 'build.sh': `${PRINTS}; exit 7` },
    head: { 'build.sh': PRINTS },
    isScripted: true,
    says: /exit code 7/,
  },
];

describe('a secret in every place', { skip: process.platform !== 'linux' }, () => {
  const bundle = realBundle();
  const scripted = scriptedBundle();

  for (const { what, verdict, base, head, says, config: own = CONFIG, isScripted } of CASES) {
    test(`${what}: ${verdict}, and no secret in any request, file, output or annotation`, async (t) => {
      const config = { '.github/throughput-gate.yml': own };
      const scene = await runGate(t, isScripted ? scripted() : bundle(), {
        change: { base: { ...config, ...base }, head },
        with: { tolerance: 'cpu=70%' },
        env: ENV,
      });
      const { result, github } = scene;
      assert.equal(result.outputs.verdict, verdict, result.stdout);
      assert.match(github.comments[0]?.body ?? '', says);
      assert.match(result.stdout, CANARY, 'the log has what was printed');
      assertNoSecret(scene);
    });
  }

  test('Mistakes in values that may be secrets: told by their places, and quoted in the masked summary alone', async (t) => {
    const config = [
      'servers: { api: { start: x, ready: canary-ready, env: { A: [canary-env] } } }',
      'scenarios: { a: { path: canary-path, headers: canary-header, body: 5 }, b: { headers: { x: "can\\u0007canary-value" } } }',
    ].join('\n');
    const scene = await runGate(t, bundle(), {
      change: { base: builds(OK), head: { '.github/throughput-gate.yml': config } },
    });
    const { result, github } = scene;
    assert.equal(result.code, 2, result.stdout);
    const said = result.annotations.map(({ message }) => message).join('\n');
    assert.match(said, /servers\.api\.ready: found …; allowed: a path that starts with/);
    assert.match(said, /scenarios\.a\.headers: found …; allowed: header names/);
    const quoted = new Set(result.summary.match(CANARY));
    assert.deepEqual([...quoted].sort(), [
      'canary-header',
      'canary-path',
      'canary-ready',
      'canary-value',
    ]);
    for (const text of [said, result.stdout, JSON.stringify([github.requests, result.outputs])]) {
      assert.deepEqual(text.match(CANARY) ?? [], []);
    }
  });
});

/** Everything but the log and the job summary, which the runner masks. */
function assertNoSecret({ result, github, step }: Scene & { result: StepResult }): void {
  const files = readdirSync(step.temp, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('step_summary_'))
    .map((entry) => join(entry.parentPath, entry.name));
  assert.ok(
    files.some((file) => file.endsWith('verdict.json')),
    files.join('\n'),
  );
  const left: [string, string][] = [
    ...files.map((file): [string, string] => [file, readFileSync(file, 'latin1')]),
    ['requests', JSON.stringify(github.requests)],
    ['outputs', JSON.stringify(result.outputs)],
    ['annotations', JSON.stringify(result.annotations)],
  ];
  for (const [where, text] of left) assert.deepEqual(text.match(CANARY) ?? [], [], where);
}
