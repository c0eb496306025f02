/** What docs/result-files.md says of the result files is what their schemas have: each finding with its severities, units, words, files. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Finding } from '../../src/judge/findings/finding.ts';
import { EXIT } from '../../src/judge/verdict/exit-code.ts';
import { ownFile } from '../../src/system/program/runtime.ts';
import { RESULT_FILES } from '../../src/system/results/results.ts';
import { MetricUnit } from '../../src/terms/metric-terms.ts';
import { VerdictWord } from '../../src/terms/verdict-word.ts';

const page = readFileSync(ownFile('docs/result-files.md'), 'utf8');

test('docs/result-files.md has each code of a finding once, with its severities', () => {
  const [, ofFindings = ''] = page.split('\n## Findings\n');
  const [findings = ''] = ofFindings.split('\n## ');
  const told = [...findings.matchAll(/^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \| ([a-z, ]+) \|/gm)]
    // The table of severities names none of them.
    .filter(([, codes = '']) => !/^`(error|doubt|warning|note)`$/.test(codes))
    .flatMap(([, codes = '', severities]) =>
      codes.split(', ').map((code) => `${code.replaceAll('`', '')}: ${severities}`),
    );
  const known = Finding.options.map(
    ({ shape }) => `${shape.code.value}: ${[...shape.severity.values].join(', ')}`,
  );
  assert.deepEqual(told.sort(), known.sort());
});

test('docs/result-files.md names every word, unit, file and exit code', () => {
  const named = (name: string) => page.includes(`\`${name}\``);
  const names = [
    ...VerdictWord.options,
    ...MetricUnit.options,
    ...Object.values(RESULT_FILES),
    'ratio',
    'difference',
    'limit',
    'none',
  ];
  assert.deepEqual(
    names.filter((name) => !named(name)),
    [],
  );
  for (const code of Object.values(EXIT)) assert.match(page, new RegExp(`^\\| ${code} \\|`, 'm'));
  for (const [, schema = ''] of page.matchAll(/\(\.\.\/(schema\/[a-z.]+)\)/g)) {
    assert.ok(existsSync(ownFile(schema)), schema);
  }
});
