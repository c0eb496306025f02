/**
 * benchmark-action/github-action-benchmark: `data.js` of its pages branch, or the file of `external-data-json-path`. The form
 * is that of `src/write.ts` and `src/extract.ts` of its version 1.
 */

import * as z from 'zod';
import { isObject } from '../../system/shapes/is-object.ts';
import { type Figure, type ImportFormat, isoOf, isRate } from './figure.ts';
import { toMistakes } from './mistakes.ts';

const Data = z.looseObject({
  entries: z.record(
    z.string(),
    z.array(
      z.looseObject({
        commit: z.looseObject({ id: z.string() }),
        date: z.number(),
        tool: z.string(),
        benches: z.array(z.looseObject({ name: z.string(), value: z.number(), unit: z.string() })),
      }),
    ),
  ),
});

/** Of which it says itself that more is better. */
const BIGGER_IS_BETTER = ['benchmarkjs', 'pytest', 'customBiggerIsBetter'];

/** They measure both times and rates: a benchmark in Go may report any unit of its own. */
const MIXED = ['jmh', 'go'];

export const GITHUB_ACTION_BENCHMARK: ImportFormat = {
  program: 'github-action-benchmark',
  file: '`data.js` of github-action-benchmark, or its JSON',
  is: (value) => isObject(value) && 'entries' in value && 'lastUpdate' in value,
  take(value, { server }) {
    const parsed = Data.safeParse(value);
    if (!parsed.success) return { figures: [], mistakes: toMistakes(parsed.error) };
    const figures: Figure[] = [];
    const mistakes = [];
    for (const [suite, runs] of Object.entries(parsed.data.entries)) {
      for (const [i, { commit, date, tool, benches }] of runs.entries()) {
        const path = ['entries', suite, i];
        const at = isoOf(date);
        if (at === null) {
          const message = 'is no moment in milliseconds since 1970';
          mistakes.push({ path: [...path, 'date'], part: 'value' as const, message });
          continue;
        }
        const units = new Map(benches.map((one) => [one.name, unitOf(one.unit)]));
        for (const [k, { name, value: figure, unit: written }] of benches.entries()) {
          const unit = unitOf(written);
          const before = nameBefore(name, unit);
          if (tool === 'go' && before !== null && units.get(before) === unit) continue;
          const isHigher =
            BIGGER_IS_BETTER.includes(tool) || (MIXED.includes(tool) && isRate(unit));
          figures.push({
            ...{ server: server ?? suite, scenario: name, at, commit: commit.id },
            ...{ metric: metricOf(unit), unit: unit === '' ? '1' : unit, value: figure },
            better: isHigher ? 'higher' : 'lower',
            path: [...path, 'benches', k],
          });
        }
      }
    }
    return { figures, mistakes };
  },
};

/** Of `go test -benchmem` it has the rest of the line, tabs and all, of which the first unit is that of the value. */
function unitOf(written: string): string {
  return (written.split(/\p{Cc}/u)[0] ?? '').trim();
}

/**
 * Since its version 1.18 such a line gives its first figure twice, as `BenchmarkX` and as `BenchmarkX - ns/op`, with the package behind it in
 * parentheses where there are several. The first is the one that older runs have.
 */
function nameBefore(name: string, unit: string): string | null {
  const at = name.lastIndexOf(` - ${unit}`);
  return at < 0 ? null : name.slice(0, at) + name.slice(at + ` - ${unit}`.length);
}

/** A benchmark has one figure, and its unit is all that says what it is. */
function metricOf(unit: string): string {
  if (isRate(unit)) return 'rate';
  if (/^(ns|nsec|[uµμ]s|usec|ms|msec|s|sec|seconds?|minutes?)(\/|$)/i.test(unit)) return 'time';
  if (/^([kmgt]i?)?(b|bytes?)(\/|$)/i.test(unit)) return 'size';
  return 'value';
}
