/** What every foreign file comes down to: figures of commits. Pure. */
import type { Mistake, Path } from '../../config/mistakes.ts';
import { HistoryLine, LINE_FORM } from '../line.ts';

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

/** Figures of one commit, moment and subject are one line. */
export function linesOfFigures(
  figures: readonly Figure[],
  { program, tool }: { program: string; tool: string },
): { lines: HistoryLine[]; mistakes: Mistake[] } {
  const groups = new Map<string, Figure[]>();
  for (const one of figures) {
    const key = JSON.stringify([one.server, one.scenario, one.at, one.commit]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [one]);
    else known.push(one);
  }
  const lines: HistoryLine[] = [];
  const mistakes: Mistake[] = [];
  for (const group of groups.values()) {
    const made = HistoryLine.safeParse(lineOf(group, program, tool));
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
  return { lines, mistakes };
}

function lineOf(group: readonly Figure[], program: string, tool: string): unknown {
  const [{ server, scenario, at, commit }] = group as [Figure, ...Figure[]];
  const metrics = group.map(({ metric, unit, better, value }) => [
    metric,
    {
      ...{ unit, better, word: null, gating: false },
      ...{ head: value, base: null, ratio: null, calibrated: null },
    },
  ]);
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
