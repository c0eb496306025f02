/** `throughput-gate history check`: what it finds, what it says, and what it exits with. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CHECK } from '../../src/commands/history/check.ts';
import { lineText } from '../../src/history/line.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import { commitOf, lineOf, memoryStore } from '../support/history.ts';
import { madeUp } from './trends/histories.ts';
import { normalNoise } from './trends/noise.ts';

const next = normalNoise(5);
const STEP = madeUp({
  commits: 60,
  level: (commit) => (commit > 40 ? -0.05 : 0),
  noise: () => 0.004 * next(),
  has: { ratios: false, calibrated: true },
});
const text = (lines: readonly Parameters<typeof lineText>[0][]) => lines.map(lineText).join('');

function check(
  files: Record<string, string>,
  flags: { last?: number; json?: boolean; markdown?: boolean } = {},
  subject?: string,
) {
  const { signal } = new AbortController();
  const given = {
    store: memoryStore(files),
    flags: { last: 100, ...flags },
    cwd: '/',
    signal,
    assertMayWrite: async () => {},
    repository: async () => null,
  };
  return CHECK.run(given, [subject]);
}

describe('history check', () => {
  it('History check tells of a move of the level with its size, its commits and by what it was seen, and exits with 0', async () => {
    const { text: said, exitCode } = await check({ 'api/plain.ndjson': text(STEP) });
    assert.match(said, /api\/plain {2}60 runs/);
    assert.match(
      said,
      /throughput is worse: −4\.\d% \[−[45]\.\d%, −4\.\d%\], with 0000000000, after 0000000000 \(seen in runs against the calibrator/,
    );
    assert.match(said, /1 move of a level, nothing damaged/);
    assert.equal(exitCode, 0);
  });

  it('History check says that no code changed where the level moved between two runs of one commit', async () => {
    const nightly = STEP.map((line) => ({ ...line, commit: commitOf(7), before: null }));
    const { text: said } = await check({ 'api/plain.ndjson': text(nightly) }, { last: 30 });
    assert.match(
      said,
      /, between two runs of the same commit, 0000000000: no code changed there, so look at the machine/,
    );
  });

  it('History check is silent about changes that came before the last runs that are asked for', async () => {
    const { text: said } = await check({ 'api/plain.ndjson': text(STEP) }, { last: 10 });
    assert.match(said, /no move of a level, nothing damaged/);
  });

  it('History check names damaged lines with file, line and reason, and exits with 1', async () => {
    const files = {
      'api/plain.ndjson': `${lineText(lineOf(1))}{"form":1\n${lineText(lineOf(2))}`,
      'api/plain.damaged': 'x\n',
    };
    const { text: said, exitCode } = await check(files);
    assert.match(said, /damaged: api\/plain\.ndjson, line 2 is no JSON/);
    assert.match(said, /set aside earlier are in api\/plain\.damaged/);
    assert.match(said, /1 damaged line\.\nDamaged lines are left out of every comparison/);
    assert.equal(exitCode, 1);
  });

  it('History check names lines of a newer version, and exits with 1', async () => {
    const { text: said, exitCode } = await check({
      'api/plain.ndjson': `${lineText(lineOf(1))}{"form":9}\n`,
    });
    assert.match(
      said,
      /not read: 1 line, first api\/plain\.ndjson, line 2: has form 9, of a newer/,
    );
    assert.equal(exitCode, 1);
  });

  it('History check tells of pushes whose run is missing', async () => {
    const lines = [1, 2, 5, 6].map((number) => lineOf(number));
    const files = { 'api/plain.ndjson': text(lines) };
    const { text: said, exitCode } = await check(files);
    assert.equal(said.match(/gap: no run between/g)?.length, 1);
    assert.equal(exitCode, 0);
    // Of the last runs: what was left out on purpose is not told for ever.
    assert.match((await check(files, { last: 2 })).text, /gap: no run between/);
    assert.doesNotMatch((await check(files, { last: 1 })).text, /gap: no run between/);
  });

  it('History check gives programs all of it as JSON', async () => {
    const { text: said } = await check({ 'api/plain.ndjson': text(STEP) }, { json: true });
    const { subjects } = JSON.parse(said);
    assert.deepEqual(
      [subjects[0].subject, subjects[0].runs, subjects[0].changes[0].at],
      [{ server: 'api', scenario: 'plain' }, 60, commitOf(41)],
    );
    assert.equal(subjects[0].changes[0].isWorse, true);
  });

  it('History check makes a note for a summary, in which nothing of the store is markup, and none where there is nothing', async () => {
    const subject = { server: '<img src=x>|`', scenario: '](http://evil)' };
    const { linesPath } = await import('../../src/history/paths.ts');
    const lines = STEP.map((line) => ({ ...line, subject }));
    const { text: said } = await check({ [linesPath(subject)]: text(lines) }, { markdown: true });
    assert.match(said, /^### What the history shows/);
    assert.match(said, /no check fails by it/);
    assert.doesNotMatch(said.replaceAll(/(`+).*?\1/g, ''), /<img|\]\(http/);
    const { text: none } = await check(
      { 'api/plain.ndjson': text(STEP.slice(0, 40)) },
      { markdown: true },
    );
    assert.equal(none, '');
  });

  it('History check says which subjects there are instead of an unknown one, and why none can be named', async () => {
    await assert.rejects(
      check({ 'api/plain.ndjson': 'x\n' }, {}, 'api/plain'),
      /none of its lines can be read/,
    );
    await assert.rejects(check({ 'api/plain.ndjson': text(STEP) }, {}, 'api/other'), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /holds no subject api\/other\n {2}it holds api\/plain/);
      return true;
    });
    await assert.rejects(check({}, { json: true, markdown: true }), /not both/);
  });
});
