/** What a run is about: a change without any, and a pull request that somebody asked for in a comment. Nothing is loaded. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Verdict } from '../../src/judge/verdict/verdict.ts';
import { fakeGitHub, QUICK, realBundle, startGate } from './gate.ts';
import { type Origin, pullRequest, serverChange } from './repository.ts';

describe('the bundled action', { skip: process.platform !== 'linux' && 'reads /proc' }, () => {
  const bundle = realBundle();

  test('The bundled action measures nothing where base and head are the same code, and does not comment on it', async (t) => {
    const github = await fakeGitHub(t);
    const { step } = await startGate(t, bundle(), {
      github,
      change: { ...serverChange('', ''), head: {} },
      with: { ...QUICK, build: 'touch "$RUNNER_TEMP/built"', 'fail-on-no-baseline': 'true' },
    });
    const { code, outputs, summary, stdout } = await step.result;
    assert.equal(code, 0, stdout);
    const verdict = Verdict.parse(JSON.parse(readFileSync(outputs['verdict-file'] ?? '', 'utf8')));
    assert.equal(verdict.verdict, 'no-baseline');
    assert.equal(outputs.verdict, 'no-baseline');
    assert.equal(verdict.subjects[0]?.blocks, 0);
    assert.match(summary, /Nothing was measured: base and head are the same code/);
    assert.deepEqual(github.comments, []);
    assert.throws(() => readFileSync(join(step.temp, 'built')), { code: 'ENOENT' });
  });

  test('The bundled action brings a pull request’s comment up to date when it is asked for in another one', async (t) => {
    const asked = (origin: Origin) => ({
      name: 'issue_comment',
      ref: 'refs/heads/main',
      payload: {
        action: 'created',
        issue: { number: 7, pull_request: {} },
        comment: { body: '/benchmark', author_association: 'MEMBER', user: { login: 'grace' } },
        repository: pullRequest(origin).payload.repository,
      },
    });
    const pulls: Record<number, object> = {};
    const github = await fakeGitHub(t, { pulls });
    const { step, origin } = await startGate(t, bundle(), {
      github,
      change: serverChange('', '# nothing that matters\n'),
      event: (origin) => {
        const { pull_request: pull } = pullRequest(origin).payload;
        pulls[7] = { ...pull, merge_commit_sha: origin.merge };
        return asked(origin);
      },
      with: { ...QUICK, build: 'false' },
    });
    const { code, outputs, stdout } = await step.result;
    assert.notEqual(code, 2, stdout);
    const verdict = Verdict.parse(JSON.parse(readFileSync(outputs['verdict-file'] ?? '', 'utf8')));
    assert.equal(verdict.sources.base?.commit, origin.base);
    assert.equal(verdict.sources.base?.description, 'first parent of the merge commit');
    assert.equal(verdict.sources.head.commit, origin.merge);
    assert.deepEqual(
      github.comments.map(({ issue }) => issue),
      [7],
    );
  });

  test('The bundled action lists what the change alters of its own bar, and applies base’s where it is told to', async (t) => {
    const file = (tolerance: string, start: string) => ({
      '.github/throughput-gate.yml': [
        `servers: { api: { build: 'false', start: ${start}, env: { KEY: canary-${start} } } }`,
        `gate: { tolerance: { cpu: ${tolerance} } }`,
      ].join('\n'),
    });
    for (const from of ['head', 'base'] as const) {
      const github = await fakeGitHub(t);
      const change = { base: file('5%', 'old'), head: file('50%', 'new') };
      const { step } = await startGate(t, bundle(), {
        github,
        change,
        with: { 'config-from': from },
      });
      const { outputs, summary, stdout } = await step.result;
      const text = readFileSync(outputs['verdict-file'] ?? '', 'utf8');
      const { bar, commands } = Verdict.parse(JSON.parse(text));
      assert.deepEqual([bar?.asked, bar?.from, bar?.base], [from, from, 'read'], stdout);
      assert.equal(commands[0]?.start, from === 'base' ? 'old' : 'new');
      const [comment] = github.comments;
      for (const report of [comment?.body ?? '', summary, stdout.replaceAll('`', '')]) {
        const plain = report.replaceAll('`', '');
        assert.match(plain, /gate\.tolerance\.cpu: 5% → 50%/);
        assert.match(plain, /servers\.api\.start: old → new/);
        assert.match(plain, /servers\.api\.env\.KEY: changed/);
        assert.match(plain, from === 'base' ? /not applied/ : /lowers its own bar/);
        assert.doesNotMatch(plain, /canary/);
      }
      assert.doesNotMatch(text, /canary/);
    }
  });
});
