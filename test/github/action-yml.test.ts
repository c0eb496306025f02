/** action.yml says what src/github/inputs.ts and outputs.ts read and set. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { withTables } from '../../scripts/action-docs.ts';
import { DEFAULT_GATE_METRICS, GateKeys } from '../../src/config/schema/gate-schema.ts';
import { INPUT_NAMES } from '../../src/github/inputs.ts';
import { OUTPUT_NAMES } from '../../src/github/outputs.ts';
import { VerdictWord } from '../../src/terms/verdict-word.ts';

const ROOT = new URL('../../', import.meta.url);
const TEXT = readFileSync(new URL('action.yml', ROOT), 'utf8');

interface ActionYml {
  name: string;
  description: string;
  author: string;
  branding: { icon: string; color: string };
  inputs: Record<string, { description: string; default: string; required?: boolean }>;
  outputs: Record<string, { description: string }>;
  runs: { using: string; main: string };
}
const ACTION = parse(TEXT) as ActionYml;

test('The inputs and outputs are those that the code reads and sets, in the same order', () => {
  assert.deepEqual(Object.keys(ACTION.inputs), [...INPUT_NAMES]);
  assert.deepEqual(Object.keys(ACTION.outputs), [...OUTPUT_NAMES]);
});

test('Every input is described with its default, is optional and is empty when not given', () => {
  for (const [name, input] of Object.entries(ACTION.inputs)) {
    const isToken = name === 'token';
    assert.equal(input.default, isToken ? `\${{ github.token }}` : '', name);
    assert.notEqual(input.required, true, name);
    assert.match(input.description, name === 'start' ? /Required without/ : /Default: .+\.$/, name);
  }
  for (const [name, { description }] of Object.entries(ACTION.outputs)) {
    assert.match(description, /\.$/, name);
  }
});

test('The defaults in words are the defaults of the config', () => {
  const gate = GateKeys.parse({});
  const words = (name: string) => ACTION.inputs[name]?.description ?? '';
  assert.match(words('budget'), new RegExp(`Default: \`${Number(gate.budget) / 1000}s\``));
  assert.match(
    words('false-alarm-rate'),
    new RegExp(`Default: \`${gate['false-alarm-rate'] * 100}%\``),
  );
  const { throughput, cpu, memory } = gate.tolerance;
  assert.deepEqual([cpu, memory], [throughput, throughput]);
  assert.match(words('tolerance'), new RegExp(`Default: \`${throughput * 100}%\``));
  assert.ok(words('metrics').endsWith(`Default: \`${DEFAULT_GATE_METRICS.join(', ')}\`.`));
  const { errors, refused, dropped, 'longest-stall': stall } = gate.limits;
  const limits = `errors=${errors * 100}%, refused=${refused * 100}%, dropped=${dropped * 100}%`;
  assert.ok(words('limits').endsWith(`Default: \`${limits}, longest-stall=${stall * 1000}ms\`.`));
  for (const name of ['fail-on-inconclusive', 'fail-on-no-baseline'] as const) {
    assert.match(words(name), new RegExp(`Default: \`${gate[name]}\``));
  }
});

test('Every verdict is listed', () => {
  for (const word of VerdictWord.options) {
    assert(ACTION.outputs.verdict?.description.includes(`\`${word}\``), word);
  }
});

test('What the Marketplace and the runner ask for', () => {
  assert.equal(ACTION.name, 'Throughput Gate');
  assert(ACTION.description.length <= 200);
  assert(ACTION.author.length > 0);
  assert.deepEqual(ACTION.branding, { icon: 'activity', color: 'green' });
  assert.deepEqual(ACTION.runs, { using: 'node24', main: 'dist/action.cjs' });
});

const MARKERS =
  '<!-- inputs -->\nold\n<!-- /inputs -->\nbetween\n<!-- outputs --><!-- /outputs -->\nend';

test('The tables stand between their markers, and the rest is untouched', () => {
  const yml = `inputs:
  one: { description: "a | b\\n  and more" }
outputs:
  two: { description: out }
`;
  const readme = withTables(`# Title\n${MARKERS}`, yml);
  assert.equal(
    readme,
    `# Title
<!-- inputs -->

| Input | Meaning |
| - | - |
| \`one\` | a \\| b and more |

<!-- /inputs -->
between
<!-- outputs -->

| Output | Meaning |
| - | - |
| \`two\` | out |

<!-- /outputs -->
end`,
  );
  assert.equal(withTables(readme, yml), readme, 'a second time changes nothing');
});

test('The tables hold a row for each input and output', () => {
  const readme = withTables(MARKERS, TEXT);
  const rows = readme.split('\n').filter((line) => line.startsWith('| `'));
  assert.equal(rows.length, INPUT_NAMES.length + OUTPUT_NAMES.length);
});

test('Missing, doubled or swapped markers are an error', () => {
  for (const broken of [
    '',
    MARKERS.replace('<!-- /inputs -->', ''),
    MARKERS.replace('<!-- outputs -->', ''),
    `${MARKERS}\n<!-- inputs -->`,
    MARKERS.replace('<!-- inputs -->', '').replace(
      '<!-- /inputs -->',
      '<!-- /inputs --><!-- inputs -->',
    ),
  ]) {
    assert.throws(() => withTables(broken, TEXT), /docs\/action\.md must hold/);
  }
});

test('The tables of docs/action.md are fresh', () => {
  const page = readFileSync(new URL('docs/action.md', ROOT), 'utf8');
  assert.equal(page, withTables(page, TEXT), 'run: node scripts/action-docs.ts');
});
