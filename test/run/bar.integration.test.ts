/** Whose config counts: real repositories, from a pull request to the experiment that is run. */
import assert from 'node:assert/strict';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { prepareTrees } from '../../src/checkout/trees.ts';
import type { Settings } from '../../src/config/settings/settings.ts';
import { applyConfig, barOf, type ConfigSource, parseConfigFrom } from '../../src/run/bar.ts';
import { headConfig } from '../../src/run/change-request.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import { flags } from '../config/repository.ts';
import { commit, entries, initRepo, makeSandbox, sh, writeFiles } from '../support/git.ts';

const FILE = '.github/throughput-gate.yml';
const config = (tolerance: string, more = '') => `
servers: { api: { start: node server.js } }
scenarios: { plain: {}${more} }
gate: { tolerance: { throughput: ${tolerance} } }
`;

interface Case {
  base: Record<string, string>;
  head: Record<string, string>;
  settings?: Settings;
  asked?: 'head' | 'base';
  removed?: string[];
  /** `link`: by which the repository is known to whoever stands in it; `links`: of the change, with their targets. */
  link?: string;
  links?: Record<string, string>;
}

/** The change's own config of the work tree, as a run finds it. */
async function sourceOf(
  repo: string,
  asked: 'head' | 'base',
  settings: Settings = {},
  cwd = repo,
): Promise<ConfigSource> {
  const { loaded, problems, tree } = await headConfig({
    ...{ cwd, wanted: {}, settings },
    configFrom: { value: asked, origin: 'input `config-from`' },
    signal: new AbortController().signal,
  });
  return { asked, own: loaded, ownProblems: problems, head: tree, cwd, settings };
}

/** What counts, and what is said of it, for a branch `topic` that makes `head` of `base`. */
async function decide(
  t: TestContext,
  { base, head, settings = {}, asked = 'head', removed = [], link, links = {} }: Case,
) {
  const { dir, temp } = makeSandbox(t);
  const repo = initRepo(join(dir, 'repo'));
  commit(repo, { 'server.js': 'v1\n', ...base });
  sh(repo, 'switch', '--quiet', '--create', 'topic');
  for (const name of removed) rmSync(join(repo, name));
  for (const [name, target] of Object.entries(links)) {
    rmSync(join(repo, name), { recursive: true, force: true });
    symlinkSync(target, join(repo, name));
  }
  commit(repo, { 'server.js': 'v2\n', ...head });
  if (link !== undefined) symlinkSync(repo, link);
  const cwd = link ?? repo;
  const source = await sourceOf(repo, asked, settings, cwd);
  const options = { cwd, base: { kind: 'ref', ref: 'main' } } as const;
  const { experiment, history, form, notes, from } = await applyConfig(source, options);
  assert.deepEqual(entries(temp), []);
  await using trees = await prepareTrees(options);
  const baseDir = trees.arms.base?.dir ?? null;
  const bar = await barOf(source, from, { dir: baseDir, elsewhere: null, log: () => {} });
  return { bar, experiment, history, form, notes, from };
}

const throughput = ({ experiment }: Awaited<ReturnType<typeof decide>>) =>
  experiment.gate.tolerance.throughput;

