import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isKeptByClosed } from '../../../src/measure/listening/kept-port.ts';

const linux = { skip: process.platform === 'linux' ? false : 'no /proc' };
const at = { kind: 'tcp', port: 8080 } as const;
const closed = { localPort: 8080, state: 'kept' } as const;

it('A port that closed connections keep is free of anybody who listens there', linux, () => {
  assert.equal(
    isKeptByClosed(at, () => [closed]),
    true,
  );
  // Such as one that a container publishes: its process is root's, and is not seen.
  const listening = { localPort: 8080, state: 'listening' } as const;
  assert.equal(
    isKeptByClosed(at, () => [closed, listening]),
    false,
  );
  const others = [
    { localPort: 8081, state: 'kept' },
    { localPort: 8080, state: 'established' },
  ] as const;
  assert.equal(
    isKeptByClosed(at, () => others),
    false,
  );
  assert.equal(
    isKeptByClosed(at, () => null),
    false,
  );
});
