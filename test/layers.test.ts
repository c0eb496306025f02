/** The house's floors: who may import whom. An arrow that points up, or a circle, fails here. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { ownFile } from '../src/system/runtime.ts';
import { FLOORS, PROGRAMS } from './support/floors.ts';

const SOURCES = globSync('src/**/*.ts', { cwd: ownFile('.') })
  .map((path) => path.replaceAll('\\', '/').slice('src/'.length))
  .filter((path) => !path.endsWith('.d.ts'))
  .sort();
const IMPORTS = new Map(SOURCES.map((path) => [path, importsOf(path)]));

test('every room has its floor, and only programs stand outside of one', () => {
  const known = new Set(FLOORS.flat());
  const loose = SOURCES.filter((path) => !path.includes('/') && !PROGRAMS.includes(path));
  assert.deepEqual(loose, []);
  const rooms = new Set(SOURCES.filter((path) => path.includes('/')).map(roomOf));
  assert.deepEqual(
    [...rooms].filter((room) => !known.has(room)),
    [],
  );
  assert.deepEqual(
    [...known].filter((room) => !rooms.has(room)),
    [],
    'a floor without files',
  );
});

test('no file imports from a floor above its own, nor from another room of its floor', () => {
  const upward = [...IMPORTS].flatMap(([from, targets]) =>
    targets
      .filter((to) => roomOf(to) !== roomOf(from) && floorOf(to) >= floorOf(from))
      .map((to) => `${from} imports ${to}`),
  );
  assert.deepEqual(upward, []);
});

test('no files import each other in a circle, types included', () => {
  assert.deepEqual(circles(), []);
});

test('the check sees an arrow that points up', () => {
  assert.ok(floorOf('judge/judge.ts') > floorOf('measure/block.ts'));
  assert.ok((IMPORTS.get('action.ts') ?? []).some((to) => roomOf(to) === 'commands'));
});

function importsOf(path: string): string[] {
  const text = readFileSync(ownFile(join('src', path)), 'utf8');
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"](\.{1,2}\/[^'"]+\.ts)['"]/g);
  return [...found].map(([, to = '']) => normalize(join(dirname(path), to)).replaceAll('\\', '/'));
}

function roomOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] as string) : '';
}

function floorOf(path: string): number {
  const room = roomOf(path);
  return room === '' ? FLOORS.length : FLOORS.findIndex((rooms) => rooms.includes(room));
}

/** Strongly connected components of more than one file, by Tarjan's algorithm (SIAM J. Comput. 1, 1972). */
function circles(): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    index.set(file, index.size);
    low.set(file, index.get(file) as number);
    stack.push(file);
    for (const next of IMPORTS.get(file) ?? []) {
      if (!IMPORTS.has(next)) continue;
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) {
        low.set(file, Math.min(low.get(file) as number, low.get(next) as number));
      }
    }
    if (low.get(file) !== index.get(file)) return;
    const component = stack.splice(stack.indexOf(file));
    if (component.length > 1) found.push(component.sort());
  };
  for (const file of SOURCES) if (!index.has(file)) visit(file);
  return found;
}