describe('the change’s own config', () => {
  it('The change’s own config counts, and what it alters in base’s is listed', async (t) => {
    const decided = await decide(t, {
      base: { [FILE]: config('5%') },
      head: { [FILE]: config('50%') },
    });
    assert.equal(throughput(decided), 0.5);
    assert.deepEqual(decided.bar, {
      asked: 'head',
      from: 'head',
      base: 'read',
      problem: null,
      changes: [
        {
          key: 'gate.tolerance.throughput',
          kind: 'changed',
          base: '5%',
          head: '50%',
          effect: 'looser',
        },
      ],
    });
  });

  it('The change’s own config may be all new, and what base has may be broken: that is said', async (t) => {
    const added = await decide(t, { base: {}, head: { [FILE]: config('5%') } });
    assert.deepEqual([added.bar?.base, added.bar?.changes], ['absent', []]);
    const secret = 'servers: { api: { start: a, env: [s3cr3t] } }\n';
    const mended = await decide(t, { base: { [FILE]: secret }, head: { [FILE]: config('5%') } });
    assert.equal(mended.bar?.base, 'broken');
    assert.match(mended.bar?.problem ?? '', /^\.github\/throughput-gate\.yml:1:\d+/);
    assert.doesNotMatch(JSON.stringify(mended.bar), /s3cr3t/);
  });

  it('The change’s own config may be inputs alone, which are those of the workflow and in no tree', async (t) => {
    const settings = flags({ start: 'node server.js', tolerance: '9%' });
    const decided = await decide(t, { base: {}, head: {}, settings });
    assert.deepEqual([decided.bar?.base, decided.bar?.changes], ['shared', []]);
  });

  it('The change’s own config may take the place of a file that base has: the two are compared', async (t) => {
    const { bar } = await decide(t, {
      base: { [FILE]: config('5%') },
      head: {},
      removed: [FILE],
      settings: flags({ start: 'node server.js' }),
    });
    assert.equal(bar?.base, 'read');
    assert.deepEqual(
      bar?.changes.map(({ key, kind }) => `${key} ${kind}`),
      [
        'servers.api removed',
        'scenarios.plain removed',
        'servers.server added',
        'scenarios.default added',
      ],
    );
  });

  it('The change’s own config may have a name of its own, and is compared under that name; outside of the repository nothing can alter it', async (t) => {
    // Two dots are no way out where a name only begins with them.
    for (const name of ['bench/gate.yml', '..bench/gate.yml']) {
      const settings = flags({ config: name });
      const base = { [name]: config('5%') };
      const head = { [name]: config('5%', ', more: { path: /more }') };
      const { bar } = await decide(t, { base, head, settings });
      assert.deepEqual(
        bar?.changes.map(({ key, kind }) => `${key} ${kind}`),
        ['scenarios.more added'],
      );
    }
    const { dir } = makeSandbox(t);
    writeFiles(dir, { 'gate.yml': config('5%') });
    const outside = flags({ config: join(dir, 'gate.yml') });
    const shared = await decide(t, { base: {}, head: {}, settings: outside });
    assert.equal(shared.bar?.base, 'shared');
  });

  it('The change’s own config under the inputs that both sides have in common, differs in what is left', async (t) => {
    const settings = flags({ tolerance: 'throughput=7%' });
    const base = { [FILE]: config('5%') };
    const { bar } = await decide(t, { base, head: { [FILE]: config('50%') }, settings });
    assert.deepEqual(bar?.changes, []);
  });
});

