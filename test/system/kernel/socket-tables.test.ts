import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  isWildcard,
  parseInetSockets,
  parseUnixSockets,
} from '../../../src/system/kernel/socket-tables.ts';

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

describe("the kernel's table of TCP sockets", () => {
  it("The kernel's table of TCP sockets says both ends, the state, the owner and the inode", () => {
    const rows = parseInetSockets(
      `${HEAD}   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   105        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:9C40 0100007F:1538 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:9C41 0100007F:1538 06 00000000:00000000 03:00000000 00000000     0        0 0 3 0000000000000000\n`,
    );
    assert.deepEqual(rows, [
      {
        ...{ local: '0100007F', localPort: 5432, remote: '00000000', remotePort: 0 },
        ...{ state: 'listening', uid: 105, inode: '4711' },
      },
      {
        ...{ local: '0100007F', localPort: 40_000, remote: '0100007F', remotePort: 5432 },
        ...{ state: 'established', uid: 1000, inode: '4712' },
      },
      {
        ...{ local: '0100007F', localPort: 40_001, remote: '0100007F', remotePort: 5432 },
        ...{ state: 'kept', uid: 0, inode: '0' },
      },
    ]);
  });

  it('An IPv4 address in a socket of IPv6 is the same address as in one of IPv4', () => {
    const row =
      '   0: 0000000000000000FFFF00000100007F:1538 0000000000000000FFFF00000100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 9 1 0 20 4 30 10 -1';
    const [socket] = parseInetSockets(`${HEAD}${row}\n`);
    assert.equal(socket?.local, '0100007F');
    assert.equal(socket?.remote, '0100007F');
  });

  it('An address of nothing but zeros is every address, in either family', () => {
    assert.ok(isWildcard('00000000'));
    assert.ok(isWildcard('00000000000000000000000000000000'));
    assert.ok(!isWildcard('0100007F'));
  });
});

describe('what `ss` prints of Unix sockets', () => {
  it('What `ss` prints of Unix sockets gives both ends of each, with a path that may have spaces', () => {
    const text = `u_str ESTAB 0      0              /run/app/my db.sock 14586            * 14585
u_str ESTAB 0      0                           * 14585            * 14586
u_str LISTEN 0     128            /run/app/my db.sock 14000            * 0
u_seq 0      0                     /run/other.sock 20 * 21\n`;
    assert.deepEqual(parseUnixSockets(text), [
      { inode: '14586', peer: '14585', path: '/run/app/my db.sock' },
      { inode: '14585', peer: '14586', path: null },
      { inode: '20', peer: '21', path: '/run/other.sock' },
    ]);
  });
});
