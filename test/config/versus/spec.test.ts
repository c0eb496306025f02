import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSpecs, withheldSpec } from '../../../src/config/versus/spec.ts';
import { UserError } from '../../../src/system/messages/problem.ts';

const setting = (value: string) => ({ value, origin: 'contender' });

function spec(value: string) {
  const { name, folder, server, env } = parseSpecs([setting(value)])[0] as never;
  return { name, folder, server, env };
}

function told(...values: string[]): string {
  try {
    parseSpecs(values.map(setting));
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.message;
  }
  return 'nothing';
}

describe('a contender as it is written', () => {
  it('A server, a folder, or both are told apart', () => {
    const plain = { name: null, folder: null, server: null, env: {} };
    assert.deepEqual(spec('go'), { ...plain, server: 'go' });
    assert.deepEqual(spec('../gleam:api'), { ...plain, folder: '../gleam', server: 'api' });
    assert.deepEqual(spec('gleam:api'), { ...plain, folder: 'gleam', server: 'api' });
    for (const folder of ['../gleam', './gleam', '.', '..', 'servers/gleam', '/srv/gleam']) {
      assert.deepEqual(spec(folder), { ...plain, folder }, folder);
    }
    assert.deepEqual(spec('/a:b/c:api'), { ...plain, folder: '/a:b/c', server: 'api' });
  });

  it('A name stands in front, and settings behind', () => {
    assert.deepEqual(spec('fast=../go:api,GOGC=400,GOMAXPROCS=2'), {
      ...{ name: 'fast', folder: '../go', server: 'api' },
      env: { GOGC: '400', GOMAXPROCS: '2' },
    });
    assert.deepEqual(spec('go,OPTIONS=--a=1 --b').env, { OPTIONS: '--a=1 --b' });
    assert.deepEqual(spec('go,EMPTY=').env, { EMPTY: '' });
  });

  it('A comma inside of a value is written with a backslash, and without one it is told how', () => {
    assert.deepEqual(spec(String.raw`go,LIST=a\,b,X=1`).env, { LIST: 'a,b', X: '1' });
    assert.equal(
      told('go,LIST=a,b'),
      'contender `go,LIST=…,…`: what stands behind comma 2 is no setting of the form KEY=VALUE\n  contenders have spaces between them, or lines of their own, and no commas; a comma that belongs to a value is written `\\,`, and the whole contender between quotes',
    );
  });

  it('Every mistake is told at once', () => {
    const message = told('go,A=1,A=2', ':go', '../gleam:', '', 'go,PORT=80', '=go');
    assert.match(message, /`go,A=…,A=…`: it sets A twice/);
    assert.match(message, /`:go`: there is no folder before the colon/);
    assert.match(message, /`\.\.\/gleam:`: it names no server/);
    assert.match(message, /contender ``: it names no server/);
    assert.match(message, /`go,PORT=…`: PORT is set by the gate/);
    assert.match(message, /`=go`: `` cannot be a name/);
  });

  it('A name that could be taken for a pair, or for no name at all, is refused', () => {
    assert.match(told('a-vs-b=go'), /`-vs-` stands between two of them/);
    assert.match(told('go fast=go'), /`go fast` cannot be a name/);
  });

  it('No value of a variable is written down', () => {
    const [found] = parseSpecs([setting(String.raw`a=../go:api,TOKEN=hunter\,2,LEVEL=`)]);
    assert.equal(withheldSpec(found as never), 'a=../go:api,TOKEN=…,LEVEL=…');
  });

  it('No value of a variable is in a message, nor what stands behind a comma in it', () => {
    for (const written of ['go,TOKEN=hun,ter2', 'go,TOKEN=hunter2,TOKEN=ter2', 'x y=go,A=ter2']) {
      assert.doesNotMatch(told(written), /ter2|hun/, written);
    }
  });

  it('A variable may be called as something that every object has', () => {
    const { env } = spec('go,toString=1,__proto__=2');
    assert.deepEqual(Object.entries(env), [
      ['toString', '1'],
      ['__proto__', '2'],
    ]);
  });
});