describe('base’s config, where it was asked for', () => {
  it('Base’s config, where it was asked for is the law, and what the change would alter is listed all the same', async (t) => {
    const decided = await decide(t, {
      asked: 'base',
      base: { [FILE]: config('5%') },
      head: { [FILE]: config('50%', ', more: { path: /more }') },
    });
    assert.equal(throughput(decided), 0.05);
    assert.deepEqual(
      decided.experiment.scenarios.map(({ name }) => name),
      ['plain'],
    );
    assert.equal(decided.bar?.from, 'base');
    assert.equal(decided.bar?.changes.length, 2);
  });

  it('Base’s config, where it was asked for is the law also where the repository is known by a link', async (t) => {
    // As on a runner whose work lies on another disk.
    const { dir } = makeSandbox(t);
    const link = join(dir, 'work');
    for (const name of ['gate.yml', join(link, 'gate.yml')]) {
      const settings = flags({ config: name });
      const base = { 'gate.yml': config('5%') };
      const head = { 'gate.yml': config('50%') };
      const decided = await decide(t, { asked: 'base', base, head, settings, link });
      assert.deepEqual([decided.bar?.base, throughput(decided)], ['read', 0.05], name);
      rmSync(link);
    }
  });

  it('Base’s config, where it was asked for is the law also over a change that makes a link of its own', async (t) => {
    const { dir } = makeSandbox(t);
    writeFiles(dir, { 'loose/gate.yml': config('50%') });
    const settings = flags({ config: 'ci/gate.yml' });
    const decided = await decide(t, {
      ...{ asked: 'base', settings, base: { 'ci/gate.yml': config('5%') }, head: {} },
      ...{ removed: ['ci/gate.yml'], links: { ci: join(dir, 'loose') } },
    });
    assert.deepEqual([decided.bar?.base, throughput(decided)], ['read', 0.05]);
  });

  it('Base’s config, where it was asked for brings the files that it names', async (t) => {
    const file = config('5%').replace(
      'plain: {}',
      'plain: { method: POST, body-file: order.json }',
    );
    const decided = await decide(t, {
      asked: 'base',
      base: { [FILE]: file, 'order.json': '{"lines":100}' },
      head: { 'order.json': '{}' },
    });
    const [scenario] = decided.experiment.scenarios;
    assert.ok(scenario?.kind === 'http');
    assert.equal(scenario.requests[0]?.bodyFile?.bytes, 13);
    assert.deepEqual(
      decided.bar?.changes.map(({ key }) => key),
      ['scenarios.plain.body-file.bytes', 'scenarios.plain.body-file.sha256'],
    );
  });

  it('Base’s config, where it was asked for gives way where there is none that can be used, so that such a change can land', async (t) => {
    const head = { [FILE]: config('50%') };
    for (const base of [{}, { [FILE]: 'servers: 5\n' }]) {
      const decided = await decide(t, { asked: 'base', base, head });
      assert.equal(throughput(decided), 0.5);
      assert.deepEqual([decided.bar?.asked, decided.bar?.from], ['base', 'head']);
      assert.notEqual(decided.bar?.base, 'read');
    }
  });

  it('Base’s config, where it was asked for must have the subject that was asked for', async (t) => {
    const base = { [FILE]: config('5%') };
    const head = { [FILE]: config('5%', ', more: { path: /more }') };
    const settings = flags({}, ['api/more']);
    await assert.rejects(
      decide(t, { asked: 'base', base, head, settings }),
      (error) =>
        error instanceof UserError && /--only: `api\/more` names no subject/.test(error.message),
    );
  });

  it('Base’s config, where it was asked for has the claims of inputs added, which are not the change’s', async (t) => {
    const claimed = (...claims: string[]): Settings => ({
      claims: claims.map((value) => ({ value, origin: 'input `claims`' })),
    });
    const [base, head] = [`${config('5%')}claims: [api.cpu <= 9ms]\n`, config('50%')];
    const files = { base: { [FILE]: base }, head: { [FILE]: head } };
    const settings = claimed('gate: api.p99 <= 5ms');
    const decided = await decide(t, { asked: 'base', ...files, settings });
    assert.deepEqual(
      decided.experiment.claims.map(({ text, gate }) => [text, gate]),
      [
        ['api.cpu <= 9ms', false],
        ['api.p99 <= 5ms', true],
      ],
    );
    assert.deepEqual(
      decided.bar?.changes.map(({ key, base, head }) => [key, base, head]),
      [
        ['gate.tolerance.throughput', '5%', '50%'],
        ['claims', 'api.cpu <= 9ms', null],
      ],
    );
  });

  it('Base’s config, where it was asked for must have what a claim of an input is about, and one that it has not is no change of the bar', async (t) => {
    const base = { [FILE]: config('5%') };
    const head = { [FILE]: config('5%', ', more: { path: /more }') };
    const settings: Settings = {
      claims: [{ value: 'api.more.p99 <= 5ms', origin: 'input `claims`' }],
    };
    await assert.rejects(
      decide(t, { asked: 'base', base, head, settings }),
      (error) =>
        error instanceof UserError &&
        /^input `claims`: .*\(in base’s config, which is the one that counts\)/.test(error.message),
    );
    const { bar } = await decide(t, { base, head, settings });
    assert.deepEqual([bar?.base, bar?.changes.map(({ key }) => key)], ['read', ['scenarios.more']]);
  });

  it('Base’s config, where it was asked for has the names that claims and `only` may say, though the change has others', async (t) => {
    const base = { [FILE]: config('5%') };
    const head = { [FILE]: config('5%').replace('api:', 'app:') };
    const claims = [{ value: 'api.p99 <= 5ms', origin: 'input `claims`' }];
    const settings = { ...flags({}, ['api/plain']), claims };
    const { experiment, bar } = await decide(t, { asked: 'base', base, head, settings });
    assert.deepEqual(
      experiment.claims.map(({ text }) => text),
      ['api.p99 <= 5ms'],
    );
    assert.ok(bar?.changes.every(({ key }) => key !== 'claims'));
    for (const unusable of [{}, { [FILE]: 'servers: 5\n' }]) {
      await assert.rejects(
        decide(t, { asked: 'base', base: unusable, head, settings }),
        (error) =>
          error instanceof UserError &&
          /input `claims`: found `api`.*--only: `api\/plain` names no subject/s.test(
            error.message,
          ) &&
          !error.message.includes('in base’s config'),
      );
    }
  });

  it('Base’s config, where it was asked for says where the history is, unless an input does; and a change of it is listed', async (t) => {
    const at = (history: string) => ({
      [FILE]: config('5%').replace('gate: {', `gate: { history: ${history},`),
    });
    const trees = { base: at('branch'), head: at('"directory:perf-history"') };
    const decided = await decide(t, { asked: 'base', ...trees });
    assert.equal(decided.history.kind, 'branch');
    assert.deepEqual(decided.bar?.changes, [
      {
        key: 'gate.history',
        kind: 'changed',
        base: 'branch',
        head: 'directory:perf-history',
        effect: 'looser',
      },
    ]);
    assert.equal((await decide(t, trees)).history.kind, 'directory');
    const settings = flags({ history: 'cache' });
    const given = await decide(t, { asked: 'base', ...trees, settings });
    assert.deepEqual([given.history.kind, given.bar?.changes], ['cache', []]);
  });

  it('Base’s config, where it was asked for is what notes are about, and cures name its keys', async (t) => {
    const more = 'servers: { api: { start: node server.js }, old: { start: node server.js } }\n';
    const settings = flags({}, ['api']);
    const decided = await decide(t, {
      asked: 'base',
      base: { [FILE]: `${more}claims: [old.p99 <= 5ms]\n` },
      head: { [FILE]: `${more}claims: [old.cpu <= 5ms]\n` },
      settings,
    });
    assert.equal(decided.form, 'file');
    assert.match(decided.notes.join('\n'), /^a claim is not judged, .*: old\.p99 <= 5ms$/);
    const byFlags = await decide(t, {
      asked: 'base',
      base: { [FILE]: config('5%') },
      head: {},
      removed: [FILE],
      settings: flags({ start: 'node server.js' }),
    });
    assert.deepEqual([byFlags.from, byFlags.form], ['base', 'file']);
  });

  it('Base’s config, where it was asked for is refused where there is to be no base, whose config it could be', async (t) => {
    const { dir } = makeSandbox(t);
    const repo = initRepo(join(dir, 'repo'));
    commit(repo, { [FILE]: config('5%') });
    await assert.rejects(
      applyConfig(await sourceOf(repo, 'base'), { cwd: repo, base: { kind: 'none' } }),
      (error) =>
        error instanceof UserError &&
        /config-from: base: head is measured alone/.test(error.message),
    );
  });

  it('Base’s config, where it was asked for is asked for by one of two words', () => {
    const parse = (value: string) => parseConfigFrom({ value, origin: 'input `config-from`' });
    assert.deepEqual(['', ' head ', 'base'].map(parse), ['head', 'head', 'base']);
    assert.throws(() => parse('main'), /input `config-from`: "main" is neither head nor base/);
  });
});

