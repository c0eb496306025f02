/** What is said of a start command whose program is not there: real folders, with real programs in them. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { missingProgram } from '../../../src/measure/servers/missing-program.ts';

/** A tree with these files; those that end in `*` are programs. */
function treeOf(t: TestContext, ...files: string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'tg-missing-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const name of files) {
    const path = join(root, name.replace(/\*$/, ''));
    mkdirSync(dirname(path), { recursive: true });
    if (name.endsWith('*')) copyFileSync('/bin/true', path);
    else writeFileSync(path, '');
  }
  return root;
}

function saidOf(start: string, root: string, workdir = '.'): string | null {
  return missingProgram({ server: { start }, cwd: join(root, workdir), root })?.text ?? null;
}

it('A build that made a debug build is named where the start command wants the other one', (t) => {
  const root = treeOf(
    t,
    'target/debug/api*',
    'target/debug/deps/api-1*',
    'target/debug/build/x/y*',
  );
  assert.equal(
    saidOf('exec target/release/api --fast', root),
    '`target/release/api` is not there, but target/debug/api is',
  );
});

it('A program of another name is named, and where it is from the folder of the server', (t) => {
  const root = treeOf(t, 'main.go', 'lab*', 'services/api/main.go', 'services/api/bin/api*');
  assert.equal(
    saidOf('PORT=1 ./server', root),
    '`./server` is not there, but lab, services/api/bin/api are',
  );
  assert.equal(saidOf('./api', root, 'services'), '`./api` is not there, but api/bin/api is');
  assert.equal(saidOf('bin/lab', root, 'services/api'), '`bin/lab` is not there, but ../../lab is');
});

it('A build that made no program is told so', (t) => {
  const root = treeOf(t, 'main.go', 'script.sh');
  assert.equal(
    saidOf('./server', root),
    '`./server` is not there, and the build has made no other program',
  );
  const server = { start: './server', build: null };
  assert.equal(missingProgram({ server, cwd: root })?.text, '`./server` is not there');
  assert.equal(saidOf('./run.sh', root), '`./run.sh` is not there');
  assert.equal(
    saidOf('./node_modules/.bin/next start', root),
    '`./node_modules/.bin/next` is not there',
  );
});

it('A jar with its version in its name is named, and not those beside it', (t) => {
  const root = treeOf(
    t,
    'target/app-1.2.jar',
    'target/app-1.2-sources.jar',
    'target/original-app.jar',
  );
  assert.equal(
    saidOf('exec java -Xmx1g -jar target/app.jar {port}', root),
    '`target/app.jar` is not there, but target/app-1.2.jar is',
  );
});

it('Nothing is said of a program that is there, or of which nobody can tell where it is', (t) => {
  const root = treeOf(t, 'server*', 'server.js', 'lab*');
  // The kernel refuses to look there, as it does in a folder that is closed to this user.
  symlinkSync('loop', join(root, 'loop'));
  for (const start of [
    './server',
    'node server.js',
    'npm start',
    '$BIN/other',
    "'./my server'",
    'cd elsewhere && ./other',
    'env -C elsewhere ./other',
    'sudo --chdir=elsewhere -u app ./other',
    'uv run --directory api other.py',
    './loop',
    './{arm}',
    'docker run -v /a:/b other.jar:x',
  ]) {
    assert.equal(saidOf(start, root), null, start);
  }
});
