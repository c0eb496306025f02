/** `versus` on two real Node.js servers, one with extra work: what is found, with the arms swapped too, and of one with itself. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Verdict } from '../../src/judge/verdict/verdict.ts';
import { writeFiles } from '../support/git.ts';
import { type Installed, install, readJson } from './cli.ts';

/** Rounds of work for each request; the slower one needs about a third more time for all that it does. */
const SERVER = `const rounds = Number(process.env.ROUNDS);
require('http').createServer((q, r) => {
  let x = 1;
  for (let i = 0; i < rounds; i++) x = (x * 48271) % 2147483647;
  r.end(String(x));
}).listen(process.env.PORT, '127.0.0.1');
`;

const start = 'exec node server.js';
const CONFIG = JSON.stringify({
  servers: {
    fast: { start, env: { ROUNDS: '10000' } },
    slow: { start, env: { ROUNDS: '17000' } },
  },
  scenarios: { plain: { connections: 8 } },
  gate: { budget: '40s', metrics: ['throughput'] },
});

let cli: Installed;
before(() => {
  cli = install();
  writeFiles(cli.dir, { 'app/.github/throughput-gate.yml': CONFIG, 'app/server.js': SERVER });
});
after(() => {
  assert.deepEqual(cli.leftovers(), []);
  cli.remove();
});

async function compare(base: string, head: string) {
  const out = join(cli.dir, `out-${base}-${head}`.replaceAll(/[^\w-]/g, '_'));
  const args = ['versus', base, head, '--out', out, '--seed', '7'];
  const { code, stdout, stderr } = await cli.run(args, { cwd: join(cli.dir, 'app') });
  const verdict = Verdict.parse(readJson(join(out, 'verdict.json')));
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  const throughput = verdict.subjects[0]?.metrics.find(({ name }) => name === 'throughput');
  assert.ok(throughput?.interval, stdout);
  const [low, high] = throughput.interval.map((change) => Math.log(1 + change));
  return { low: low as number, high: high as number, stdout };
}

test('A slower server is found slower in either place, by the same factor', async () => {
  const there = await compare('fast', 'slow');
  assert.ok(there.high < Math.log(0.85), `${there.low} to ${there.high}`);
  const back = await compare('slow', 'fast');
  assert.ok(back.low > -Math.log(0.85), `${back.low} to ${back.high}`);
  // Mirrored: what the one interval says, the other does not deny.
  assert.ok(-back.high <= there.high && -back.low >= there.low);
});

test('One server under two names is not told apart by two per cent or more', async () => {
  const { low, high } = await compare('one=fast', 'two=fast');
  assert.ok(low < 0.02 && high > -0.02, `${low} to ${high}`);
});