describe('base’s config where only head is measured', () => {
  /** As a run that is compared with earlier ones asks: there is no tree of base. */
  async function barWithoutBase(t: TestContext, ref: string) {
    const { dir, temp } = makeSandbox(t);
    const repo = initRepo(join(dir, 'repo'));
    commit(repo, { 'server.js': 'v1\n', [FILE]: config('5%') });
    sh(repo, 'switch', '--quiet', '--create', 'topic');
    commit(repo, { 'server.js': 'v2\n', [FILE]: config('20%') });
    const source = await sourceOf(repo, 'head');
    const logged: string[] = [];
    const elsewhere = { cwd: repo, base: { kind: 'ref', ref } } as const;
    const log = (line: string) => void logged.push(line);
    const bar = await barOf(source, 'head', { dir: null, elsewhere, log });
    assert.deepEqual(entries(temp), [], 'no tree is left');
    return { bar, logged };
  }

  it('Base’s config is read from its commit, so that a raised tolerance is seen', async (t) => {
    const { bar } = await barWithoutBase(t, 'main');
    assert.deepEqual(
      bar?.changes.map(({ key, base, head, effect }) => [key, base, head, effect]),
      [['gate.tolerance.throughput', '5%', '20%', 'looser']],
    );
  });

  it('A base that cannot be found is told, and the run goes on', async (t) => {
    const { bar, logged } = await barWithoutBase(t, 'no-such-branch');
    assert.equal(bar, undefined);
    assert.match(logged.join('\n'), /what this change alters in the config of base is not known/);
  });
});
