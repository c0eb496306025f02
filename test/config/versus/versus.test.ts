/** From contenders and configs on disk to the pairs of an experiment, and every error before anything is built. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Experiment } from '../../../src/config/experiment/experiment.ts';
import type { Settings } from '../../../src/config/settings/settings.ts';
import { readContenders } from '../../../src/config/versus/read.ts';
import { parseSpecs } from '../../../src/config/versus/spec.ts';
import { versusTerms } from '../../../src/run/versus.ts';
import { UserError } from '../../../src/system/messages/problem.ts';
import { CONFIG, complaint, repository } from '../repository.ts';

const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tg-versus-')));
after(() => rmSync(dir, { recursive: true, force: true }));

function project(folder: string, config: object | null): string {
  const root = join(dir, folder);
  mkdirSync(join(root, '.github'), { recursive: true });
  if (config !== null) {
    writeFileSync(join(root, '.github/throughput-gate.yml'), JSON.stringify(config));
  }
  return root;
}

const start = 'node server.js';
const http = (path: string, more: object = {}) => ({ path, ...more });
project('here', {
  servers: {
    go: { start, env: { MODE: 'a' } },
    gleam: { start, build: 'make' },
    fixed: { start, port: 8080, pairs: 'exclusive' },
    rust: { start },
  },
  scenarios: { json: http('/json'), echo: http('/echo', { servers: ['go', 'gleam', 'fixed'] }) },
});
project('gleam', { servers: { api: { start: 'gleam run' } }, scenarios: { json: http('/json') } });
project('erlang', {
  servers: { api: { start }, admin: { start } },
  scenarios: { json: http('/json', { connections: 64 }), own: http('/own') },
});
project('warm', {
  servers: {
    jvm: {
      start,
      'warm-up': '20s',
      profile: { command: 'perf record -p {pid} -o {out}/perf.data' },
    },
    slow: { start, 'warm-up': '45s' },
    plain: { start },
  },
  scenarios: { json: http('/json') },
});
project('bare', null);
project('other', null);

function terms(written: string[], settings: Settings = {}, scenariosOf: string | null = null) {
  return versusTerms({
    written: written.map((value) => ({ value, origin: 'contender' })),
    scenariosOf: scenariosOf === null ? null : { value: scenariosOf, origin: '--scenarios-of' },
    ...{ root: join(dir, 'here'), cwd: join(dir, 'here'), settings },
    signal: new AbortController().signal,
  });
}

async function told(written: string[], settings: Settings = {}): Promise<string> {
  try {
    await terms(written, settings);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error.message;
  }
  return 'nothing';
}

const names = ({ experiment }: Awaited<ReturnType<typeof terms>>) =>
  experiment.subjects.map(({ server, scenario }) => `${server}/${scenario}`);

describe('contenders of a versus', () => {
  it('Two servers of one config are a pair under every scenario that loads both', async () => {
    const found = await terms(['go', 'gleam']);
    assert.deepEqual(names(found), ['go-vs-gleam/json', 'go-vs-gleam/echo']);
    const { contenders } = found.experiment.servers[0] as never as {
      contenders: { base: { start: string; root: string }; head: { build: string } };
    };
    assert.deepEqual([contenders.base.root, contenders.head.build], ['0', 'make']);
    assert.deepEqual(Experiment.parse(found.experiment), found.experiment);
    assert.deepEqual(names(await terms(['go', 'rust'])), ['go-vs-rust/json']);
  });

  it('Of three every two are a pair', async () => {
    const found = await terms(['go', 'gleam', 'rust'], {
      only: [{ value: '*/json', origin: '--only' }],
    });
    assert.deepEqual(names(found), ['go-vs-gleam/json', 'go-vs-rust/json', 'gleam-vs-rust/json']);
  });

  it('A folder with a config of its own is one, by the scenarios of the config here', async () => {
    const found = await terms(['go', '../gleam']);
    assert.deepEqual(names(found), ['go-vs-api/json', 'go-vs-api/echo']);
    assert.deepEqual(
      found.projects.map(({ path, folder }) => [path, folder]),
      [
        [join(dir, 'here'), '0'],
        [join(dir, 'gleam'), '1'],
      ],
    );
    assert.equal(found.loadFolder, '0');
  });

  it('With folders alone, the scenarios and the gate are those of the first', async () => {
    const found = await terms(['../gleam', 'go=../here:go']);
    assert.deepEqual(names(found), ['api-vs-go/json']);
    assert.deepEqual(found.notes, [
      '../here has scenarios that ../gleam does not have, and they are not measured: echo',
    ]);
  });

  it('Of two warm-ups the longer one is for both, and what is written of the contenders can be read again', async () => {
    const warmUpOf = async (...written: string[]) => {
      const found = await terms(written.map((name) => `../warm:${name}`));
      assert.deepEqual(Experiment.parse(found.experiment), found.experiment);
      const [pair] = found.experiment.servers;
      for (const one of Object.values(pair?.contenders ?? {})) {
        assert.ok(!('warmUpMs' in one) && !('profile' in one));
      }
      return pair?.warmUpMs;
    };
    assert.equal(await warmUpOf('jvm', 'slow'), 45_000);
    assert.equal(await warmUpOf('plain', 'jvm'), 20_000);
    assert.equal(await warmUpOf('plain', 'plain,MODE=b'), undefined);
  });

  it('Different settings make two contenders of one server', async () => {
    const found = await terms(['go,GOGC=100', 'go,GOGC=400']);
    const pair = found.experiment.servers[0];
    assert.equal(pair?.name, 'go-GOGC-100-vs-go-GOGC-400');
    assert.deepEqual(pair?.contenders?.base.env, { MODE: 'a', GOGC: '100' });
    assert.deepEqual(found.contenders, ['go,GOGC=…', 'go,GOGC=…']);
  });

  it('One server under two names is allowed, and without names refused', async () => {
    assert.deepEqual(names(await terms(['one=rust', 'two=rust'])), ['one-vs-two/json']);
    assert.match(
      await told(['rust', 'rust']),
      /it is the same as `rust`: there is nothing to compare/,
    );
  });

  it('A fixed port keeps a pair from running at once', async () => {
    const pairs = async (...written: string[]) =>
      (await terms(written)).experiment.servers[0]?.pairs;
    assert.equal(await pairs('fixed', 'go'), 'exclusive');
    assert.equal(await pairs('go', 'gleam'), 'live');
  });

  it('Folders without a config are compared by a start command', async () => {
    const found = await terms(['../bare', '../other'], {
      start: { value: start, origin: '--start' },
    });
    assert.deepEqual(names(found), ['bare-vs-other/default']);
  });

  it('Folders without a config are all described by every setting that describes a server or a load', async () => {
    const texts = {
      ...{ start, workdir: '.', build: 'make', port: '8080', pairs: 'exclusive', warmUp: '7s' },
      ...{ readyPath: '/up', readyMethod: 'POST', readyHeaders: 'x-a: 1', readyStatus: '204' },
      ...{ readyTimes: '2', readyLog: 'listening', readyCommand: 'true', readyTimeout: '120s' },
      ...{ stopSignal: 'SIGINT', stopTimeout: '30s', stopCommand: 'sh stop.sh' },
      ...{ protocol: 'http1', tls: 'false', method: 'POST', path: '/x', headers: 'x-b: 2' },
      ...{ body: 'b', connections: '3', timeout: '20s', expectStatus: '201' },
    };
    const settings = Object.fromEntries(
      Object.entries(texts).map(([name, value]) => [name, { value, origin: name }]),
    );
    const { experiment } = await terms(['../bare', '../other'], settings);
    const [server] = experiment.servers;
    const { base, head } = server?.contenders ?? {};
    assert.ok(base !== undefined && head !== undefined);
    const same = ({ name: _, root: __, ...rest }: Record<string, unknown>) => rest;
    assert.deepEqual(same({ ...base }), same({ ...head }));
    for (const text of ['30000', '120000', 'listening', 'SIGINT', 'sh stop.sh', '8080']) {
      assert.ok(JSON.stringify(head).includes(text), text);
    }
    const [scenario] = experiment.scenarios;
    assert.ok(scenario?.kind === 'http' && scenario.timeoutMs === 20_000);
  });

  it('A folder may be named without a slash where no server is called so', async () => {
    mkdirSync(join(dir, 'here/nested/.github'), { recursive: true });
    writeFileSync(
      join(dir, 'here/nested/.github/throughput-gate.yml'),
      JSON.stringify({ servers: { api: { start } }, scenarios: { json: http('/json') } }),
    );
    assert.deepEqual(names(await terms(['rust', 'nested'])), ['rust-vs-api/json']);
  });
});

