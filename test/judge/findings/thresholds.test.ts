/** Every threshold is used by a check, and docs/health-checks.md says its value. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as thresholds from '../../../src/judge/findings/thresholds.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';

const page = readFileSync(ownFile('docs/health-checks.md'), 'utf8');
const sources = globSync('src/**/*.ts', { cwd: ownFile('.') })
  .filter((path) => !path.endsWith('thresholds.ts'))
  .map((path) => readFileSync(ownFile(path), 'utf8'))
  .join('\n');

/** Sets of which one or the other is handed over as `limits`. */
const LIMITS_AT_ONCE = ['DISTURBED', 'UNUSABLE'];

const table: [name: string, value: number][] = Object.entries(thresholds).flatMap(
  ([name, value]) =>
    typeof value === 'number'
      ? [[name, value] as [string, number]]
      : Object.entries(value).map(([key, one]): [string, number] => [`${name}.${key}`, one]),
);

describe('threshold', () => {
  for (const [name, value] of table) {
    it(`${name} is used and documented`, () => {
      const [whole, key] = name.split('.') as [string, string | undefined];
      const isUsed = (use: string) => new RegExp(`\\b${use}\\b(?!.*from)`).test(sources);
      const isUsedWhole =
        LIMITS_AT_ONCE.includes(whole) && isUsed(whole) && isUsed(`limits\\.${key}`);
      assert.ok(isUsedWhole || isUsed(name.replace('.', '\\.')), `no check uses ${name}`);
      const row = page.split('\n').find((line) => line.includes(`\`${name}\``));
      assert.ok(row !== undefined, `docs/health-checks.md lacks \`${name}\``);
      const words = [String(value), `${Number((100 * value).toPrecision(6))} %`];
      assert.ok(
        words.some((word) =>
          new RegExp(`(?<![\\d.])${word.replace('.', '\\.')}(?![\\d.])`).test(row),
        ),
        `${name} is ${value}, which its row does not say: ${row}`,
      );
    });
  }
});
