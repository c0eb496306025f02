import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check } from '../../../src/config/check/check.ts';
import { BesideKeys, besideOf, besideText } from '../../../src/config/values/beside.ts';

const read = (raw: unknown) => check(BesideKeys, raw, ['beside']);

describe('the key `beside`', () => {
  it('The key `beside` takes a list of ports and of maps of one key', () => {
    assert.deepEqual(read([5432, { command: 'redis-server' }]).value, [
      { kind: 'port', port: 5432 },
      { kind: 'command', name: 'redis-server' },
    ]);
    const list = [{ port: 1 }, { pid: 7 }, { 'pid-file': '/run/db.pid' }, { cgroup: 'docker-1a' }];
    assert.deepEqual(read(list).value, [
      { kind: 'port', port: 1 },
      { kind: 'pid', pid: 7 },
      { kind: 'pid-file', path: '/run/db.pid' },
      { kind: 'cgroup', path: 'docker-1a' },
    ]);
    assert.equal(read(undefined).value, undefined);
  });

  const wrong: [raw: unknown, hint: RegExp][] = [
    [0, /a port/],
    [70_000, /a port/],
    ['5432', /write 5432 without quotes/],
    ['redis-server', /\{ command: redis-server \}, or command=redis-server as an input or a flag/],
    [{ port: '5432' }, /whole number from 1 to 65535/],
    [{ pid: 1 }, /above 1/],
    [{ 'pid-file': 'db.pid' }, /beginning with `\/`/],
    [{ command: '/usr/bin/redis' }, /without its folder/],
    [{ cgroup: 'ab' }, /three characters/],
    [{ comand: 'redis' }, /did you mean `command`/],
    [{ port: 1, pid: 2 }, /one entry for each key/],
    [{ por: 1 }, /did you mean `port`/],
  ];
  for (const [raw, expected] of wrong) {
    it(`The key \`beside\` refuses ${JSON.stringify(raw)} and says what to write`, () => {
      const { value, mistakes } = read([raw]);
      assert.equal(value, null);
      assert.equal(mistakes.length, 1);
      const [{ message, hint = '' } = { message: '' }] = mistakes;
      assert.match(`${message} ${hint}`, expected);
    });
  }
});

it('The key `beside` takes nothing but a list', () => {
  const { mistakes } = read(5432);
  assert.match(mistakes[0]?.message ?? '', /a list such as \[5432\]/);
});

describe('`beside` as an input or a flag', () => {
  it('`beside` as an input or a flag is a list with commas or lines between', () => {
    assert.deepEqual(besideOf('5432, command=redis-server\ncgroup: docker-1a2b'), [
      5432,
      { command: 'redis-server' },
      { cgroup: 'docker-1a2b' },
    ]);
    assert.deepEqual(besideOf('pid-file=/run/my db.pid'), [{ 'pid-file': '/run/my db.pid' }]);
    assert.deepEqual(besideOf('redis-server'), ['redis-server']);
  });
});

describe('what an entry of `beside` is called', () => {
  it('What an entry of `beside` is called names it as a sentence can', () => {
    assert.equal(besideText({ kind: 'port', port: 5432 }), 'port 5432');
    assert.equal(besideText({ kind: 'command', name: 'redis-server' }), 'command redis-server');
  });
});
