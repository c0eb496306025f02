import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { leftBehind, type Moved, moveValues, namedIn } from '../../src/checkout/own-paths.ts';

const TREE = ['bin', 'src', 'go.mod', 'include'];
const MOVED: Moved = {
  from: ['/work space/app'],
  dir: '/t/head',
  has: (path) => TREE.includes(path),
};
const moved = (value: string, name = 'X') => moveValues({ [name]: value }, MOVED)[name];

describe('a variable that leads into the working copy', () => {
  it('A variable that leads into the working copy leads into the arm’s own tree where that has it', () => {
    for (const [value, own] of [
      ['/work space/app', '/t/head'],
      ['/work space/app/src', '/t/head/src'],
      ['/usr/bin:/work space/app/bin:/bin', '/usr/bin:/t/head/bin:/bin'],
      ['-modfile=/work space/app/go.mod', '-modfile=/t/head/go.mod'],
      ['-I/work space/app/include -O2', '-I/t/head/include -O2'],
      ['file:///work space/app/src', 'file:///t/head/src'],
      ['/work space/app/node_modules/.bin:/bin', '/t/head/node_modules/.bin:/bin'],
    ] as const) {
      assert.equal(moved(value), own);
    }
    assert.equal(moved('/work space/app', 'GITHUB_WORKSPACE'), '/t/head');
  });

  it('A variable that leads into the working copy stays where the trees do not have it, and is told', () => {
    const env = {
      PATH: '/work space/app/.venv/bin:/usr/bin',
      VIRTUAL_ENV: '/work space/app/.venv',
      PYTHONPATH: '/work space/app/src',
      PLAIN: 'x',
    };
    const own = moveValues(env, MOVED);
    assert.deepEqual(own, { ...env, PYTHONPATH: '/t/head/src' });
    assert.deepEqual(leftBehind(own, MOVED), [
      { name: 'PATH', paths: ['/work space/app/.venv/bin'] },
      { name: 'VIRTUAL_ENV', paths: ['/work space/app/.venv'] },
    ]);
  });

  it('A variable that leads into the working copy is another where its name only begins alike, and none where it is about the job', () => {
    for (const value of [
      '/work space/apple',
      '/x/work space/app',
      '/work space/app-2/src',
      '/work space',
    ]) {
      assert.equal(moved(value), value);
      assert.deepEqual(leftBehind({ X: value }, MOVED), []);
    }
    for (const name of ['HOME', 'PWD', 'GITHUB_EVENT_PATH', 'RUNNER_WORKSPACE']) {
      assert.equal(moved('/work space/app', name), '/work space/app');
      assert.deepEqual(leftBehind({ [name]: '/work space/app/x' }, MOVED), []);
    }
  });

  it('A variable that leads into the working copy is found in commands', () => {
    assert.deepEqual(
      namedIn('cd "/work space/app" && node /work space/app/dist/x.js; ls /usr', MOVED),
      [
        { path: '/work space/app', isOwn: true },
        { path: '/work space/app/dist/x.js', isOwn: false },
      ],
    );
    assert.deepEqual(namedIn('node server.js', MOVED), []);
  });
});