describe('claims about contenders', () => {
  const claim = (value: string): Settings => ({ claims: [{ value, origin: '--claim' }] });

  it('Those of the config that are about others are left out, and told', async () => {
    project('claims', {
      servers: { go: { start }, gleam: { start }, rust: { start } },
      claims: ['gleam.throughput >= go.throughput', 'rust.p99 <= 5ms'],
    });
    const { experiment, notes } = await terms(['../claims:go', '../claims:gleam']);
    assert.deepEqual(
      experiment.claims.map(({ text }) => text),
      ['gleam.throughput >= go.throughput'],
    );
    assert.deepEqual(notes, [
      'a claim is not judged, as what it is about is not compared here: rust.p99 <= 5ms',
    ]);
  });

  it('Those about loads that only one contender gets are left out, in one note', async () => {
    const about = ['json.p99 <= 1ms', 'json.p99 <= 2ms', 'json.p99 <= 3ms', 'json.p99 <= 4ms'];
    project('loads', {
      servers: { go: { start }, gleam: { start } },
      scenarios: { plain: http('/'), json: { ...http('/json'), servers: ['gleam'] } },
      claims: ['gleam.p99 <= 5ms', ...about.map((text) => `gleam.${text}`)],
    });
    const { experiment, notes } = await terms(['../loads:go', '../loads:gleam']);
    assert.deepEqual(
      experiment.claims.map(({ left }) => left.scenario),
      ['plain'],
    );
    assert.deepEqual(notes, [
      '4 claims are not judged, as what they are about is not compared here: ' +
        'gleam.json.p99 <= 1ms; gleam.json.p99 <= 2ms; gleam.json.p99 <= 3ms; …',
    ]);
  });

  it('Those that `only` leaves out are told, those that guard the job first', async () => {
    const settings: Settings = {
      claims: [
        'rust.p99 <= 5ms',
        'gate: rust.throughput >= go.throughput',
        'go.json.p99 <= 1s',
      ].map((value) => ({ value, origin: '--claim' })),
      only: [{ value: 'go-vs-gleam', origin: '--only' }],
    };
    const { experiment, notes } = await terms(['go', 'gleam', 'rust'], settings);
    assert.deepEqual(
      experiment.claims.map(({ text }) => text),
      ['go.json.p99 <= 1s'],
    );
    assert.deepEqual(notes, [
      '2 claims are not judged, as `only` leaves out what they are about: gate: rust.throughput >= go.throughput; rust.p99 <= 5ms',
    ]);
  });

  it('The word `gate:` without a claim behind it is a mistake', async () => {
    assert.match(await told(['go', 'gleam'], claim('gate: ')), /no claim after `gate:`/);
  });

  it('Those of another config are told, as they are not judged', async () => {
    const claims = [{ claim: 'api.p99 <= 5ms', gate: true }, 'api.p50 <= 1ms'];
    project('guarded', { servers: { api: { start } }, claims: claims.slice(0, 1) });
    project('guarded-too', { servers: { web: { start } }, claims });
    const { experiment, notes } = await terms(['../guarded', '../guarded-too']);
    assert.deepEqual(
      experiment.claims.map(({ text }) => text),
      ['api.p99 <= 5ms'],
    );
    assert.deepEqual(notes, [
      '2 claims are not judged, as they are of ../guarded-too, and those of ../guarded count: gate: api.p99 <= 5ms; api.p50 <= 1ms',
    ]);
    assert.match(
      await told(['x=../guarded', '../guarded-too']),
      /^\.\.\/guarded\/\.github\/throughput-gate\.yml:\d+:\d+: claims\[0\]\.claim: found `api`/,
    );
  });

  it('Those of flags must be about contenders, by their names here', async () => {
    const found = await terms(
      ['go,GOGC=100', 'go,GOGC=400'],
      claim('go-GOGC-400.json.memory <= go-GOGC-100.json.memory'),
    );
    assert.equal(found.experiment.claims.length, 1);
    assert.match(
      await told(['go', 'gleam'], claim('rust.json.throughput >= go.json.throughput')),
      /--claim/,
    );
  });
});

