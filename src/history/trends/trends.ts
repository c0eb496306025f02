/**
 * Lines of a history → where the level of each gating metric moved for good, and the chains of its ratios. It is for notes and
 * for the page: no verdict rests on it. Pure.
 */
import { begunAt, type HistoryLine, metricIn } from '../line.ts';
import { lastAttempts } from '../standing.ts';
import { type Candidate, contradicts, ofChain, ofLevels } from './candidates.ts';
import { type Anchor, chainOf } from './chain.ts';
import type { Chain, ChangePoint, Trends } from './change-point.ts';
import {
  type Comparable,
  chainSteps,
  comparableIn,
  levelTracks,
  spreadOf,
  varianceOf,
} from './tracks.ts';

/** `lines`: of any subjects, in any order. */
export function trendsOf(lines: readonly HistoryLine[]): Trends {
  const subjects = new Map<string, HistoryLine[]>();
  for (const line of lines) {
    const key = JSON.stringify([line.subject.server, line.subject.scenario]);
    const known = subjects.get(key);
    if (known === undefined) subjects.set(key, [line]);
    else known.push(line);
  }
  const all = [...subjects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => ofSubject(own));
  return {
    changePoints: all.flatMap(({ changePoints }) => changePoints),
    chains: all.flatMap(({ chains }) => chains),
  };
}

function ofSubject(unordered: readonly HistoryLine[]): Trends {
  const lines = lastAttempts(unordered).filter(isSound);
  const [line] = lines;
  if (line === undefined) return { changePoints: [], chains: [] };
  const { subject } = line;
  const comparable = comparableIn(lines);
  const [reference = null] = comparable.references;
  const found = gatingMetrics(lines).map((metric): Trends => {
    const steps = chainSteps(lines, metric, comparable);
    const spread = spreadOf(steps);
    const commitAt = (place: number) => (lines[place] as HistoryLine).commit;
    const beganAt = (place: number) => begunAt(lines[place] as HistoryLine);
    const tracks = levelTracks(lines, metric, comparable);
    const levels = tracks.flatMap((track) => ofLevels(track, commitAt));
    const drifts = ofChain(steps, spread).filter(
      (one) => !tracks.some((track) => contradicts(track, one)),
    );
    const figures = chainOf(steps, spread, anchorsOf(lines, metric, comparable));
    const chain: Chain = { subject, metric, reference, figures };
    return {
      changePoints: together([...levels, ...drifts]).map(
        (one): ChangePoint => ({
          subject,
          metric,
          at: commitAt(one.at),
          from: one.from,
          to: commitAt(one.last),
          began: {
            at: beganAt(one.at),
            from: runBefore(lines, one),
            to: beganAt(one.last),
          },
          logChange: one.logChange,
          interval: one.interval,
          p: one.p,
          isCreep: one.isCreep,
          seenBy: one.seenBy,
        }),
      ),
      chains: figures.length > 0 ? [chain] : [],
    };
  });
  return {
    changePoints: found.flatMap(({ changePoints }) => changePoints),
    chains: found.flatMap(({ chains }) => chains),
  };
}

/** Whether it says something of the code: of a whole run of ours. */
function isSound({ verdict, imported }: HistoryLine): boolean {
  return verdict !== 'invalid' && imported == null;
}

/** When the last run of its `from` began. */
function runBefore(lines: readonly HistoryLine[], { first, from }: Candidate): string | null {
  for (let place = first - 1; place >= 0; place--) {
    const line = lines[place] as HistoryLine;
    if (line.commit === from) return begunAt(line);
  }
  return null;
}

/** As the newest line with a metric has it. */
function gatingMetrics(lines: readonly HistoryLine[]): string[] {
  const newest = new Map<string, boolean>();
  for (const { metrics } of lines) {
    for (const name of Object.keys(metrics)) newest.set(name, metrics[name]?.gating === true);
  }
  return [...newest].flatMap(([name, gating]) => (gating ? [name] : []));
}

function anchorsOf(
  lines: readonly HistoryLine[],
  metric: string,
  { references: [reference], hasRatios }: Comparable,
): Anchor[] {
  if (reference === undefined) return [];
  return lines.filter(hasRatios).flatMap((line) => {
    const { base, commit } = line;
    const ratio = base === reference ? (metricIn(line, metric)?.ratio ?? null) : null;
    // It stands alone there: its interval makes up for few blocks, which the standard error does not.
    const variance = ratio && varianceOf({ interval: ratio.interval });
    return ratio === null || variance === null ? [] : [{ commit, log: ratio.log, variance }];
  });
}

/** One for each change, whatever series show it: by the surest one, within the runs that all of them leave. */
function together(candidates: readonly Candidate[]): Candidate[] {
  const taken: Candidate[] = [];
  for (const one of [...candidates].sort(surest)) {
    const place = taken.findIndex((other) => isSame(one, other));
    const other = taken[place];
    if (other === undefined) taken.push(one);
    else taken[place] = narrowed(other, one);
  }
  return taken.sort((a, b) => a.at - b.at);
}

/** The chain, which has no p, comes last: its errors add up. */
function surest(a: Candidate, b: Candidate): number {
  return (a.p ?? 1) - (b.p ?? 1);
}

function isSame(a: Candidate, b: Candidate): boolean {
  const overlaps = a.first <= b.last && b.first <= a.last;
  return overlaps && Math.sign(a.logChange) === Math.sign(b.logChange);
}

function narrowed(surer: Candidate, other: Candidate): Candidate {
  const begins = other.first > surer.first && other.first <= surer.at ? other : surer;
  const ends = other.last < surer.last && other.last >= surer.at ? other : surer;
  return { ...surer, first: begins.first, from: begins.from, last: ends.last };
}
