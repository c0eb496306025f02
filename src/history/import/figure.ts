/** What every foreign file comes down to: figures of commits. Pure. */
import { keyPath, type Mistake, type Path } from '../../config/mistakes/mistakes.ts';
import { HistoryLine, LINE_FORM } from '../line.ts';
import { medianOf } from '../median.ts';

export interface Figure {
  readonly server: string;
  readonly scenario: string;
  /** ISO 8601. */
  readonly at: string;
  readonly commit: string;
  readonly metric: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly value: number;
  /** Where it stands in the file, for messages. */
  readonly path: Path;
}

/** What the file itself may lack, and the user says. */
export interface Asked {
  /** Instead of what the file groups its benchmarks by. */
  readonly server: string | null;
  readonly commit: string | null;
  readonly at: string | null;
  /** Measures of which more is better, beyond those whose names say so. */
  readonly higher: readonly string[];
}

export interface Taken {
  readonly figures: readonly Figure[];
  readonly mistakes: readonly Mistake[];
}

export interface ImportFormat {
  /** The program; lines carry it as `imported`. */
  readonly program: string;
  /** What its files are, in words. */
  readonly file: string;
  /** By what the file looks like alone. */
  is(value: unknown): boolean;
  take(value: unknown, asked: Asked): Taken;
}

interface LinesOfFigures {
  readonly lines: readonly HistoryLine[];
  readonly mistakes: readonly Mistake[];
  readonly repeated: Repeated;
}

/** Metrics of a line of which the file has several values. */
export interface Repeated {
  readonly count: number;
  /** One of them, `latency of api/orders`; null: there is none. */
  readonly example: string | null;
}

/**
 * Figures of one commit, moment and subject are one line. Several of one metric are what a benchmark gave in several
 * iterations, or two benchmarks of one name, which nothing in the file tells apart: the line has their median.
 */
export function linesOfFigures(
  figures: readonly Figure[],
  { program, tool }: { program: string; tool: string },
): LinesOfFigures {
  const groups = grouped(figures, ({ server, scenario, at, commit }) =>
    JSON.stringify([server, scenario, at, commit]),
  );
  const lines: HistoryLine[] = [];
  const mistakes: Mistake[] = [];
  let repeated: Repeated = { count: 0, example: null };
  for (const group of groups) {
    const metrics = grouped(group, ({ metric }) => metric);
    const mixed = metrics.flatMap((alike) => otherUnit(alike) ?? []);
    mistakes.push(...mixed);
    if (mixed.length > 0) continue;
    for (const [{ metric, server, scenario }, ...more] of metrics as [Figure, ...Figure[]][]) {
      if (more.length === 0) continue;
      const example = repeated.example ?? `${metric} of ${server}/${scenario}`;
      repeated = { count: repeated.count + 1, example };
    }
    const made = HistoryLine.safeParse(lineOf(metrics, program, tool));
    const { path } = group[0] as Figure;
    if (made.success) lines.push(made.data);
    else {
      const [issue] = made.error.issues;
      const key = issue?.path.filter((part) => part !== 'metrics').join('.') ?? '';
      mistakes.push({
        path,
        part: 'value',
        message: `makes no line of a history: \`${key}\` ${issue?.message ?? 'is not as it should be'}`,
      });
    }
  }
  return { lines, mistakes, repeated };
}

/** In the order of their firsts; no group is empty. */
function grouped(figures: readonly Figure[], keyOf: (one: Figure) => string): Figure[][] {
  const groups = new Map<string, Figure[]>();
  for (const one of figures) {
    const key = keyOf(one);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [one]);
    else known.push(one);
  }
  return [...groups.values()];
}

/** One name for what is not one thing. */
function otherUnit(alike: readonly Figure[]): Mistake | null {
  const [first] = alike as [Figure, ...Figure[]];
  const other = alike.find(({ unit, better }) => unit !== first.unit || better !== first.better);
  if (other === undefined) return null;
  return {
    path: other.path,
    part: 'value',
    message: `has the name of ${keyPath(first.path)} and another unit (${other.unit}, not ${first.unit}), so both would be the metric \`${first.metric}\` of ${first.server}/${first.scenario}`,
    hint: 'give one of them another name in the file',
  };
}

/** @param group the figures of each metric, one at least */
function lineOf(group: readonly (readonly Figure[])[], program: string, tool: string): unknown {
  const [[{ server, scenario, at, commit }]] = group as [[Figure]];
  const metrics = (group as [Figure, ...Figure[]][]).map((alike) => {
    const [{ metric, unit, better }] = alike;
    const head = medianOf(alike.map(({ value }) => value));
    return [
      metric,
      {
        ...{ unit, better, word: null, gating: false },
        ...{ head, base: null, ratio: null, calibrated: null },
      },
    ];
  });
  return {
    form: LINE_FORM,
    subject: { server, scenario },
    ...{ at, tool, commit, base: null, before: null, pulls: [], run: null, fingerprint: null },
    verdict: 'no-baseline',
    accepted: null,
    metrics: Object.fromEntries(metrics),
    calibrator: null,
    imported: program,
  };
}

const MOMENT_AT_MOST = 8.64e15;

/** Null: it is no moment. */
export function isoOf(moment: string | number): string | null {
  const ms = typeof moment === 'number' ? moment : Date.parse(moment);
  return Number.isFinite(ms) && Math.abs(ms) <= MOMENT_AT_MOST ? new Date(ms).toISOString() : null;
}

/** As metrics are named in a history: `Peak RSS (MB)` is `peak-rss-mb`. */
export function metricName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
    .slice(0, 64);
  return name === '' ? 'value' : name;
}

/** Rates, of which more is better; everything else that is measured is time, size or count. */
export function isRate(text: string): boolean {
  return (
    /throughput|per[ -_]sec|\brps\b|\bqps\b/i.test(text) || /\/\s*(s|sec|second)\b/i.test(text)
  );
}
