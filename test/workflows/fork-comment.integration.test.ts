/**
 * The workflow of the documents that comments on pull requests of forks: its script, run by bash with a `gh` that answers from
 * files. What a fork has written is in the artifact, and may be anything.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { workflowsInDocuments } from './documents.ts';

const COMMIT = 'a'.repeat(40);
const MARKER = '<!-- throughput of a fork, by workflow 8 -->';
const MISSING = ['bash', 'unzip', 'zip', 'jq', 'iconv'].find((tool) => {
  return spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0;
});

/** Answers the questions of the script, and keeps what is written. */
const GH = `#!/bin/sh
for one in "$@"; do
  case "$one" in body=@*) cp "\${one#body=@}" ../body ;; esac
done
case "$*" in
  *-X\\ P*) echo "$*" >> ../writes ;;
  *head=mallory:evil\\;branch*) cat ../pulls.json ;;
  */artifacts/[78]/zip) cat ../artifact.zip ;;
  */runs/99/artifacts*) cat ../artifacts.json ;;
  */issues/[56]/comments) cat ../comments.json ;;
  *) echo "unknown question: $*" >&2; exit 1 ;;
esac
`;

interface Given {
  /** Makes `comment.md` in a folder. */
  report?: (folder: string) => void;
  tip?: string;
  size?: number;
  /** Of the artifacts. */
  names?: readonly string[];
  /** Tips of further open pull requests of the branch, by number. */
  more?: Readonly<Record<number, string>>;
  comments?: readonly object[];
  /** A question that GitHub does not answer, by the file with its answer. */
  lost?: 'pulls.json' | 'comments.json';
}

