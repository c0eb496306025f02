/** The Markdown that shows badges: what is pasted into a README. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { badgePath } from '../../../src/history/paths.ts';
import { badgeLinkLines } from '../../../src/report/history/badge-links.ts';

const badge = (server: string, scenario: string) => ({
  name: `${server}/${scenario}`,
  path: badgePath({ server, scenario }),
});

test('A badge has a line of Markdown with the address of its file, also where the name of that has a hash', () => {
  const [heading, plain, capital = ''] = badgeLinkLines(
    [badge('api', 'orders'), badge('api', 'getOrders')],
    'Octo/App',
  );
  assert.equal(heading, 'In Markdown, once they are on GitHub Pages:');
  assert.equal(
    plain,
    '![api/orders](https://img.shields.io/endpoint?url=https%3A%2F%2Focto.github.io%2FApp%2Fbadges%2Fapi%2Forders.json)',
  );
  assert.match(capital, /^!\[api\/getOrders\]\(.+getOrders~h[0-9a-f]{10}\.json\)$/);
});

test('The repository of a user’s own site has its badges at the root of that', () => {
  const [, line] = badgeLinkLines([badge('api', 'orders')], 'Octo/octo.github.io');
  assert.match(line ?? '', /url=https%3A%2F%2Focto\.github\.io%2Fbadges%2F/);
});

test('Where the repository is not known, the reader is told what to put in', () => {
  const [heading, line] = badgeLinkLines([badge('api', 'orders')], null);
  assert.match(
    heading ?? '',
    /your own address in place of https:\/\/OWNER\.github\.io\/REPOSITORY/,
  );
  assert.match(line ?? '', /https%3A%2F%2FOWNER\.github\.io%2FREPOSITORY%2Fbadges/);
});

test('A name that is Markdown stays a name, and a long list is cut', () => {
  const [, odd, ...rest] = badgeLinkLines(
    [badge('a](http://evil)', '<b>'), badge('b', 'c'), badge('b', 'd')],
    'octo/app',
    1,
  );
  assert.match(odd ?? '', /^!\[a\\\]\(http:\/\/evil\)\/\\<b\\>\]\(https:\/\/img\.shields\.io/);
  assert.deepEqual(rest, ['and 2 more badges: `throughput-gate history badge --out FOLDER`']);
  assert.deepEqual(badgeLinkLines([], 'octo/app'), []);
});
