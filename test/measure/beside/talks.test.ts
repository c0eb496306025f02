import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  awayOf,
  crossingsOf,
  hiddenAmong,
  placesOf,
  type SocketTables,
  talksOf,
} from '../../../src/measure/beside/talks.ts';
import type { InetSocket } from '../../../src/system/kernel/socket-tables.ts';

const LOOPBACK = '0100007F';
const [SERVER, DATABASE, BACKEND, CLIENT] = [100, 200, 201, 300] as const;

const listening = (localPort: number, inode: string, uid = 0): InetSocket => ({
  ...{ local: LOOPBACK, localPort, remote: '00000000', remotePort: 0 },
  ...{ state: 'listening', uid, inode },
});

/** The end at `from` of a connection to `to`. */
const end = (from: number, to: number, inode: string, uid = 0): InetSocket => ({
  ...{ local: LOOPBACK, localPort: from, remote: LOOPBACK, remotePort: to },
  ...{ state: 'established', uid, inode },
});

function tables(
  inet: readonly InetSocket[],
  holders: Record<string, number[]>,
  unix: SocketTables['unix'] = [],
): SocketTables {
  return { inet, unix, holders: new Map(Object.entries(holders)) };
}

const of = (...pids: number[]) => new Set(pids);

describe('whom a process talks to', () => {
  const database = [
    listening(5432, 'listen'),
    end(40_000, 5432, 'asks'),
    end(5432, 40_000, 'answers'),
  ];

  it('Whom a process talks to is who listens at the other end, and who serves the connection', () => {
    const holders = { listen: [DATABASE], asks: [SERVER], answers: [BACKEND] };
    assert.deepEqual(talksOf(tables(database, holders), of(SERVER)), [
      { place: { kind: 'port', port: 5432 }, pids: [DATABASE, BACKEND], uid: null, unheld: [] },
    ]);
  });

  it('Whom a process talks to is nobody who only asks that process', () => {
    const tcp = [
      listening(8080, 'own'),
      end(40_000, 8080, 'client'),
      end(8080, 40_000, 'accepted'),
    ];
    const holders = { own: [SERVER], accepted: [SERVER], client: [CLIENT] };
    assert.deepEqual(talksOf(tables(tcp, holders), of(SERVER)), []);
  });

  it('Whom a process talks to is not one of its own tree', () => {
    const holders = { listen: [SERVER + 1], asks: [SERVER], answers: [SERVER + 1] };
    assert.deepEqual(talksOf(tables(database, holders), of(SERVER, SERVER + 1)), []);
  });

  it('Whom a process talks to is told by its user where nobody may look into it', () => {
    const rows = [listening(5432, 'listen', 105), end(40_000, 5432, 'asks')];
    assert.deepEqual(talksOf(tables(rows, { asks: [SERVER] }), of(SERVER)), [
      { place: { kind: 'port', port: 5432 }, pids: [], uid: 105, unheld: [] },
    ]);
  });

  it('Whom a process talks to is one for each place, however many connections there are', () => {
    const rows = [...database, end(40_001, 5432, 'asks2'), end(5432, 40_001, 'answers2')];
    const holders = {
      ...{ listen: [DATABASE], asks: [SERVER], answers: [BACKEND] },
      ...{ asks2: [SERVER], answers2: [BACKEND + 1] },
    };
    const [talk, ...others] = talksOf(tables(rows, holders), of(SERVER));
    assert.deepEqual(talk?.pids, [DATABASE, BACKEND, BACKEND + 1]);
    assert.deepEqual(others, []);
  });

  it('Whom a process talks to over a Unix socket is who holds the end with a path', () => {
    const unix = [
      { inode: 'answers', peer: 'asks', path: '/run/redis.sock' },
      { inode: 'asks', peer: 'answers', path: null },
    ];
    const holders = { answers: [DATABASE], asks: [SERVER] };
    const seen = tables([], holders, unix);
    assert.deepEqual(talksOf(seen, of(SERVER)), [
      {
        place: { kind: 'socket', path: '/run/redis.sock' },
        pids: [DATABASE],
        uid: null,
        unheld: [],
      },
    ]);
    assert.deepEqual(talksOf(seen, of(DATABASE)), []);
  });

  it('Whom a process talks to over a Unix socket that nobody is seen to hold has the ends that this was seen of', () => {
    const connections = (...inodes: string[]) =>
      inodes.map((inode) => ({ inode, peer: `asks ${inode}`, path: '/run/redis.sock' }));
    const holders = { 'asks 1': [SERVER], 'asks 2': [SERVER], 'asks 3': [SERVER] };
    const place = { kind: 'socket', path: '/run/redis.sock' } as const;
    assert.deepEqual(talksOf(tables([], holders, connections('1', '2')), of(SERVER)), [
      { place, pids: [], uid: null, unheld: ['1', '2'] },
    ]);
    const served = tables([], { ...holders, 2: [DATABASE] }, connections('1', '2', '3'));
    assert.deepEqual(talksOf(served, of(SERVER)), [
      { place, pids: [DATABASE], uid: null, unheld: [] },
    ]);
  });

  it('Who serves a socket is hidden only if an end there is in nobody’s hands a moment later too', () => {
    const later = (holders: Record<string, number[]>) => () =>
      tables([], holders, [{ inode: '2', peer: 'asks 2', path: '/run/redis.sock' }]);
    const hidden = (ends: string[], holders = {}) =>
      hiddenAmong(new Map([['socket /run/redis.sock', ends]]), later(holders));
    assert.deepEqual(hidden(['1', '2']), ['socket /run/redis.sock']);
    assert.deepEqual(hidden(['1']), [], 'closed meanwhile');
    assert.deepEqual(hidden(['2'], { 2: [DATABASE] }), [], 'handed over meanwhile');
    assert.deepEqual(hidden([]), ['socket /run/redis.sock'], 'known by who listens');
  });

  it('Whom a process talks to on another machine is none of this one, and is told as an address', () => {
    const away: InetSocket = { ...end(40_000, 5432, 'asks'), remote: '020012AC' };
    const seen = tables([away], { asks: [SERVER] });
    assert.deepEqual(talksOf(seen, of(SERVER)), []);
    assert.deepEqual(awayOf(seen, of(SERVER)), [{ address: '172.18.0.2', port: 5432 }]);
    assert.deepEqual(awayOf(tables(database, { asks: [SERVER] }), of(SERVER)), []);
  });
});

