/**
 * Which lines of a subject stay in the file that every run reads, and which move into a file of older ones. What may be compared
 * with stays, and so does what decides that: of all lines and of those that stay, the same ones are baselines. Pure.
 */
import { jobOf } from './line.ts';
import type { SoundLine } from './read.ts';
import { isBaseline, standings } from './standing.ts';

export interface Limits {
  /** As many of the last lines stay, whatever they are. */
  readonly recent: number;
  /** As many of the last baselines of each fingerprint stay, of each job. */
  readonly baselines: number;
  /** Of so many fingerprints, those that were seen last: what a machine had that nobody has met for long comes no more. */
  readonly fingerprints: number;
  /** Nothing moves before there are so many to move, so that there are few files. */
  readonly movedAtLeast: number;
  /** Files of older lines that are kept, the newest ones. On a branch, git still has the others. */
  readonly olderFiles: number;
}

/** 200 files of at least 100 lines: 20,000 runs of a subject. */
export const LIMITS: Limits = {
  recent: 100,
  baselines: 50,
  fingerprints: 16,
  movedAtLeast: 100,
  olderFiles: 200,
};

export interface Split {
  readonly stay: readonly SoundLine[];
  readonly move: readonly SoundLine[];
}

/** @param lines in the order of the file */
export function split(lines: readonly SoundLine[], limits: Limits = LIMITS): Split {
  if (lines.length < limits.recent + limits.movedAtLeast) return { stay: lines, move: [] };
  const needed = new Set<SoundLine['line']>(lines.slice(-limits.recent).map(({ line }) => line));
  const all = standings(lines.map(({ line }) => line));
  const baselines = all.flatMap(({ line, standing }) => (isBaseline(standing) ? [line] : []));
  for (const group of lastOfEach(baselines, limits)) {
    for (const line of group) needed.add(line);
  }
  // What begins or ends a slowdown: without it, another line would be taken for a baseline.
  for (const { line, turns } of all) if (turns) needed.add(line);
  const move = lines.filter(({ line }) => !needed.has(line));
  if (move.length < limits.movedAtLeast) return { stay: lines, move: [] };
  return { stay: lines.filter(({ line }) => needed.has(line)), move };
}

/** By job and fingerprint, the one that was seen last first. */
function lastOfEach(
  baselines: readonly SoundLine['line'][],
  { baselines: many, fingerprints }: Limits,
): SoundLine['line'][][] {
  const groups = new Map<string, SoundLine['line'][]>();
  for (const line of baselines.toReversed()) {
    const series = JSON.stringify([jobOf(line), line.fingerprint?.hash ?? '']);
    const group = groups.get(series) ?? [];
    if (group.length < many) group.push(line);
    groups.set(series, group);
  }
  return [...groups.values()].slice(0, fingerprints);
}
