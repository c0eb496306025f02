import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strayText } from '../../../src/load/websocket/stray.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';

test('The first message of Socket.IO is known, and a script for it is named', () => {
  const opened = Buffer.from('0{"sid":"abc","upgrades":[],"pingInterval":25000}');
  assert.match(
    unmarked(strayText(opened, false)),
    /nobody asked for: "0\{.*Socket\.IO.*`command`.*docs\/load-tools\.md/s,
  );
  for (const text of ['hello', '0{"other":1}']) {
    const said = unmarked(strayText(Buffer.from(text), false));
    assert.match(said, /of its own, such as a greeting.*`mode: fan-out` with a `message`/);
    assert.doesNotMatch(said, /Socket\.IO/);
  }
  assert.doesNotMatch(strayText(opened, true), /Socket\.IO/);
});
