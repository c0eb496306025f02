import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { directoryStore } from '../../../src/history/stores/directory.ts';
import type { StoreError } from '../../../src/history/stores/store.ts';
import { makeSandbox } from '../../support/git.ts';
import { contents, contract, put } from './contract.ts';

contract('A folder', async (t) => {
  const { dir } = makeSandbox(t);
  return () => directoryStore(`${dir}/history`);
});

it('A link in a folder leads nowhere: nothing is read through it, and nothing is written', async (t) => {
  const { dir } = makeSandbox(t);
  mkdirSync(`${dir}/outside`);
  writeFileSync(`${dir}/outside/secret.ndjson`, 'secret');
  mkdirSync(`${dir}/history/b`, { recursive: true });
  symlinkSync(`${dir}/outside`, `${dir}/history/a`);
  symlinkSync(`${dir}/outside/secret.ndjson`, `${dir}/history/b/x.ndjson`);
  const store = directoryStore(`${dir}/history`);
  assert.deepEqual(await contents(store), {});
  assert.equal(await store.read(({ text }) => text('b/x.ndjson')), null);
  const reading = store.read(({ text }) => text('a/secret.ndjson'));
  await assert.rejects(reading, /history\/a is a link, which no history has/);
  await assert.rejects(store.update(put({ 'a/new.ndjson': 'x' }), 'x'), /is a link/);
  assert.deepEqual(readdirSync(`${dir}/outside`), ['secret.ndjson']);
});

it('A folder that is made in a work tree is not taken for a change of the code', async (t) => {
  const { dir } = makeSandbox(t);
  await directoryStore(`${dir}/history`).update(put({ 'a/1.ndjson': 'x' }), 'x');
  assert.deepEqual(readdirSync(`${dir}/history`).sort(), ['.gitignore', 'a']);
});

it('A file in the place of a folder can neither be read nor written, which a check tells', async (t) => {
  const { dir } = makeSandbox(t);
  writeFileSync(`${dir}/history`, 'a file');
  const store = directoryStore(`${dir}/history`);
  await assert.rejects(store.check('read'), ({ cure }: StoreError) =>
    /name another folder/.test(cure ?? ''),
  );
  await assert.rejects(store.check('write'), /is a file/);
});
