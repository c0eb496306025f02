/** The test files as text: every test of them with its title, its line and its body, for the rules that hold them. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownFile } from '../../src/system/program/runtime.ts';

export interface WrittenTest {
  /** Below `test/`. */
  file: string;
  line: number;
  kind: 'test' | 'suite';
  /** As it is written, with the holes of a template. */
  title: string;
  /** The whole call; the formatter's indentation says where it ends. */
  text: string;
}

const root = ownFile('test');
const OPENING =
  /^( *)(?:await )?(test|it|describe|suite|t\.test)(?:\.\w+)?\(\s*(['"`])((?:\\.|(?!\3).)*)\3/gm;

export const testFiles: readonly string[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.test.ts'))
  .sort();

export function textOf(name: string): string {
  return readFileSync(join(root, name), 'utf8');
}

export function testsIn(file: string, text = textOf(file)): WrittenTest[] {
  return [...text.matchAll(OPENING)].map((match) => {
    const [, indent = '', word, , title = ''] = match;
    return {
      file,
      line: text.slice(0, match.index).split('\n').length,
      kind: word === 'describe' || word === 'suite' ? 'suite' : 'test',
      title: title.replace(/\\(['"`])/g, '$1'),
      text: statementAt(text, match.index, indent),
    };
  });
}

/**
 * The functions of a file that come to an assertion, by name: those that assert themselves, and those that call one
 * that does, here or in a file of the tests that is imported.
 */
export function assertingIn(file: string, seen = new Map<string, Set<string>>()): Set<string> {
  const known = seen.get(file);
  if (known !== undefined) return known;
  const found = new Set<string>();
  seen.set(file, found);
  const text = textOf(file);
  for (const [names, from] of importsOf(file, text)) {
    const theirs = assertingIn(from, seen);
    for (const name of names) if (theirs.has(name)) found.add(name);
  }
  const functions = functionsIn(text);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [name, body] of functions) if (comesToAssertion(body, found)) found.add(name);
  }
  return found;
}

/** Whether a text asserts something, or calls one of these functions. */
export function comesToAssertion(text: string, asserting: ReadonlySet<string>): boolean {
  if (/\bassert\b/.test(text)) return true;
  return [...text.matchAll(/\b(\w+)(?=\()/g)].some(([, name]) => asserting.has(name as string));
}

/** Functions and methods, with their text: `function f`, `const f = (`, and `f(…) {` in a class or an object. */
function functionsIn(text: string): [string, string][] {
  const found = text.matchAll(
    /^( *)(?:export )?(?:async )?(?:function\*? (\w+)|const (\w+) =(?= (?:async )?(?:\(|<|\w+ =>))|(?:async )?(?!if|for|while|switch|catch|return|await)(\w+)\([^;]*\)[^;\n]* \{$)/gm,
  );
  return [...found].map((match) => {
    const [, indent = '', named, assigned, method] = match;
    return [named ?? assigned ?? (method as string), statementAt(text, match.index, indent)];
  });
}

/** From here to the end of the statement: the first later line of its own indentation that closes a bracket. */
function statementAt(text: string, start: number, indent: string): string {
  const rest = text.slice(start);
  const first = rest.indexOf('\n');
  if (first < 0) return rest;
  if (rest[first - 1] === ';') return rest.slice(0, first);
  const closing = new RegExp(`^${indent}[})\\]].*[;}]$`, 'm').exec(rest.slice(first + 1));
  return closing === null ? rest : rest.slice(0, first + 1 + closing.index + closing[0].length);
}

/** What a test file takes from other files of the tests. */
function importsOf(file: string, text: string): [string[], string][] {
  const found = text.matchAll(/^import\s+(?!type\b)\{([^}]*)\}\s+from\s+'(\.[^']+)';/gm);
  return [...found].flatMap(([, names = '', path = '']) => {
    const from = join(dirname(file), path).replaceAll('\\', '/');
    if (from.startsWith('..')) return [];
    return [[names.split(',').map((name) => name.trim().replace(/^type /, '')), from]];
  });
}
