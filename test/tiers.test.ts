/** The three tiers of tests: the name of a file says what it takes to run it, and that is held here. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { ownFile } from '../src/system/program/runtime.ts';

/** Modules by which a test starts a process or a server. */
const STARTERS =
  /^(node:(child_process|net|http|https|http2|tls|dgram|worker_threads)|execa|ws|autocannon|@currentspace\/http3|playwright-core)$/;

const root = ownFile('test');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .sort();
const textOf = (name: string) => readFileSync(join(root, name), 'utf8');

/** What a file imports at run time, as it is written there. */
function importsOf(text: string): string[] {
  const found = text.matchAll(/^import\s+(?!type\b)(?:[^;]*?\sfrom\s+)?'([^']+)';/gm);
  return [...found].map(([, name]) => name as string);
}

/** The way from a test to a module that starts something, through the helpers of other tests; null: none. */
function wayToStarter(name: string, seen = new Set<string>()): string | null {
  if (seen.has(name)) return null;
  seen.add(name);
  for (const wanted of importsOf(textOf(name))) {
    if (STARTERS.test(wanted)) return `${name} imports ${wanted}`;
    const file = resolve(root, dirname(name), wanted);
    if (!wanted.startsWith('.') || !file.startsWith(`${root}/`)) continue;
    const way = wayToStarter(file.slice(root.length + 1), seen);
    if (way !== null) return `${name} > ${way}`;
  }
  return null;
}

test('There are tests of every tier, and no other kind of name', () => {
  const kinds = new Set(
    files.map((name) =>
      name
        .split('/')
        .pop()
        ?.replace(/^[^.]+/, ''),
    ),
  );
  assert.deepEqual([...kinds].sort(), ['.integration.test.ts', '.long.test.ts', '.test.ts']);
});

test('A unit test starts neither a process nor a server', () => {
  const units = files.filter((name) => !/\.(integration|long)\.test\.ts$/.test(name));
  assert.ok(units.length > 100);
  const starting = units.map((name) => wayToStarter(name)).filter((way) => way !== null);
  assert.deepEqual(starting, [], 'call them x.integration.test.ts or x.long.test.ts');
});

test('No unit test has a hook for all tests at its top: they share a process', () => {
  const units = files.filter((name) => !/\.(integration|long)\.test\.ts$/.test(name));
  const hooked = units.filter((name) => /^(before|beforeEach|afterEach)\(/m.test(textOf(name)));
  assert.deepEqual(hooked, [], 'put it into a describe, or make the thing where the file begins');
});

test('No test file has more than 400 lines', () => {
  const long = files.filter((name) => textOf(name).split('\n').length > 401);
  assert.deepEqual(long, [], 'split it by what it is about');
});
