/** A versus on a scripted backend: whose program runs in which arm, what is built and prepared once, what is told. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { armNames, forArm } from '../../src/config/experiment/contenders.ts';
import { exitCode } from '../../src/judge/verdict/exit-code.ts';
import type { OpenBackend } from '../../src/measure/backend.ts';
import { Measurement } from '../../src/measure/observed/measurement.ts';
import { runGate } from '../../src/run/pipeline.ts';
import { BY_ITSELF } from '../../src/run/request.ts';
import { versusRequest } from '../../src/run/versus-request.ts';
import { openResults } from '../../src/system/results/results.ts';
import type { Script } from '../support/script.ts';
import { scripted } from '../support/scripted-backend.ts';
import type { Told } from './gate.ts';

const start = 'node server.js';

/** Each build notes where it ran, and what it was called. */
const build = 'echo "{arm} {dir}" >> "$BUILDS"';

function projects(t: TestContext, config: (name: string) => object): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tg-versus-')));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  for (const name of ['gleam', 'go', 'rust']) {
    mkdirSync(join(dir, name, '.github'), { recursive: true });
    writeFileSync(join(dir, name, 'server.js'), `// ${name}\n`);
    writeFileSync(join(dir, name, '.github/throughput-gate.yml'), JSON.stringify(config(name)));
  }
  return dir;
}

async function compare(
  t: TestContext,
  contenders: string[],
  {
    script = {},
    config = () => ({ servers: { api: { start, build } } }),
    claims = [],
    wrap = (open) => open,
  }: {
    script?: Script;
    config?: (name: string) => object;
    claims?: string[];
    wrap?: (open: OpenBackend) => OpenBackend;
  } = {},
) {
  const dir = projects(t, config);
  const signal = new AbortController().signal;
  const { request, notes } = await versusRequest({
    written: contenders.map((value) => ({ value, origin: 'contender' })),
    scenariosOf: null,
    settings: { claims: claims.map((value) => ({ value, origin: '--claim' })) },
    ...{ cwd: dir, signal },
  });
  const results = openResults(join(dir, 'out'));
  const told: Told[] = [];
  const builds = join(dir, 'builds');
  writeFileSync(builds, '');
  const { verdict } = await runGate(
    {
      ...request,
      ...BY_ITSELF,
      ...{ results, seed: 7, signal },
      env: { ...process.env, BUILDS: builds },
      emit: (event) => told.push(event),
    },
    wrap(scripted(script)),
  );
  const text = readFileSync(results.path('measurement'), 'utf8');
  return {
    ...{ verdict, told, notes, dir, text },
    measurement: Measurement.parse(JSON.parse(text)),
    built: readFileSync(builds, 'utf8').trim().split('\n'),
    code: exitCode(verdict, request.experiment.gate),
  };
}

const change = ({ verdict }: Awaited<ReturnType<typeof compare>>) =>
  verdict.subjects[0]?.metrics.find(({ name }) => name === 'throughput')?.change ?? 0;

