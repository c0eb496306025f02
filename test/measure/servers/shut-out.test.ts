import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cureFor } from '../../../src/measure/failures/cure-for.ts';
import type { Cure } from '../../../src/measure/observed/cure.ts';
import { isShutOut, mayEnter, userIn } from '../../../src/measure/servers/shut-out.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';

const answer = (status: number) => ({ status, contentType: null, location: null });
const folder = (mode: number) => ({ mode: 0o40000 | mode, uid: 1001, gid: 1001 });

it('Whoever is neither the owner nor of the group of a folder needs the right of all others to enter it', () => {
  const nobody = { uid: 65534, groups: [65534] };
  assert.equal(mayEnter(nobody, folder(0o700)), false);
  assert.equal(mayEnter(nobody, folder(0o711)), true);
  assert.equal(mayEnter({ uid: 33, groups: [33, 1001] }, folder(0o710)), true);
  assert.equal(mayEnter({ uid: 1001, groups: [] }, folder(0o700)), true);
  assert.equal(mayEnter({ uid: 0, groups: [0] }, folder(0o700)), true);
});

it('The user for files is the last of four, and groups are all of them', () => {
  const status =
    'Name:\tnginx\nUid:\t0\t33\t33\t33\nGid:\t0\t0\t0\t34\nFDSize:\t64\nGroups:\t33 4 \n';
  assert.deepEqual(userIn(status), { uid: 33, groups: [34, 33, 4] });
  assert.equal(userIn(''), null);
});

it('Nobody is shut out of a folder that this process itself works in', () => {
  assert.equal(isShutOut([process.pid], process.cwd()), false);
  assert.equal(isShutOut([], process.cwd()), false);
});

it('The advice knows a user who may not enter the copies by a 403, also where nothing is printed', () => {
  const cure = cureFor({ answer: answer(403), isShutOut: true, form: 'flags' });
  assert.equal(cure?.code, 'shut-out');
  assert.match(cureText(cure as Cure), /chmod a\+rx \{dir\}.*`--headers`/);
  // One that answered a moment ago, and one that is not denied anything.
  assert.equal(cureFor({ answer: answer(403), good: 9, isShutOut: true })?.code, 'rate-limited');
  assert.equal(cureFor({ answer: answer(500), isShutOut: true })?.code, 'server-error');
});

it('The advice knows him by a 404 too, as PHP-FPM says it of a script that it may not reach, and as the answer to whether it is ready', () => {
  const output = 'FastCGI sent in stderr: "Primary script unknown" while reading response header';
  const cure = cureFor({ answer: answer(404), isShutOut: true, output, form: 'flags' });
  assert.equal(cure?.code, 'shut-out');
  assert.match(cureText(cure as Cure), /chmod a\+rx \{dir\}.*not there, set another \(`--path`\)/);
  assert.equal(cureFor({ readyAnswer: answer(404), isShutOut: true })?.code, 'shut-out');
  assert.equal(cureFor({ answer: answer(404) })?.code, 'not-found');
});

it('A PHP-FPM that somebody else runs, and that finds no script, is told by its words', () => {
  const output =
    '*1 FastCGI sent in stderr: "Primary script unknown" while reading response header';
  const excerpt = '"File not found.\\n"';
  for (const said of [{ output }, { excerpt, runtimes: ['sh', 'nginx'] }]) {
    const cure = cureFor({ answer: answer(404), ...said, form: 'file' });
    assert.equal(cure?.code, 'script-unknown');
    assert.match(cureText(cure as Cure), /`\{dir\}` in the path.*chmod a\+rx \{dir\}/);
  }
  assert.equal(cureFor({ answer: answer(404), good: 9, output })?.code, 'not-found');
  assert.equal(cureFor({ answer: answer(404), excerpt, runtimes: ['shop'] })?.code, 'not-found');
  assert.equal(
    cureFor({ answer: answer(404), excerpt: '{"message":"File not found."}' })?.code,
    'not-found',
  );
});
