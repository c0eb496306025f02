import assert from 'node:assert/strict';
import { it } from 'node:test';
import { repositoryAt, repositoryWritten } from '../../src/checkout/origin-repository.ts';

it('The repository is known by every address of the same server, and by no other', () => {
  const github = 'https://github.com';
  for (const address of [
    'https://github.com/Octo/App',
    'https://github.com/octo/app.git',
    'https://x-access-token:secret@github.com/octo/app/',
    'git@github.com:octo/app.git',
    'github.com:octo/app',
    'ssh://git@github.com/octo/app.git',
    'ssh://git@github.com:22/octo/app.git',
  ]) {
    assert.equal(repositoryAt(address, github), 'octo/app', address);
  }
  for (const address of [
    'https://github.com.evil.example/octo/app',
    'https://evil.example/github.com/octo/app',
    'https://github.com/octo/app/tree/main',
    'https://github.com/octo',
    'file:///github.com/octo/app',
    '/srv/octo/app.git',
    '../app',
    '',
  ]) {
    assert.equal(repositoryAt(address, github), null, address);
  }
  assert.equal(repositoryAt('https://ghe.example:8443/a/b.git', 'https://ghe.example:8443'), 'a/b');
  assert.equal(repositoryAt('https://ghe.example/a/b.git', 'https://ghe.example:8443'), null);
  assert.equal(repositoryAt('git@ghe.example:a/b.git', 'https://ghe.example:8443'), 'a/b');
});

it('For an address of its own, a repository keeps the letters in which it is written', () => {
  const github = 'https://github.com';
  assert.equal(repositoryWritten('git@github.com:Octo/App.git', github), 'Octo/App');
});
