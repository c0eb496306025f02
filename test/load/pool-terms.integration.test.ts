/** What the pool asks of its processes: a program in their place says what they would, and keeps the book. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { startGenerator } from '../../src/load/pool.ts';
import { coresFor, target } from './servers.ts';

const linux = { skip: process.platform !== 'linux' && 'needs taskset' };

/** `answer`: an expression over `m`, the request, and `index`, of the process; undefined: just yes. */
const program = (answer: string) => `
const { appendFileSync } = require('node:fs');
let index = 0;
process.on('disconnect', () => process.exit(0));
process.on('message', (m) => {
  if (m.op === 'open') index = m.share.index;
  const what = m.op === 'skip' || m.op === 'slices' ? m.op + ' ' + m.requests : m.op;
  appendFileSync(__dirname + '/book' + index, what + '\\n');
  const slice = { arm: 'base', startedAtMs: 1, durationUs: 1, good: m.requests, generatorCpuUs: 0,
    errors: { connect: 0, timeout: 0, closed: 0, protocol: 0, status: 0, body: 0 }, medianLatencyUs: 1 };
  const slices = m.op === 'slices' ? { slices: [slice], samples: [] } : {};
  process.send({ id: m.id, ok: true, engine: 'fake', ...slices, ...(${answer}) });
});
process.send({ news: 'ready' });`;

async function scripted(t: TestContext, answer: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tg-pool-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'program.cjs');
  writeFileSync(file, program(answer));
  const generator = await startGenerator({ cores: coresFor(2), program: file });
  t.after(() => generator[Symbol.asyncDispose]());
  const book = (index: number) => readFileSync(join(folder, `book${index}`), 'utf8').trim();
  return { generator, book: (index: number) => book(index).split('\n') };
}

it(
  'A generator of several processes keeps an arm of which one process has no connection',
  linux,
  async (t) => {
    const answer = `m.op === 'open' && index === 0 ? { refusal: { message: 'no', answer: null } } : {}`;
    const { generator, book } = await scripted(t, answer);
    assert.equal(await generator.open('base', target(1, { connections: 4 })), 'fake');
    assert.equal((await generator.slices(['base'], 10)).slices[0]?.good, 10);
    assert.deepEqual(book(0), ['open', 'prepare', 'slices 5']);
  },
);

it(
  'A generator of several processes lets go of an arm to which no process has a connection',
  linux,
  async (t) => {
    const { generator, book } = await scripted(
      t,
      `m.op === 'open' ? { refusal: { message: 'not ' + index, answer: null } } : {}`,
    );
    await assert.rejects(generator.open('base', target(1, { connections: 4 })), {
      name: 'NotConnected',
      message: 'not 0',
    });
    for (const index of [0, 1]) assert.deepEqual(book(index), ['open', 'close']);
  },
);

it('A generator of several processes says that a scenario cannot be sent', linux, async (t) => {
  const answer = `m.op === 'open' ? { ok: false, reason: 'scenario', message: 'no such file' } : {}`;
  const { generator } = await scripted(t, answer);
  await assert.rejects(generator.open('base', target(1, { connections: 4 })), {
    name: 'ScenarioUnsendable',
    message: 'the scenario cannot be sent: no such file',
  });
});

it(
  'A generator of several processes opens again before a slice begins anywhere, when anything was closed',
  linux,
  async (t) => {
    const answer = `m.op === 'slices' && index === 1 && m.requests > 5 ? { unprepared: ['base'] } : {}`;
    const { generator, book } = await scripted(t, answer);
    await generator.open('base', target(1, { connections: 4 }));
    await generator.slices(['base', 'base'], 10);
    assert.deepEqual(book(0), ['open', 'prepare', 'slices 5', 'slices 5']);
    await generator.slices(['base', 'base'], 12);
    const again = ['prepare', 'slices 6', 'prepare', 'slices 6'];
    for (const index of [0, 1]) assert.deepEqual(book(index).slice(4), again);
  },
);

it(
  'A generator of several processes tries an arm until every process gave up, and then goes past its work',
  linux,
  async (t) => {
    const gaveUp = `{ gaveUp: { base: 'timeout' } }`;
    const answer = `m.op === 'slices' && (index === 1 || m.requests > 5) ? ${gaveUp} : {}`;
    const { generator, book } = await scripted(t, answer);
    await generator.open('base', target(1, { connections: 4 }));
    const { slices } = await generator.slices(['base', 'base'], 10);
    assert.ok(slices.every((slice) => slice.good === 10 && !('gaveUp' in slice)));
    const lost = await generator.slices(['base', 'base'], 13);
    assert.deepEqual(Object.keys(lost), ['slices', 'samples']);
    assert.equal(lost.slices[1]?.errors.timeout, 13);
    assert.deepEqual(book(0), [
      'open',
      'prepare',
      'slices 5',
      'slices 5',
      'prepare',
      'slices 7',
      'skip 7',
    ]);
    assert.deepEqual(book(1).at(-1), 'skip 6');
  },
);