describe('where processes listen', () => {
  it('Where processes listen is each of their ports once, in order', () => {
    const tcp = [
      listening(6380, 'b'),
      listening(6379, 'a'),
      { ...listening(6379, 'c'), local: '0'.repeat(32) },
      listening(80, 'x'),
    ];
    const seen = tables(tcp, { a: [DATABASE], b: [DATABASE], c: [DATABASE], x: [CLIENT] });
    assert.deepEqual(placesOf(seen, of(DATABASE)), [
      { kind: 'port', port: 6379 },
      { kind: 'port', port: 6380 },
    ]);
  });
});

describe('what another server listens on alone', () => {
  const [base, head] = [of(SERVER), of(CLIENT)];
  const behind = listening(9000, 'behind');
  const crossings = (tcp: readonly InetSocket[], holders: Record<string, number[]>) =>
    crossingsOf(tables(tcp, { behind: [SERVER], ...holders }), head, base);

  it('What another server listens on alone is crossed to by a connection of ours, or of one that was over', () => {
    const tcp = [behind, end(40_000, 9000, 'asks')];
    const found = [{ place: { kind: 'port', port: 9000 }, pid: SERVER }];
    assert.deepEqual(crossings(tcp, { asks: [CLIENT] }), found);
    assert.deepEqual(crossings(tcp, {}), found);
  });

  it('What another server listens on alone is not crossed to by itself, nor by the generator, nor by nobody', () => {
    const tcp = [behind, end(40_000, 9000, 'asks')];
    for (const asks of [[SERVER], [BACKEND]]) assert.deepEqual(crossings(tcp, { asks }), []);
    assert.deepEqual(crossings([behind], {}), []);
  });

  it('What both servers listen on is each one’s own', () => {
    const tcp = [behind, listening(9000, 'mine'), end(40_000, 9000, 'asks')];
    assert.deepEqual(crossings(tcp, { mine: [CLIENT], asks: [CLIENT] }), []);
  });

  it('A Unix socket that another server listens on alone is crossed to likewise', () => {
    const path = '/run/app.sock';
    const rows = [{ path, inode: 'serves', peer: 'asks' }];
    const found = (holders: Record<string, number[]>) =>
      crossingsOf(tables([], { serves: [SERVER], ...holders }, rows), head, base);
    assert.deepEqual(found({}), [{ place: { kind: 'socket', path }, pid: SERVER }]);
    assert.deepEqual(found({ asks: [SERVER] }), []);
  });
});
