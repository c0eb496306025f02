/**
 * CodSpeed: a results file of its walltime instrument (`results/<pid>.json` of its runner), which has neither commit nor
 * moment. The form is that of `walltime_results.rs` of codspeed-rust 4. Its service publishes no other file.
 */

import * as z from 'zod';
import { isObject } from '../../system/shapes/is-object.ts';
import { type ImportFormat, isoOf } from './figure.ts';
import { toMistakes } from './mistakes.ts';

const Results = z.looseObject({
  creator: z.looseObject({ name: z.string() }),
  instrument: z.looseObject({ type: z.string() }),
  benchmarks: z.array(
    z.looseObject({
      name: z.string(),
      uri: z.string(),
      stats: z.looseObject({ median_ns: z.number() }),
    }),
  ),
});

export const CODSPEED: ImportFormat = {
  program: 'codspeed',
  file: 'a walltime results file of CodSpeed, with --commit and --at',
  is: (value) =>
    isObject(value) && ['creator', 'instrument', 'benchmarks'].every((key) => key in value),
  take(value, { server, commit, at }) {
    const parsed = Results.safeParse(value);
    if (!parsed.success) return { figures: [], mistakes: toMistakes(parsed.error) };
    const { creator, instrument, benchmarks } = parsed.data;
    const moment = at === null ? null : isoOf(at);
    const wrong = (path: string[], message: string, hint: string) => ({
      figures: [],
      mistakes: [{ path, part: 'value' as const, message, hint }],
    });
    if (instrument.type !== 'walltime') {
      const message = `${JSON.stringify(instrument.type)} does not measure time; only walltime does`;
      return wrong(['instrument', 'type'], message, 'import a file of the walltime instrument');
    }
    if (commit === null) return wrong([], 'has no commit', 'say it with --commit');
    if (moment === null) return wrong([], 'has no moment', 'say it with --at');
    return {
      figures: benchmarks.map(({ uri, name, stats }, i) => ({
        ...{ server: server ?? creator.name, scenario: uri === '' ? name : uri },
        ...{ at: moment, commit, metric: 'time', unit: 'ns', value: stats.median_ns },
        better: 'lower' as const,
        path: ['benchmarks', i],
      })),
      mistakes: [],
    };
  },
};
