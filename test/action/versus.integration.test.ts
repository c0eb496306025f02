/** The action on two servers of one repository: whatever a versus needs is real but the servers, which follow a script. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { InputName } from '../../src/github/inputs.ts';
import { fakeGitHub, leftovers, readResults, runGate, scriptedBundle } from './gate.ts';
import type { Change } from './repository.ts';

const CONFIG = JSON.stringify({
  servers: {
    gleam: { start: 'node server.js', workdir: 'gleam' },
    go: { start: 'node server.js', workdir: 'go' },
  },
  gate: { budget: '5s', metrics: ['throughput'] },
});

const CHANGE: Change = {
  base: { 'notes.txt': 'before\n' },
  head: {
    '.github/throughput-gate.yml': CONFIG,
    'gleam/server.js': '',
    'gleam/scripted-server.json': JSON.stringify({ rate: 24_000 }),
    'go/server.js': '',
  },
};

type With = Partial<Record<InputName, string>>;

describe('the bundled action', { skip: process.platform !== 'linux' && 'reads /proc' }, () => {
  const bundle = scriptedBundle();

  test('The bundled action compares two servers, comments on what it found, and fails for a refuted claim', async (t) => {
    const github = await fakeGitHub(t);
    const measure = (more: With = {}) =>
      runGate(t, bundle(), { github, change: CHANGE, with: { versus: 'gleam\ngo', ...more } });
    const plain = await measure();
    assert.equal(plain.result.code, 0, plain.result.stdout);
    const { verdict, commentText } = readResults(plain.result.outputs);
    assert.deepEqual(
      verdict.subjects.map(({ server }) => server),
      ['gleam-vs-go'],
    );
    assert.ok((verdict.subjects[0]?.blocks ?? 0) >= 4);
    assert.equal(github.comments.length, 1);
    assert.ok(github.comments[0]?.body.endsWith(commentText));
    assert.match(commentText, /gleam/);
    assert.deepEqual(leftovers(plain), []);

    const refuted = await measure({ claims: 'gate:gleam.throughput >= go.throughput * 1.12' });
    assert.equal(refuted.result.code, 1, refuted.result.stdout);
    assert.equal(github.comments.length, 1, 'the same comment');
  });

  test('The bundled action says that an undecided claim is what it fails for', async (t) => {
    const claims = 'gate: one.throughput >= two.throughput';
    const { result } = await runGate(t, bundle(), {
      change: CHANGE,
      with: { versus: 'one=go two=go', claims, 'fail-on-inconclusive': 'true' },
    });
    assert.equal(result.code, 4, result.stdout);
    assert.match(result.stdout, /A claim with `gate` is undecided, and `fail-on-inconclusive` is/);
    assert.doesNotMatch(result.stdout, /no-baseline/);
  });

  test('A broken config is told, and no folder of a server is taken for a contender in its place', async (t) => {
    const { result } = await runGate(t, bundle(), {
      change: CHANGE,
      with: { versus: 'gleam go', claims: 'go.throughput >= gleam.throughput,' },
    });
    assert.equal(result.code, 2, result.stdout);
    assert.match(result.stdout, /input `claims`: found `,`/);
    assert.doesNotMatch(result.stdout, /there is no .*throughput-gate.yml/);
  });

  test('The bundled action refuses inputs that are about a change, by name, before anything is built', async (t) => {
    const { result } = await runGate(t, bundle(), {
      change: CHANGE,
      with: { versus: 'gleam go', base: 'main', 'on-regression': 'confirm-on-fresh-runner' },
    });
    assert.equal(result.code, 2, result.stdout);
    assert.match(result.stdout, /input `base`, input `on-regression`: it is about a change/);
    assert.doesNotMatch(result.stdout, /Placing/);
  });

  test('The bundled action names the nearest server for one that is not there', async (t) => {
    const { result } = await runGate(t, bundle(), { change: CHANGE, with: { versus: 'gleem go' } });
    assert.equal(result.code, 2, result.stdout);
    assert.match(result.stdout, /input `versus` `gleem`.*did you mean `gleam`\?/s);
  });
});
