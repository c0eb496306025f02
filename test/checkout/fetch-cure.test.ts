import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchCure, originCure } from '../../src/checkout/fetch-cure.ts';

const TROUBLES = ['forbidden', 'unknown', 'no-repository', 'gone', 'passing', 'other'] as const;

test('Nobody is told to let the checkout keep its credentials, which every build could read', () => {
  for (const token of ['a-token', '', undefined]) {
    for (const trouble of TROUBLES) {
      assert.doesNotMatch(fetchCure(trouble, token), /credentials\b(?! helper)/);
    }
  }
});

test('A job is told what its token lacks, and a person at a desk what git lacks', () => {
  for (const trouble of ['forbidden', 'unknown'] as const) {
    assert.match(fetchCure(trouble, 'a-token'), /permissions: \{ contents: read \}.*`token`/);
    assert.match(fetchCure(trouble, ''), /`token` is empty: leave it out/);
    assert.match(fetchCure(trouble, undefined), /`git fetch origin`/);
    assert.doesNotMatch(fetchCure(trouble, undefined), /token|permissions|checkout/);
  }
});

test('Trouble that passes is no reason to change anything', () => {
  for (const token of ['a-token', undefined]) {
    assert.match(fetchCure('passing', token), /run it again later/);
    assert.match(fetchCure('endless', token), /run it again later/);
  }
});

test('What origin is only asked is not brought along by a deeper checkout', () => {
  for (const token of ['a-token', '']) {
    for (const trouble of TROUBLES) {
      assert.doesNotMatch(originCure(trouble, token) ?? '', /fetch-depth/);
      if (trouble === 'gone') assert.match(fetchCure(trouble, token), /fetch-depth: 0/);
    }
  }
});
