/** The layers of src: who may import whom. An arrow that points up, or a circle, fails here. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { ownFile } from '../src/system/program/runtime.ts';
import { LAYERS, LAYERS_WITHIN, PROGRAMS } from './support/layers.ts';

const SOURCES = globSync('src/**/*.ts', { cwd: ownFile('.') })
  .map((path) => path.replaceAll('\\', '/').slice('src/'.length))
  .filter((path) => !path.endsWith('.d.ts'))
  .sort();
const IMPORTS = new Map(SOURCES.map((path) => [path, importsOf(path)]));

test('Every folder has its layer, and only programs stand outside of one', () => {
  const known = new Set(LAYERS.flat());
  const loose = SOURCES.filter((path) => !path.includes('/') && !PROGRAMS.includes(path));
  assert.deepEqual(loose, []);
  const folders = new Set(SOURCES.filter((path) => path.includes('/')).map(folderOf));
  assert.deepEqual(
    [...folders].filter((folder) => !known.has(folder)),
    [],
  );
  assert.deepEqual(
    [...known].filter((folder) => !folders.has(folder)),
    [],
    'a layer without files',
  );
});

test('No file imports from a layer above its own, nor from another folder of its layer', () => {
  const upward = [...IMPORTS].flatMap(([from, targets]) =>
    targets
      .filter((to) => folderOf(to) !== folderOf(from) && layerOf(to) >= layerOf(from))
      .map((to) => `${from} imports ${to}`),
  );
  assert.deepEqual(upward, []);
});

for (const [folder, layers] of Object.entries(LAYERS_WITHIN))
  test(`Within ${folder}, no file imports from a folder above its own, nor from another one of its layer`, () => {
    const inside = (path: string) => path.startsWith(`${folder}/`);
    const roomOf = (path: string) => dirname(path.slice(`${folder}/`.length));
    const floorOf = (path: string) => layers.findIndex((rooms) => rooms.includes(roomOf(path)));
    const rooms = new Set(SOURCES.filter(inside).map(roomOf));
    assert.deepEqual([...rooms].sort(), layers.flat().sort());
    const upward = [...IMPORTS].flatMap(([from, targets]) =>
      targets
        .filter((to) => inside(from) && inside(to) && roomOf(to) !== roomOf(from))
        .filter((to) => floorOf(to) >= floorOf(from))
        .map((to) => `${from} imports ${to}`),
    );
    assert.deepEqual(upward, []);
  });

test('No files import each other in a circle, types included', () => {
  assert.deepEqual(circles(), []);
});

test('HTTP/2 has one door, and nobody reaches in beside it', () => {
  const inside = 'load/http2/';
  const reached = [...IMPORTS].flatMap(([from, targets]) =>
    from.startsWith(inside) ? [] : targets.filter((to) => to.startsWith(inside)),
  );
  assert.deepEqual([...new Set(reached)], [`${inside}index.ts`]);
});

test('The check sees an arrow that points up', () => {
  assert.ok(layerOf('judge/judge.ts') > layerOf('measure/block/block.ts'));
  assert.ok((IMPORTS.get('action.ts') ?? []).some((to) => folderOf(to) === 'github'));
});

function importsOf(path: string): string[] {
  const text = readFileSync(ownFile(join('src', path)), 'utf8');
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"](\.{1,2}\/[^'"]+\.ts)['"]/g);
  return [...found].map(([, to = '']) => normalize(join(dirname(path), to)).replaceAll('\\', '/'));
}

function folderOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] as string) : '';
}

function layerOf(path: string): number {
  const folder = folderOf(path);
  return folder === '' ? LAYERS.length : LAYERS.findIndex((folders) => folders.includes(folder));
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
