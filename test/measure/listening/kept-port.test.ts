import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hasOpenConnection, isKeptByClosed } from '../../../src/measure/listening/kept-port.ts';

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

it(
  'A connection that somebody still has is open, and one that the kernel alone winds up is not',
  linux,
  () => {
    const open = { localPort: 8080, state: 'established', inode: '71' } as const;
    const has = (
      ...rows: { localPort: number; state: typeof open.state | 'kept'; inode: string }[]
    ) => hasOpenConnection(at, () => rows);
    assert.equal(has(open), true);
    assert.equal(has({ ...open, inode: '0' }), false);
    assert.equal(has({ ...open, localPort: 8081 }), false);
    assert.equal(has({ ...open, state: 'kept' }), false);
  },
);
