/**
 * Bencher (bencher.dev): a query of its API (`bencher perf --format json`, or the endpoint `/perf`), reports of its API, and
 * Bencher Metric Format. The forms are those of `lib/bencher_json` at commit 8d75325c3 of 2026-08-22.
 */
import * as z from 'zod';
import type { Mistake } from '../../config/mistakes/mistakes.ts';
import { isObject } from '../../system/shapes/is-object.ts';
import { type Asked, type Figure, type ImportFormat, isoOf, isRate, metricName } from './figure.ts';
import { toMistakes } from './mistakes.ts';

const Metric = z.looseObject({ value: z.number() });
const Named = z.looseObject({ name: z.string() });
const Measure = z.looseObject({ name: z.string(), slug: z.string(), units: z.string() });
const Version = z.looseObject({ hash: z.string().nullish() });

const Perf = z.looseObject({
  results: z.array(
    z.looseObject({
      testbed: Named,
      benchmark: Named,
      measure: Measure,
      metrics: z.array(z.looseObject({ start_time: z.string(), version: Version, metric: Metric })),
    }),
  ),
});

const Report = z.looseObject({
  testbed: Named,
  branch: z.looseObject({ head: z.looseObject({ version: Version.nullish() }) }),
  start_time: z.string(),
  results: z
    .array(
      z.array(
        z.looseObject({
          benchmark: Named,
          measures: z.array(z.looseObject({ measure: Measure, metric: Metric })),
        }),
      ),
    )
    .optional(),
});

const Bmf = z.record(z.string(), z.record(z.string(), Metric));

export const BENCHER_PERF: ImportFormat = {
  program: 'bencher',
  file: 'a query of Bencher’s API (`bencher perf`)',
  is: (value) => isObject(value) && 'project' in value && Array.isArray(value.results),
  take(value, asked) {
    const parsed = Perf.safeParse(value);
    if (!parsed.success) return { figures: [], mistakes: toMistakes(parsed.error) };
    return collected(
      parsed.data.results.flatMap(({ testbed, benchmark, measure, metrics }, i) =>
        metrics.map(({ start_time, version, metric }, k) =>
          figureOf(
            { testbed: testbed.name, benchmark: benchmark.name, measure },
            { moment: start_time, hash: version.hash ?? null, value: metric.value },
            ['results', i, 'metrics', k],
            asked,
          ),
        ),
      ),
    );
  },
};

export const BENCHER_REPORTS: ImportFormat = {
  program: 'bencher',
  file: 'reports of Bencher’s API, with `expand`',
  is: (value) => reportsIn(value).length > 0,
  take(value, asked) {
    const parsed = z.array(Report).safeParse(reportsIn(value));
    const isList = Array.isArray(value);
    if (!parsed.success) {
      const mistakes = toMistakes(parsed.error);
      return { figures: [], mistakes: isList ? mistakes : mistakes.map(withoutIndex) };
    }
    return collected(
      parsed.data.flatMap(({ testbed, branch, start_time, results }, i) => {
        const path = isList ? [i] : [];
        if (results === undefined) {
          const message =
            'is missing, as the list of reports leaves it out: ask for it with `expand`';
          return [{ path: [...path, 'results'], part: 'value' as const, message }];
        }
        return results.flatMap((iteration, k) =>
          iteration.flatMap(({ benchmark, measures }, m) =>
            measures.map(({ measure, metric }, n) =>
              figureOf(
                { testbed: testbed.name, benchmark: benchmark.name, measure },
                {
                  moment: start_time,
                  hash: branch.head.version?.hash ?? null,
                  value: metric.value,
                },
                [...path, 'results', k, m, 'measures', n],
                asked,
              ),
            ),
          ),
        );
      }),
    );
  },
};

export const BENCHER_METRIC_FORMAT: ImportFormat = {
  program: 'bencher',
  file: 'Bencher Metric Format, with --commit and --at',
  is: (value) =>
    isObject(value) &&
    Object.keys(value).length > 0 &&
    Object.values(value).every(
      (measures) =>
        isObject(measures) &&
        Object.values(measures).every((metric) => isObject(metric) && 'value' in metric),
    ),
  take(value, asked) {
    const parsed = Bmf.safeParse(value);
    if (!parsed.success) return { figures: [], mistakes: toMistakes(parsed.error) };
    return collected(
      Object.entries(parsed.data).flatMap(([benchmark, measures]) =>
        Object.entries(measures).map(([name, metric]) => {
          // As we export it: the server before the first slash.
          const [server = '', scenario] = benchmark.split(/\/(.*)/s);
          const measure = { name, slug: name, units: UNITS[name] ?? '1' };
          return figureOf(
            scenario === undefined
              ? { testbed: 'bencher', benchmark, measure }
              : { testbed: server, benchmark: scenario, measure },
            { moment: null, hash: null, value: metric.value },
            [benchmark, name],
            asked,
          );
        }),
      ),
    );
  },
};

/** Of its built-in measures; the format has none. */
const UNITS: Readonly<Record<string, string>> = { latency: 'ns', throughput: 'ops/s' };

function figureOf(
  of: { testbed: string; benchmark: string; measure: z.infer<typeof Measure> },
  seen: { moment: string | null; hash: string | null; value: number },
  path: Figure['path'],
  asked: Asked,
): Figure | Mistake {
  const { measure } = of;
  const missing = (key: string, flag: string): Mistake => ({
    path,
    part: 'value',
    message: `has no ${key}`,
    hint: `say it with ${flag}`,
  });
  const commit = seen.hash ?? asked.commit;
  if (commit === null) return missing('commit', '--commit');
  const moment = seen.moment ?? asked.at;
  if (moment === null) return missing('moment', '--at');
  const at = isoOf(moment);
  if (at === null)
    return { path, part: 'value', message: `${JSON.stringify(moment)} is no moment` };
  const { slug, name, units } = measure;
  const isHigher =
    [slug, name].some((one) => asked.higher.includes(one)) || isRate(slug) || isRate(units);
  return {
    ...{ server: asked.server ?? of.testbed, scenario: of.benchmark, at, commit },
    ...{ metric: metricName(slug), unit: units, value: seen.value, path },
    better: isHigher ? 'higher' : 'lower',
  };
}

function collected(all: readonly (Figure | Mistake)[]): {
  figures: Figure[];
  mistakes: Mistake[];
} {
  return {
    figures: all.filter((one) => 'metric' in one),
    mistakes: all.filter((one) => 'message' in one),
  };
}

function reportsIn(value: unknown): unknown[] {
  const list = Array.isArray(value) ? value : [value];
  return list.length > 0 &&
    list.every((one) => isObject(one) && 'adapter' in one && 'testbed' in one)
    ? list
    : [];
}

function withoutIndex({ path, ...rest }: Mistake): Mistake {
  return { ...rest, path: path.slice(1) };
}
