/** Tests how src/measure/failures/cure-for.ts knows that somebody else has the address that a server wants. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { mayLackAddress, portsInUse } from '../../../src/measure/failures/address-signs.ts';
import { cureFor } from '../../../src/measure/failures/cure-for.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';

it('The advice knows a taken address in the words of frameworks too', () => {
  for (const output of [
    'Error: That port is already in use.',
    'Web server failed to start. Port 8080 was already in use.',
    'Port already in use. Make sure no other process is using port 7000 and try again.',
    'Port 5000 is in use by another program.',
    "[ERROR] Connection in use: ('127.0.0.1', 8000)",
    'error: Failed to start server. Is port 3000 in use?',
    'Port 8080 seems to be in use by another process.',
    'Something is already running on port 3000.',
  ]) {
    assert.equal(cureFor({ exitCode: 1, output })?.code, 'address-in-use', output);
  }
  for (const output of [
    'listening on port 3000\nfatal: no licence',
    'running on port 3000\nfatal: no licence',
  ]) {
    assert.notEqual(cureFor({ exitCode: 1, output })?.code, 'address-in-use', output);
  }
});

it('A port that closed connections keep is taken from the server by nobody but itself', () => {
  const output = 'OSError: [Errno 98] Address already in use';
  assert.deepEqual(cureFor({ exitCode: 1, output, isPortKept: true }), { code: 'port-kept' });
  assert.deepEqual(cureFor({ taken: 'before', isPortKept: true }), { code: 'port-kept' });
  // Connections that were closed are always there: alone they say nothing.
  assert.equal(
    cureFor({ exitCode: 1, output: 'no licence', isPortKept: true })?.code,
    'see-output',
  );
  assert.match(cureText({ code: 'port-kept' }), /closed itself keep its port.*SO_REUSEADDR/);
});

it('Of who tells that a port is in use the port is known, and of who cannot listen that it may be for that', () => {
  const output = 'ready in 1200 ms\nlisten tcp 127.0.0.1:9100: bind: address already in use\n';
  assert.deepEqual(portsInUse(output), [9100]);
  for (const said of [
    '[emerg] 41877#41877: bind() to 0.0.0.0:9100 failed (98: Address already in use)',
    '[41877] ! bind to [::]:9100: Address already in use',
    'pid=41877 Port 9100 is already in use',
    "[Errno 98] error while attempting to bind on address ('127.0.0.1', 9100): address already in use",
  ]) {
    const ports = portsInUse(said);
    assert.deepEqual([ports.includes(9100), ports.includes(41877)], [true, false], said);
  }
  for (const said of ['could not listen on 8080', 'bind() failed', 'error: listen: 98', output]) {
    assert.equal(mayLackAddress(said), true, said);
  }
  for (const said of ['TypeError: x is not a function', 'listening on 8080', 'cannot read a.yml']) {
    assert.equal(mayLackAddress(said), false, said);
  }
});