describe('what is wrong with contenders', () => {
  it('Fewer than two are refused', async () => {
    assert.match(await told(['go']), /`go`: it has nothing to compare with/);
  });

  it('An unknown server gets its nearest name, and an unknown folder its path', async () => {
    assert.match(await told(['gleem', 'go']), /has no server `gleem`\n {2}did you mean `gleam`\?/);
    assert.match(await told(['go', '../nowhere']), /there is no folder .*nowhere/);
  });

  it('Where nothing describes a server, a word that is no folder is told, and not that a start command is missing', async () => {
    await using folder = await repository({
      [`gleam/${CONFIG}`]: 'servers: { gleam: { start: x } }',
    });
    const { root } = folder;
    const contenders = ['gleam', 'nope'].map((value) => ({ value, origin: 'contender' }));
    const specs = parseSpecs(contenders);
    const said = await complaint(readContenders({ specs, root, cwd: root, settings: {} }));
    assert.match(said, /^contender `nope`: there is no folder .*\/nope, and no config file here/);
    assert.doesNotMatch(said, /start the server|`gleam`:/);
  });

  it('A folder with several servers is asked which one', async () => {
    assert.match(
      await told(['go', '../erlang']),
      /the config of \.\.\/erlang has 2 servers: api, admin\n {2}name one of them: \.\.\/erlang:api/,
    );
  });

  it('A scenario that means another load elsewhere is told with the keys, and can be chosen', async () => {
    assert.equal(
      await told(['go', '../erlang:api']),
      '../erlang: its scenario json is another than that of the config here: they differ in connections\n  make both alike, or name the one whose scenarios count for all: --scenarios-of NAME (input `scenarios-of`)',
    );
    const found = await terms(['go', 'erl=../erlang:api'], {}, 'erl');
    assert.deepEqual(names(found), ['go-vs-erl/json', 'go-vs-erl/own']);
    assert.equal(found.loadFolder, '1');
    await assert.rejects(
      terms(['go', '../gleam'], {}, 'nobody'),
      /no contender is called `nobody`/,
    );
  });

  it('A broken config is told with the folder that it is in', async () => {
    project('broken', { servers: { api: { start, ports: 3 } } });
    assert.match(
      await told(['../gleam', '../broken']),
      /^\.\.\/broken\/\.github\/throughput-gate\.yml.*ports/,
    );
  });

  it('Two contenders that would be called alike are told', async () => {
    assert.match(await told(['a=go', 'A=gleam']), /it would have the same name as `a=go`: A/);
    assert.match(
      await told(['go', 'go,SECRET=x']),
      /no name can be made for it\n.*NAME=go,SECRET=…/,
    );
  });

  it('Two servers that no scenario loads both of are told', async () => {
    project('apart', {
      servers: { a: { start }, b: { start } },
      scenarios: { x: http('/x', { servers: ['a'] }), y: http('/y', { servers: ['b'] }) },
    });
    assert.match(await told(['../apart:a', '../apart:b']), /a, b: no scenario loads two of them/);
  });
});
