import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readInputs } from '../../src/github/inputs.ts';
import { REFUSED_IN_VERSUS, versusInputs } from '../../src/github/versus-inputs.ts';
import { UserError } from '../../src/system/messages/problem.ts';

const found = (inputs: Record<string, string>) => {
  const env = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return versusInputs(readInputs(Object.fromEntries(env)));
};

function told(inputs: Record<string, string>): string {
  try {
    found(inputs);
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.message;
  }
  return 'nothing';
}

test('Without contenders a change is meant', () => {
  assert.equal(found({ base: 'main' }), null);
  assert.match(told({ 'scenarios-of': 'go' }), /input `scenarios-of`: .*there are none/);
});

test('Contenders stand one per line, or in one line with spaces between them', () => {
  const values = (versus: string) => found({ versus })?.written.map(({ value }) => value);
  assert.deepEqual(values('gleam go'), ['gleam', 'go']);
  assert.deepEqual(values('gleam\n\n  go,OPTIONS=--a --b  \n'), ['gleam', '  go,OPTIONS=--a --b']);
  assert.deepEqual(found({ versus: 'a b', 'scenarios-of': 'a' })?.scenariosOf?.value, 'a');
});

test('Every input that is about a change is refused by name', () => {
  const message = told({
    versus: 'a b',
    base: 'main',
    'on-regression': 'confirm-on-fresh-runner',
    'continue-from': 'x',
  });
  assert.match(
    message,
    /^input `base`, input `on-regression`, input `continue-from`: it is about a change/,
  );
  for (const name of REFUSED_IN_VERSUS) {
    assert.match(told({ versus: 'a b', [name]: 'true' }), new RegExp(`input \`${name}\``), name);
  }
  assert.notEqual(
    found({ versus: 'a b', budget: '10s', claims: 'a.p99 <= 5ms', only: '*/x' }),
    null,
  );
});

test('What asks for nothing may stand beside contenders, in any letters', () => {
  const harmless = {
    ...{ 'config-from': 'head', baseline: 'auto', 'on-regression': 'fail', history: 'none' },
    ...{ 'measure-all': 'False', 'fail-on-no-baseline': 'false', publish: 'FALSE' },
  };
  assert.notEqual(found({ versus: 'a b', ...harmless }), null);
  assert.match(told({ versus: 'a b', base: 'none' }), /^input `base`/);
});

test('The page on versus names every input that is refused', () => {
  const page = readFileSync('docs/versus.md', 'utf8').replaceAll('\n', ' ');
  const [, list = ''] =
    /Inputs that only make sense for a change are refused: ([^.]*)\./.exec(page) ?? [];
  const named = [...list.matchAll(/`([\w-]+)`/g)].map(([, name]) => name);
  assert.deepEqual(named.sort(), REFUSED_IN_VERSUS.toSorted());
});
