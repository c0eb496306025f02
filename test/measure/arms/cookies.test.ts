/** Which cookies are kept, and which go with a request. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CookieJar } from '../../../src/measure/arms/cookies.ts';

/** A jar that has got these from an answer to a request for this path. */
function jarOf(headers: readonly string[], path = '/login'): CookieJar {
  const jar = new CookieJar();
  for (const header of headers) jar.keep(header, path);
  return jar;
}

it('A cookie is kept, replaced, and taken back', () => {
  const past = 'b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT';
  assert.equal(jarOf(['a=1', 'b=2; Path=/', 'a=3', past]).fieldFor('/'), 'a=3');
  assert.equal(jarOf(['a=1', 'a=; Max-Age=0']).fieldFor('/'), null);
  assert.equal(jarOf(['a=1', 'a=x; Max-Age=-1']).fieldFor('/'), null);
});

it('A maximal age counts before a date, and what is no number or no date says nothing', () => {
  const past = 'Expires=Wed, 21-Oct-2015 07:28:00 GMT';
  assert.equal(jarOf([`a=1; ${past}; Max-Age=3600`]).fieldFor('/'), 'a=1');
  assert.equal(jarOf([`a=1; ${past}`]).fieldFor('/'), null);
  for (const odd of ['Max-Age=', 'Max-Age=soon', 'Expires=0', 'Expires', 'max-age="0"']) {
    assert.equal(jarOf([`a=1; ${odd}`]).fieldFor('/'), 'a=1', odd);
  }
});

it('A cookie goes with requests within its path only, and without one within the folder of its login', () => {
  const jar = jarOf(
    ['a=1; Path=/shop', 'b=2; path=/', 'c=3', 'd=4; Path=shop'],
    '/auth/login?x=/y',
  );
  assert.equal(jar.fieldFor('/shop'), 'a=1; b=2');
  assert.equal(jar.fieldFor('/shop/cart?id=1'), 'a=1; b=2');
  assert.equal(jar.fieldFor('/shopping'), 'b=2');
  assert.equal(jar.fieldFor('/auth/me'), 'c=3; d=4; b=2');
  assert.equal(jarOf(['a=1'], '/login').fieldFor('/orders'), 'a=1');
});

it('Cookies of one name for two paths are two cookies: taking one back leaves the other', () => {
  const jar = jarOf(['sid=s1; Path=/', 'sid=x; Path=/login', 'sid=; Path=/login; Max-Age=0']);
  assert.equal(jar.fieldFor('/orders'), 'sid=s1');
  assert.equal(jar.fieldFor('/login'), 'sid=s1');
  assert.deepEqual(jar.values, ['s1']);
});

it('A value keeps its quotation marks and its equals signs, and what has no name is no cookie', () => {
  const jar = jarOf(['a="q=1"; HttpOnly', '=x', 'y', ' b = 2 ; Secure']);
  assert.equal(jar.fieldFor('/'), 'a="q=1"; b=2');
  assert.equal(jar.valueOf('a'), '"q=1"');
  assert.equal(jar.valueOf('none'), null);
});