function commentOf(t: TestContext, given: Given) {
  const { report = () => undefined, tip = COMMIT, size = 1000, comments = [], lost } = given;
  const { names = ['throughput-report-5'], more = {} } = given;
  const dir = mkdtempSync(path.join(tmpdir(), 'throughput-gate-fork-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  for (const name of ['bin', 'job', 'report']) mkdirSync(path.join(dir, name));
  const put = (name: string, value: unknown) =>
    writeFileSync(path.join(dir, name), JSON.stringify(value));
  put('pulls.json', [
    { number: 4, head: { sha: 'b'.repeat(40) } },
    { number: 5, head: { sha: tip } },
    ...Object.entries(more).map(([number, sha]) => ({ number: Number(number), head: { sha } })),
  ]);
  const artifacts = names.map((name, i) => ({ id: 7 + i, name, size_in_bytes: size }));
  put('artifacts.json', { artifacts });
  put('comments.json', comments);
  if (lost !== undefined) rmSync(path.join(dir, lost));
  report(path.join(dir, 'report'));
  if (existsSync(path.join(dir, 'report/comment.md'))) {
    execFileSync('zip', ['-q', '-y', '../artifact.zip', 'comment.md'], { cwd: `${dir}/report` });
  } else writeFileSync(path.join(dir, 'artifact.zip'), 'no archive');
  writeFileSync(path.join(dir, 'bin/gh'), GH);
  chmodSync(path.join(dir, 'bin/gh'), 0o755);
  // As GitHub runs a step.
  const { status, stderr } = spawnSync('bash', ['-e', '-c', script()], {
    cwd: path.join(dir, 'job'),
    encoding: 'utf8',
    env: {
      ...process.env,
      ...{ PATH: `${dir}/bin:${process.env.PATH}`, GITHUB_REPOSITORY: 'octo/app', MARKER },
      ...{ FORK: 'mallory', BRANCH: 'evil;branch', COMMIT, RUN: '99', CONCLUSION: 'failure' },
      RUN_URL: 'https://github.com/octo/app/actions/runs/99',
    },
  });
  if (lost === undefined) assert.equal(status, 0, stderr);
  const read = (name: string) =>
    existsSync(path.join(dir, name)) ? readFileSync(path.join(dir, name), 'utf8') : null;
  return { status, body: read('body'), writes: read('writes') };
}

function script(): string {
  const own = workflowsInDocuments().filter(({ text }) => /^ {2}workflow_run:/m.test(text));
  assert.equal(own.length, 1);
  const id = /\$\{\{ github\.event\.workflow_run\.workflow_id \}\}/.source;
  assert.match(own[0]?.text ?? '', new RegExp(`MARKER: ${MARKER.replace('8', id)}\n`));
  return own[0]?.workflow.jobs.comment?.steps[0]?.run ?? '';
}

const writing = (text: string | Buffer) => (folder: string) =>
  writeFileSync(path.join(folder, 'comment.md'), text);

describe('the comment on a pull request of a fork', { skip: MISSING }, () => {
  it('The comment on a pull request of a fork has the report as text, under what GitHub says', (t) => {
    const { body, writes } = commentOf(t, { report: writing('### Slower\n\n| a | b |\n') });
    assert.match(writes ?? '', /^api -X POST repos\/octo\/app\/issues\/5\/comments /);
    const [marker, heading, whose, empty, ...text] = (body ?? '').split('\n');
    assert.equal(marker, MARKER);
    assert.match(
      heading ?? '',
      /^At commit a{10}, .* ended with failure: \[its report\]\(https:\/\/github\.com\/octo/,
    );
    assert.match(whose ?? '', /The fork can change the job/);
    assert.equal(empty, '');
    assert.deepEqual(text, ['    ### Slower', '    ', '    | a | b |', '']);
  });

  it('The comment on a pull request of a fork lets no line of a hostile report be Markdown, and is cut', (t) => {
    const hostile = `\`\`\`\r@everyone\r\n</details>\r[x](http://evil)\0\n${MARKER}\n`;
    const text = Buffer.concat([Buffer.from(hostile), Buffer.alloc(400_000, 'ä\n')]);
    const { body } = commentOf(t, { report: writing(text) });
    const lines = (body ?? '').trimEnd().split('\n').slice(4);
    assert.ok(lines.length > 1000);
    for (const line of lines) assert.match(line, /^ {4}|^ {0,3}$/);
    assert.doesNotMatch(body ?? '', /[\r\0\uFFFD]/);
    // GitHub takes 65,536 characters.
    assert.ok((body ?? '').length < 65_536);
  });

  it('The comment on a pull request of a fork follows no link in the artifact', (t) => {
    const report = (folder: string) => symlinkSync('/etc/hostname', `${folder}/comment.md`);
    const { body } = commentOf(t, { report });
    assert.equal((body ?? '').split('\n')[4]?.trim(), '/etc/hostname');
  });

  it('The comment on a pull request of a fork says the outcome alone where the artifact is none or large', (t) => {
    for (const given of [{}, { size: 5_000_000, report: writing('much') }]) {
      const { body, writes } = commentOf(t, given);
      assert.match(writes ?? '', /POST/);
      assert.equal((body ?? '').trimEnd().split('\n').length, 3);
    }
  });

  it('The comment on a pull request of a fork that was pushed to again is not written', (t) => {
    const { body, writes } = commentOf(t, { tip: 'c'.repeat(40), report: writing('old') });
    assert.deepEqual([body, writes], [null, null]);
  });

  it('The comment on a pull request of a fork that goes to two branches stands under the one that was measured', (t) => {
    const more = { 6: COMMIT };
    for (const [names, issue] of [
      [['throughput-report-5'], 5],
      [['other', 'throughput-report-6', 'throughput-report-5'], 6],
    ] as const) {
      const { writes } = commentOf(t, { more, names, report: writing('new') });
      assert.match(writes ?? '', new RegExp(`/issues/${issue}/comments `));
    }
    // Neither another one's, nor one that cannot be told.
    for (const names of [['throughput-report-4'], ['throughput-report-9'], []]) {
      const { writes } = commentOf(t, { more, names, report: writing('new') });
      assert.equal(writes, null, names.join());
    }
  });

  it('The comment on a pull request of a fork takes no artifact that names another pull request', (t) => {
    for (const name of ['throughput-report-4', 'throughput-report', 'throughput-report-5\n']) {
      const { writes, body } = commentOf(t, { names: [name], report: writing('new') });
      assert.match(writes ?? '', /\/issues\/5\/comments /);
      assert.equal((body ?? '').trimEnd().split('\n').length, 3);
    }
  });

  it('The comment on a pull request of a fork fails its job where GitHub does not answer, and writes nothing', (t) => {
    for (const lost of ['pulls.json', 'comments.json'] as const) {
      const { status, writes } = commentOf(t, { lost, report: writing('new') });
      assert.deepEqual([status === 0, writes], [false, null], lost);
    }
  });

  it('The comment on a pull request of a fork takes the place of its own earlier one, and of nobody else’s', (t) => {
    const by = (id: number, login: string, body: string) => ({ id, user: { login }, body });
    const comments = [
      by(1, 'mallory', `${MARKER}\nmine`),
      by(2, 'github-actions[bot]', `hello ${MARKER}`),
      by(3, 'github-actions[bot]', `${MARKER}\nold`),
    ];
    const { writes } = commentOf(t, { comments, report: writing('new') });
    assert.match(writes ?? '', /^api -X PATCH repos\/octo\/app\/issues\/comments\/3 /);
  });
});
