/** Tests what src/measure/failures/cure-for.ts advises where a server that never becomes ready has printed why. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { answerOf } from '../../../src/load/unexpected.ts';
import { cureFor } from '../../../src/measure/failures/cure-for.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';

const code = (status: number, output: string) =>
  cureFor({ readyAnswer: answerOf({ status }), output })?.code;

it('A proxy that may not write to the socket behind it runs as another user', () => {
  const nginx =
    'connect() to unix:/tmp/x/base/app.sock failed (13: Permission denied) while connecting to upstream';
  assert.equal(code(502, nginx), 'may-not-read');
});

it('A proxy that may not write to a socket is told how it may, as the way to it alone does not do', () => {
  assert.match(
    cureText({ code: 'may-not-read' }),
    /`user root;`.*`chmod a\+rx \{dir\} \{dir\}\/\.\.`.*Unix socket it must also.*`umask 000`/,
  );
});

it('What a server asks in its turn and is not there is advised on also where the server is only waited for', () => {
  const nginx = 'connect() failed (111: Connection refused) while connecting to upstream';
  assert.equal(code(502, nginx), 'friend-missing');
  assert.equal(code(503, 'Error: connect ECONNREFUSED 127.0.0.1:5432'), 'friend-missing');
});

it('Where nothing printed says more, the answer alone is advised on', () => {
  assert.equal(code(503, 'starting'), 'ready-answer');
  assert.equal(code(401, 'Error: connect ECONNREFUSED 127.0.0.1:5432'), 'ready-answer');
});
