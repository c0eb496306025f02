/** Set-ups that work for neither build, through the command line: exit code 3, the same word each time, with the cure. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Verdict } from '../../src/judge/verdict/verdict.ts';
import { reasonOf } from '../support/english.ts';
import { type Installed, install, type Ran, readJson, SHORT } from './cli.ts';

let cli: Installed;
before(() => {
  cli = install();
});
after(() => {
  assert.deepEqual(cli.leftovers(), []);
  cli.remove();
});

/** Both folders with this server, or each with its own. */
function folders(name: string, base: string, head = base): string[] {
  for (const [arm, text] of [
    ['base', base],
    ['head', head],
  ] as const) {
    const dir = join(cli.dir, name, arm);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'server.js'), text);
  }
  return ['--base-dir', join(name, 'base'), '--head-dir', join(name, 'head')];
}

async function run(name: string, args: string[]): Promise<Ran & { verdict: Verdict }> {
  const out = `${name}-out`;
  const ran = await cli.run(['run', ...args, '--out', out, ...SHORT]);
  return { ...ran, verdict: Verdict.parse(readJson(join(cli.dir, out, 'verdict.json'))) };
}

/** What it says, in one line. */
const said = ({ stdout }: Ran) => stdout.trim().replaceAll(/\s+/g, ' ');

const answering = (code: string) => `let n = 0;
require('http').createServer((q, r) => { n++; ${code} }).listen(process.env.PORT, '127.0.0.1');\n`;
const OK = answering('r.end()');

test('A program that is in neither tree, five times: exit code 3, once for both, with what git ignores', async () => {
  const both = folders('missing', '');
  for (let i = 0; i < 5; i++) {
    const ran = await run('missing', [...both, '--start', 'node missing.js']);
    assert.equal(ran.code, 3, ran.stdout);
    assert.equal(ran.verdict.verdict, 'invalid');
    const [subject] = ran.verdict.subjects;
    assert.equal(
      reasonOf(subject),
      'both builds: the server ended before it was ready (exit code 1): `missing.js` is not there',
    );
    assert.equal(subject?.cure?.code, 'ignored-files-missing');
    assert.match(
      said(ran),
      /^The measurement is broken: .*What git ignores .* `build` must make it/,
    );
    // Once, in the headline, which stands first and last.
    assert.equal(said(ran).split('both builds').length - 1, 2);
  }
});

test('A path that redirects in both: exit code 3, and where it leads', async () => {
  const code = "if (q.url === '/items') r.writeHead(307, { location: '/items/' }); r.end()";
  const ran = await run('redirect', [
    ...folders('redirect', answering(code)),
    ...['--start', 'node server.js', '--path', '/items'],
  ]);
  assert.equal(ran.code, 3);
  assert.match(
    said(ran),
    /got 307 \(location: \/items\/\)\. The server redirects to `\/items\/`\. Set `--path \/items\/`/,
  );
});

test('A wrong path, and a rate limiter, in both: exit code 3 each', async () => {
  const wrong = await run('wrong', [
    ...folders(
      'wrong',
      answering('r.writeHead(404, { "content-type": "text/html" }).end("<html>")'),
    ),
    ...['--start', 'node server.js', '--expect-status', '201'],
  ]);
  assert.equal(wrong.code, 3);
  assert.match(said(wrong), /both builds: GET \/ .*expected status 201, got 404 \(text\/html\)\./);
  assert.doesNotMatch(said(wrong).split('This says nothing')[0] ?? '', /<html>/);
  const limited = await run('limited', [
    ...folders('limited', answering('r.statusCode = n > 100 ? 429 : 200; r.end()')),
    ...['--start', 'node server.js'],
  ]);
  assert.equal(limited.code, 3);
  assert.match(
    said(limited),
    /both builds: .*got 429\. This looks like a rate limiter: after \d+ good/,
  );
});

test('A build that needs what git ignores fails in both trees: exit code 3, and the cure', async () => {
  const ran = await run('build', [
    ...folders('build', OK),
    ...['--build', `node -e 'require("left-pad")'`, '--start', 'node server.js'],
  ]);
  assert.equal(ran.code, 3);
  assert.match(said(ran), /both builds: the build of server failed \(exit code 1\)/);
  assert.match(said(ran), /What git ignores \(`node_modules`/);
});

test('A base that does not build is a missing baseline only where head works', async () => {
  const build = ['--build', 'test {arm} = head', '--start', 'node server.js'];
  const works = await run('half', [...folders('half', OK), ...build]);
  assert.equal(works.code, 0, works.stdout);
  assert.equal(works.verdict.verdict, 'no-baseline');
  const broken = await run('none', [...folders('none', OK, 'process.exit(4)'), ...build]);
  assert.equal(broken.code, 3);
  assert.match(
    said(broken),
    /both builds fail\. base: the build of server failed .*; head: the server ended .*exit code 4/,
  );
});