describe('a scripted versus', () => {
  it('Each arm runs its own project, in folders whose paths are equally long', async (t) => {
    const seen: { name: string; dir: string }[] = [];
    const wrap =
      (open: OpenBackend): OpenBackend =>
      async (terms) => {
        const [pair] = terms.experiment.servers;
        assert.ok(pair);
        for (const arm of ['base', 'head'] as const) {
          const root = join(terms.dirs[arm] as string, pair.contenders?.[arm].root ?? '');
          const file = readFileSync(join(root, 'server.js'), 'utf8');
          assert.equal(file, `// ${armNames(pair)[arm]}\n`);
          assert.equal(forArm(pair, arm).start, start);
          seen.push({ name: armNames(pair)[arm], dir: root });
        }
        assert.equal(terms.loadDir, seen[0]?.dir);
        return open(terms);
      };
    const { measurement, built } = await compare(t, ['./gleam', './go'], { wrap });
    assert.deepEqual(
      seen.map(({ name }) => name),
      ['gleam', 'go'],
    );
    assert.equal(seen[0]?.dir.length, seen[1]?.dir.length);
    assert.equal(measurement.experiment.servers[0]?.name, 'gleam-vs-go');
    assert.deepEqual(
      built,
      seen.map(({ name, dir }) => `${name} ${dir}`),
    );
    assert.deepEqual(measurement.flags, ['versus', './gleam', './go']);
  });

  it('The same code is measured, and swapped contenders show the same difference with the other sign', async (t) => {
    const twins = await compare(t, ['one=./go', 'two=./go']);
    assert.ok(twins.measurement.subjects[0]?.blocks.length);
    assert.ok(Math.abs(change(twins)) < 0.01);
    const slow = { rate: 28_000 };
    const there = await compare(t, ['./gleam', './go'], { script: { head: slow } });
    const back = await compare(t, ['./go', './gleam'], { script: { base: slow } });
    assert.ok(Math.abs(Math.log(1 + change(there)) + Math.log(1 + change(back))) < 0.01);
    assert.ok(Math.abs(change(there) + 0.3) < 0.02, `${change(there)}`);
  });

  it('Of three, every program is built and prepared once in each arm in which it runs', async (t) => {
    const prepared: string[] = [];
    const released: string[] = [];
    const wrap =
      (open: OpenBackend): OpenBackend =>
      async (terms) => {
        const backend = await open(terms);
        const noted = (
          list: string[],
          server: Parameters<typeof armNames>[0],
          arms: readonly ('base' | 'head')[],
        ) => list.push(...arms.map((arm) => `${armNames(server)[arm]} in ${arm}`));
        return {
          ...{ pilot: backend.pilot, block: backend.block, profile: backend.profile },
          nowMs: () => backend.nowMs(),
          prepare: (server, arms) => {
            noted(prepared, server, arms);
            return backend.prepare(server, arms);
          },
          release: (server, arms) => {
            noted(released, server, arms);
            return backend.release(server, arms);
          },
        };
      };
    const { measurement, built } = await compare(t, ['./gleam', './go', './rust'], { wrap });
    assert.deepEqual(
      measurement.subjects.map(({ server }) => server),
      ['gleam-vs-go', 'gleam-vs-rust', 'go-vs-rust'],
    );
    const once = ['gleam in base', 'go in head', 'rust in head', 'go in base'];
    assert.deepEqual(prepared, once);
    assert.deepEqual(released, once);
    assert.deepEqual(
      built.map((line) => line.split(' ')[0]),
      ['gleam', 'go', 'rust', 'go'],
    );
  });

  it('Progress and failures speak of names, never of base and head', async (t) => {
    const what = 'the server ended (exit code 3)';
    const { told, verdict, measurement } = await compare(t, ['./gleam', './go'], {
      script: { head: { fails: { at: 'pilot', what } } },
    });
    const buildings = told.flatMap((event) => (event.type === 'building' ? [event] : []));
    assert.deepEqual(
      buildings.map(({ server, arm }) => [server, arm]),
      [
        ['gleam', null],
        ['go', null],
      ],
    );
    assert.equal(measurement.subjects[0]?.failure?.message, `go: ${what}`);
    assert.equal(verdict.verdict, 'invalid');
    for (const event of told) {
      if (!('message' in event)) continue;
      assert.doesNotMatch(event.message, /\b(base|head)\b/, event.message);
    }
  });

  it('A contender that cannot be built or measured makes it invalid, whichever it is', async (t) => {
    for (const broken of ['gleam', 'go']) {
      const config = (name: string) => ({
        servers: { api: { start, build: name === broken ? 'exit 3' : build } },
      });
      const { code, measurement } = await compare(t, ['./gleam', './go'], { config });
      assert.equal(code, 3, broken);
      assert.match(measurement.subjects[0]?.failure?.message ?? '', new RegExp(`^${broken}: `));
    }
  });

  it('A claim that is wrong fails the job only with `gate:`', async (t) => {
    const script = { head: { rate: 30_000 } };
    const of = async (claim: string) =>
      (await compare(t, ['./gleam', './go'], { script, claims: [claim] })).code;
    assert.equal(await of('gate:go.throughput >= gleam.throughput * 1.12'), 1);
    assert.equal(await of('go.throughput >= gleam.throughput * 1.12'), 0);
    assert.equal(await of('gate:gleam.throughput >= go.throughput * 1.12'), 0);
  });

  it('What a contender is told by its settings is written into no file', async (t) => {
    const { text } = await compare(t, ['a=./go,TOKEN=hunter2', 'b=./go,TOKEN=hunter3']);
    assert.doesNotMatch(text, /hunter/);
  });
});
